"""The methods by name, and the way of a call through checks, faults and latency to its result."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from tests.standins.telegram import editing, profile, sending
from tests.standins.telegram.calls import Call
from tests.standins.telegram.errors import ApiError
from tests.standins.telegram.faults import POLLING, Fault
from tests.standins.telegram.signatures import SIGNATURES
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

Method: TypeAlias = Callable[[World, Call, Json], Any | Awaitable[Any]]

METHODS: Final[dict[str, Method]] = {
    "getMe": profile.get_me,
    "getUpdates": profile.get_updates,
    "setWebhook": profile.set_webhook,
    "deleteWebhook": profile.delete_webhook,
    "getWebhookInfo": profile.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendVoice": sending.send_voice,
    "sendDocument": sending.send_document,
    "sendLocation": sending.send_location,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "answerCallbackQuery": editing.answer_callback_query,
    "setMyCommands": profile.set_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setMyName": profile.set_my_name,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getFile": profile.get_file,
}
_BY_LOWER_NAME: Final = {name.lower(): name for name in METHODS}


def method_named(name: str) -> str:
    """The method's own spelling; Telegram doesn't care about the case."""
    found = _BY_LOWER_NAME.get(name.lower())
    if found is None:
        raise ApiError(404, "Not Found: method not found", violation=True)
    return found


@dataclass
class Outcome:
    """What the server does about a call: an answer, and the fault it goes through."""

    status: int
    body: Json
    fault: Fault


async def perform(world: World, call: Call) -> Outcome:
    """Runs one call; errors of any kind become answers, the bot's own mistakes are kept as violations."""
    world.stats.calls[call.method] += 1
    world.called.ring()
    fault = world.faults.next_for(call.method, _chat_id(call))
    try:
        params = SIGNATURES[call.method].read(call)
        latency = 0.0 if call.method == POLLING else world.latency
        if delay := latency + fault.delay:
            await asyncio.sleep(delay)
        if fault.error:
            raise fault.error
        if fault.connection == "drop":
            return Outcome(0, {}, fault)
        result = METHODS[call.method](world, call, params)
        if inspect.isawaitable(result):
            result = await result
    except ApiError as error:
        return Outcome(error.code, record(world, call.method, error), fault)
    return Outcome(200, {"ok": True, "result": result}, fault)


def record(world: World, method: str, error: ApiError) -> Json:
    """Counts an error and keeps it if it is the bot's own mistake; returns the answer's body."""
    world.stats.refused(error.code)
    if error.violation:
        world.violations.append(f"{method}: {error.description}")
    return error.body()


def _chat_id(call: Call) -> Any:
    chat_id = call.params.get("chat_id")
    if isinstance(chat_id, str) and chat_id.lstrip("-").isdigit():
        return int(chat_id)
    return chat_id
