"""Methods about the bot itself: who it is, its commands and texts, its files, its webhook."""

import re
from typing import Any, Final

from telegram import BotCommand

from tests.standins.telegram import wire
from tests.standins.telegram.calls import Call
from tests.standins.telegram.errors import ApiError, broken, refused
from tests.standins.telegram.files import MAX_DOWNLOAD
from tests.standins.telegram.texts import require_length
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

MAX_COMMANDS: Final = 100
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE: Final = re.compile(r"([a-z]{2})?")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_SCOPES: Final = frozenset(
    {
        "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
        "chat_administrators", "chat_member",
    }
)  # fmt: skip
_MOST: Final = {"name": 64, "description": 512, "short_description": 120}
"""Characters of the bot's texts (Bot API, setMyName and its sisters)."""


def get_me(world: World, call: Call, params: Json) -> Json:
    rights = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return world.me | rights


def _key(name: str, params: Json) -> tuple[str, str, str]:
    language = params.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise broken("invalid language code specified")
    scope = params.get("scope", {"type": "default"})
    if scope.get("type") not in _SCOPES:
        raise broken("can't parse BotCommandScope: unsupported type specified")
    place = ":".join(str(scope[part]) for part in ("type", "chat_id", "user_id") if part in scope)
    return name, place, language


def set_my_commands(world: World, call: Call, params: Json) -> bool:
    if not 1 <= len(params["commands"]) <= MAX_COMMANDS:
        raise broken("BOT_COMMANDS_TOO_MUCH" if params["commands"] else "commands must not be empty")
    for command in params["commands"]:
        wire.read(BotCommand, command, "commands")
        if not _COMMAND.fullmatch(command["command"]):
            raise broken(f"BOT_COMMAND_INVALID: {command['command']!r}")
        require_length(command["description"], 256, "BOT_COMMAND_DESCRIPTION_INVALID: it", least=1)
    world.settings[_key("commands", params)] = params["commands"]
    return True


def delete_my_commands(world: World, call: Call, params: Json) -> bool:
    world.settings.pop(_key("commands", params), None)
    return True


def get_my_commands(world: World, call: Call, params: Json) -> list[Any]:
    found: list[Any] = world.settings.get(_key("commands", params), [])
    return found


def _set_text(name: str, world: World, params: Json) -> bool:
    text = params.get(name, "")
    require_length(text, _MOST[name], f"the bot's {name}")
    world.settings[_key(name, params)] = text
    return True


def set_my_name(world: World, call: Call, params: Json) -> bool:
    return _set_text("name", world, params)


def set_my_description(world: World, call: Call, params: Json) -> bool:
    return _set_text("description", world, params)


def set_my_short_description(world: World, call: Call, params: Json) -> bool:
    return _set_text("short_description", world, params)


def set_chat_menu_button(world: World, call: Call, params: Json) -> bool:
    button = params.get("menu_button", {"type": "default"})
    if button.get("type") not in ("commands", "web_app", "default"):
        raise broken("can't parse MenuButton: unsupported type")
    world.settings["menu_button", str(params.get("chat_id", "")), ""] = button
    return True


def get_file(world: World, call: Call, params: Json) -> Json:
    stored = world.files.get(params["file_id"])
    if len(stored.content) > MAX_DOWNLOAD:
        raise refused("file is too big")
    return stored.fields() | {"file_path": stored.path}


async def get_updates(world: World, call: Call, params: Json) -> list[Json]:
    if world.webhook.url:
        raise ApiError(
            409,
            "Conflict: can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first",
        )
    limit, timeout = params.get("limit", 100), params.get("timeout", 0)
    if not 1 <= limit <= 100 or timeout < 0:
        raise broken("limit must be 1-100 and timeout not negative")
    world.updates.allow(params.get("allowed_updates"))
    return await world.updates.poll(params.get("offset", 0), limit, min(timeout, 50))


async def set_webhook(world: World, call: Call, params: Json) -> bool:
    url, secret = params["url"], params.get("secret_token", "")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise broken("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise broken("secret token contains unallowed characters or is too long")
    connections = params.get("max_connections", 40)
    if not 1 <= connections <= 100:
        raise broken("max_connections must be 1-100")
    world.updates.allow(params.get("allowed_updates"))
    return await _switch(world, url, secret, connections, params)


async def delete_webhook(world: World, call: Call, params: Json) -> bool:
    return await _switch(world, "", "", 40, params)


async def _switch(world: World, url: str, secret: str, connections: int, params: Json) -> bool:
    await world.webhook.clear()
    if params.get("drop_pending_updates"):
        world.updates.clear()
    if url:
        world.webhook.set(url, secret, connections)
    return True


def get_webhook_info(world: World, call: Call, params: Json) -> Json:
    hook = world.webhook
    info: Json = {"url": hook.url, "has_custom_certificate": False}
    info["pending_update_count"] = len(world.updates.pending)
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.failures:
        info["last_error_message"] = hook.failures[-1].reason
        info["last_error_date"] = world.date()
    if world.updates.allowed:
        info["allowed_updates"] = sorted(world.updates.allowed)
    return info
