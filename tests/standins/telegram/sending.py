"""The send… methods: what the bot says becomes a Message in the chat."""

from typing import Any, Final

from telegram import LinkPreviewOptions, ReplyParameters

from tests.standins.telegram import wire
from tests.standins.telegram.calls import Call
from tests.standins.telegram.chats import ChatRoom
from tests.standins.telegram.errors import broken, refused
from tests.standins.telegram.keyboards import check_markup
from tests.standins.telegram.texts import MAX_CAPTION, MAX_TEXT, read_text
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

ACTIONS: Final = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


def send_message(world: World, call: Call, params: Json) -> Json:
    text, entities = read_text(params, "text", "entities", MAX_TEXT)
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    if preview := params.get("link_preview_options"):
        wire.read(LinkPreviewOptions, preview, "link_preview_options")
        content["link_preview_options"] = preview
    return _send(world, params, content)


def send_photo(world: World, call: Call, params: Json) -> Json:
    stored = world.files.received("photo", params.get("photo"), call.uploads)
    sizes = [stored.fields() | {"width": 800, "height": 600}]
    return _send(world, params, {"photo": sizes} | _caption(params))


def send_voice(world: World, call: Call, params: Json) -> Json:
    stored = world.files.received("voice", params.get("voice"), call.uploads)
    voice = stored.fields() | {"duration": params.get("duration", 0), "mime_type": "audio/ogg"}
    return _send(world, params, {"voice": voice} | _caption(params))


def send_document(world: World, call: Call, params: Json) -> Json:
    stored = world.files.received("document", params.get("document"), call.uploads)
    document = stored.fields() | {"file_name": stored.name}
    if stored.mime_type:
        document["mime_type"] = stored.mime_type
    return _send(world, params, {"document": document} | _caption(params))


def send_location(world: World, call: Call, params: Json) -> Json:
    latitude, longitude = params["latitude"], params["longitude"]
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise broken("location is out of the world")
    return _send(world, params, {"location": {"latitude": latitude, "longitude": longitude}})


def send_chat_action(world: World, call: Call, params: Json) -> bool:
    if params["action"] not in ACTIONS:
        raise broken("wrong parameter action in request")
    room = world.chats.reachable(params["chat_id"])
    room.actions.append(params["action"])
    return True


def _caption(params: Json) -> Json:
    if "caption" not in params:
        return {}
    caption, entities = read_text(params, "caption", "caption_entities", MAX_CAPTION)
    content: Json = {"caption": caption} if caption else {}
    return content | ({"caption_entities": entities} if entities else {})


def check_room_markup(world: World, chat_id: Any, markup: Json | None, *, inline_only: bool = False) -> None:
    """Checks a keyboard before anything is known of the chat but its kind."""
    if markup is not None:
        private = isinstance(chat_id, int) and chat_id > 0
        check_markup(markup, private=private, inline_only=inline_only, fast=world.fast)


def _send(world: World, params: Json, content: Json) -> Json:
    """Bot's own mistakes come first, then the limits, then what may happen to any bot."""
    markup = params.get("reply_markup")
    check_room_markup(world, params["chat_id"], markup)
    if world.limiter:
        chat_id = params["chat_id"]
        world.limiter.admit(chat_id, group=isinstance(chat_id, int) and chat_id < 0)
    room = world.chats.reachable(params["chat_id"])
    content |= _reply(room, params.get("reply_parameters"))
    if params.get("protect_content"):
        content["has_protected_content"] = True
    shown = world.message(room, world.me, content | _inline(markup))
    if markup and "inline_keyboard" not in markup:
        room.keyboards[shown["message_id"]] = markup
    at = world.clock()
    room.arrive("new", shown, at)
    world.stats.accepted(at)
    return shown


def _inline(markup: Json | None) -> Json:
    return {"reply_markup": markup} if markup and markup.get("inline_keyboard") else {}


def _reply(room: ChatRoom, parameters: Json | None) -> Json:
    if parameters is None:
        return {}
    wire.read(ReplyParameters, parameters, "reply_parameters")
    original = room.messages.get(parameters["message_id"])
    if original is None:
        if parameters.get("allow_sending_without_reply"):
            return {}
        raise refused("message to be replied not found")
    inner = ("reply_to_message", "reply_markup")
    return {"reply_to_message": {name: value for name, value in original.items() if name not in inner}}
