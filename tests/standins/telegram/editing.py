"""Methods that change what was said, and the answers to taps."""

from typing import Final

from telegram import LinkPreviewOptions

from tests.standins.telegram import wire
from tests.standins.telegram.calls import Call
from tests.standins.telegram.chats import ChatRoom
from tests.standins.telegram.errors import broken, refused
from tests.standins.telegram.sending import check_room_markup
from tests.standins.telegram.texts import MAX_TEXT, read_text, require_length
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

MAX_TOAST: Final = 200
"""Characters of the text that answers a tap (Bot API, answerCallbackQuery)."""
_COMPARED: Final = ("text", "entities", "reply_markup", "link_preview_options")


def edit_message_text(world: World, call: Call, params: Json) -> Json:
    text, entities = read_text(params, "text", "entities", MAX_TEXT)
    room, message = _editable(world, params)
    if "text" not in message:
        raise refused("there is no text in the message to edit")
    changes: Json = {"text": text, "entities": entities, "reply_markup": params.get("reply_markup")}
    if preview := params.get("link_preview_options"):
        wire.read(LinkPreviewOptions, preview, "link_preview_options")
        changes["link_preview_options"] = preview
    return _edited(world, room, message, changes)


def edit_message_reply_markup(world: World, call: Call, params: Json) -> Json:
    room, message = _editable(world, params)
    return _edited(world, room, message, {"reply_markup": params.get("reply_markup")})


def delete_message(world: World, call: Call, params: Json) -> bool:
    room = world.chats.reachable(params["chat_id"])
    if room.messages.pop(params["message_id"], None) is None:
        raise refused("message to delete not found")
    room.bell.ring()
    return True


def answer_callback_query(world: World, call: Call, params: Json) -> bool:
    require_length(params.get("text", ""), MAX_TOAST, "MESSAGE_TOO_LONG: the answer's text")
    world.queries.answer(params["callback_query_id"], params)
    return True


def _editable(world: World, params: Json) -> tuple[ChatRoom, Json]:
    if "chat_id" not in params or "message_id" not in params:
        raise broken("message identifier is not specified")
    check_room_markup(world, params["chat_id"], params.get("reply_markup"), inline_only=True)
    room = world.chats.reachable(params["chat_id"])
    message = room.messages.get(params["message_id"])
    if message is None:
        raise refused("message to edit not found")
    if not message["from"]["is_bot"]:
        raise broken("message can't be edited")
    return room, message


def _edited(world: World, room: ChatRoom, message: Json, changes: Json) -> Json:
    if changes.get("reply_markup") and not changes["reply_markup"]["inline_keyboard"]:
        changes["reply_markup"] = None
    after = {name: value for name, value in (message | changes).items() if value}
    if all(after.get(name) == message.get(name) for name in _COMPARED):
        raise refused(
            "message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message"
        )
    after = world.certify(after | {"edit_date": world.date()})
    room.arrive("edit", after, world.clock())
    return after
