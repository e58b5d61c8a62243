"""A chat as a person would read it aloud, for the message of a failed test."""

from tests.standins.telegram.chats import ChatRoom
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

_CARRIED = ("photo", "voice", "sticker", "document", "video", "location", "contact")


def words(message: Json) -> str:
    """What a message says: its text or its caption."""
    return str(message.get("text") or message.get("caption") or "")


def transcript(room: ChatRoom, world: World) -> str:
    lines = [f"--- {room.name} ({room.id}) ---"]
    lines += [_line(message, room.markup(message)) for message in room.messages.values()]
    lines += [f"    (tap {one.data!r} is not answered)" for one in world.queries.unanswered(room.id)]
    lines += [f"    (violation: {one})" for one in world.violations]
    return "\n".join(lines)


def _line(message: Json, markup: Json) -> str:
    carried = [f"<{name}>" for name in _CARRIED if name in message]
    edited = ["(edited)"] if "edit_date" in message else []
    said = " ".join([*carried, words(message), *edited])
    return f"{message['from']['first_name']}: {said}{_keyboard(markup)}"


def _keyboard(markup: Json) -> str:
    rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
    labels = (" ".join(f"[{_label(button)}]" for button in row) for row in rows)
    return "".join(f"\n    {row}" for row in labels)


def _label(button: Json | str) -> str:
    return button if isinstance(button, str) else str(button["text"])
