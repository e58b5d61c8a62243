"""A person with a phone: whatever they do in the chat becomes an update."""

from telegram import Message

from tests.standins.telegram import buttons
from tests.standins.telegram.chats import ChatRoom
from tests.standins.telegram.onlooker import NoReply, Onlooker
from tests.standins.telegram.queries import Query
from tests.standins.telegram.texts import commands
from tests.standins.telegram.wire import Json
from tests.standins.telegram.world import World

VOICE = b"OggS" + bytes(60)
"""The beginning of an Ogg file, enough for what only passes it on."""
PHOTO = b"\xff\xd8\xff\xe0" + bytes(60)
"""The beginning of a JPEG."""


class Person(Onlooker):
    """Someone in a private chat with the bot."""

    def __init__(self, world: World, room: ChatRoom, user: Json, phone: str) -> None:
        super().__init__(world, room)
        self.user = user
        self.phone = phone

    async def say(self, text: str, *, chat: Onlooker | None = None, reply_to: Message | None = None) -> Message:
        content: Json = {"text": text}
        if marks := commands(text):
            content["entities"] = marks
        if reply_to:
            room = chat.room if chat else self.room
            content["reply_to_message"] = room.messages[reply_to.message_id]
        return self._send(content, chat.room if chat else None)

    async def start(self, payload: str = "") -> Message:
        """Opens the bot by its link t.me/bot?start=payload."""
        return await self.say(f"/start {payload}".strip())

    async def tap(
        self,
        label: str | None = None,
        *,
        data: str | None = None,
        timeout: float = 5,  # noqa: ASYNC109
    ) -> Query | Message:
        """Taps the newest button with this label (or part of one) or this exact data, once it is there."""
        await self.room.bell.until(lambda: buttons.find(self.room, label, data) is not None, timeout)
        button = buttons.find(self.room, label, data)
        if button is None:
            raise NoReply(f"no button {label or data!r} in sight\n{self.transcript()}")
        if not button.inline:
            return await self._press(button.fields)
        if "callback_data" not in button.fields:
            raise NoReply(f"button {button.label!r} leads elsewhere: {button.fields}\n{self.transcript()}")
        return self._query(button.message, button.fields["callback_data"])

    async def tap_on(self, message: Message, data: str, *, expired: bool = False, inaccessible: bool = False) -> Query:
        """Taps a button of an old `message`, whatever it shows by now; `expired`: too old to be answered."""
        shown = self.room.messages.get(message.message_id, message.to_dict())
        if inaccessible:
            shown = {"chat": self.room.chat, "message_id": message.message_id, "date": 0}
        return self._query(shown, data, expired=expired)

    def link(self, label: str) -> str:
        """Where a link button leads."""
        button = buttons.find(self.room, label)
        if button is None or "url" not in button.fields:
            raise NoReply(f"no link {label!r} in sight\n{self.transcript()}")
        return str(button.fields["url"])

    async def send_voice(self, content: bytes = VOICE, *, duration: int = 3) -> Message:
        stored = self.world.files.add("voice", "voice.oga", "audio/ogg", content)
        return self._send({"voice": stored.fields() | {"duration": duration, "mime_type": "audio/ogg"}})

    async def send_photo(self, content: bytes = PHOTO, *, caption: str = "") -> Message:
        sizes = [
            self.world.files.add("photos", "photo.jpg", "image/jpeg", content).fields()
            | {"width": width, "height": width * 3 // 4}
            for width in (90, 800)
        ]
        return self._send({"photo": sizes} | ({"caption": caption} if caption else {}))

    async def send_sticker(self, emoji: str = "👍") -> Message:
        stored = self.world.files.add("stickers", "sticker.webp", "image/webp", b"RIFF")
        sticker: Json = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
        return self._send({"sticker": stored.fields() | sticker | {"is_animated": False, "is_video": False}})

    async def send_document(
        self, content: bytes = b"%PDF-1.4", *, name: str = "cv.pdf", mime_type: str = "application/pdf"
    ) -> Message:
        stored = self.world.files.add("documents", name, mime_type, content)
        return self._send({"document": stored.fields() | {"file_name": name, "mime_type": mime_type}})

    async def send_video(self, content: bytes = b"\0\0\0\x18ftypmp42", *, caption: str = "") -> Message:
        stored = self.world.files.add("videos", "video.mp4", "video/mp4", content)
        size = {"width": 640, "height": 360, "duration": 4}
        return self._send({"video": stored.fields() | size} | ({"caption": caption} if caption else {}))

    async def send_location(self, latitude: float = 9.9347, longitude: float = 106.3453) -> Message:
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    async def share_contact(self, *, own: bool = True, phone: str | None = None) -> Message:
        """Shares a contact: one's own carries one's user_id, a neighbour's (as a rule) none."""
        contact: Json = {"phone_number": phone or self.phone, "first_name": self.user["first_name"]}
        if own:
            contact["user_id"] = self.id
        else:
            contact["first_name"] = "Neighbour"
        return self._send({"contact": contact})

    async def edit(self, message: Message, text: str) -> Message:
        after = self.room.messages[message.message_id] | {"text": text, "edit_date": self.world.date()}
        after.pop("entities", None)
        if marks := commands(text):
            after["entities"] = marks
        self.room.keep(self.world.certify(after))
        self.world.publish(self.room.id, {"edited_message": after})
        return Message.de_json(after, None)

    async def block(self) -> None:
        """Blocks the bot; whoever writes again has unblocked it, as on the phone."""
        self._membership("member", "kicked")

    async def unblock(self) -> None:
        self._membership("kicked", "member")

    async def send_raw(self, content: Json) -> None:
        """An update as given, unchecked; the server only numbers it."""
        self.world.publish(self.room.id, content, raw=True)

    def _send(self, content: Json, chat: ChatRoom | None = None) -> Message:
        room = chat or self.room
        if room.blocked:
            self._membership("kicked", "member")
        message = self.world.message(room, self.user, content)
        room.open = True
        room.keep(message)
        self.world.publish(room.id, {"message": message})
        return Message.de_json(message, None)

    async def _press(self, button: Json) -> Message:
        if button.get("request_contact"):
            return await self.share_contact()
        if button.get("request_location"):
            return await self.send_location()
        return await self.say(button["text"])

    def _query(self, message: Json, data: str, *, expired: bool = False) -> Query:
        query = self.world.queries.add(self.id, data, self.room.bell, expired=expired)
        content = {"id": query.query_id, "from": self.user, "chat_instance": str(self.id), "data": data}
        self.world.publish(self.room.id, {"callback_query": content | {"message": message}})
        return query

    def _membership(self, before: str, after: str) -> None:
        self.room.blocked = after == "kicked"
        change = {"chat": self.room.chat, "from": self.user, "date": self.world.date()}
        change |= {"old_chat_member": self._member(before), "new_chat_member": self._member(after)}
        self.world.publish(self.room.id, {"my_chat_member": change})

    def _member(self, status: str) -> Json:
        member: Json = {"status": status, "user": self.world.me}
        return member | ({"until_date": 0} if status == "kicked" else {})
