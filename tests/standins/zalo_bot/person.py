"""Somebody on Zalo who writes to the bot, and reads what it sent."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.standins.zalo_bot.server import ZaloBotStandIn

Json = dict[str, Any]


class ZaloPerson:
    """A Zalo account: no taps, no shared number, no place; words, pictures, voices and stickers."""

    def __init__(self, server: "ZaloBotStandIn", user_id: str, name: str, *, protected: bool) -> None:
        self.id = user_id
        self.inbox: list[Json] = []
        self.actions: list[str] = []
        self._server = server
        self._name = name
        self._protected = protected
        self._read = 0

    def unread(self) -> list[Json]:
        """What has come since the last look."""
        new = self.inbox[self._read :]
        self._read = len(self.inbox)
        return new

    async def say(self, text: str) -> Json:
        return await self._send("message.text.received", {"text": text})

    async def send_photo(self, content: bytes = b"\xff\xd8\xff\xe0", *, caption: str = "", key: str = "photo") -> Json:
        fields = {key: self._server.host(content, "a.jpg")} | ({"caption": caption} if caption else {})
        return await self._send("message.image.received", fields)

    async def send_voice(self, content: bytes = b"\xff\xf1aac") -> Json:
        return await self._send("message.voice.received", {"voice_url": self._server.host(content, "a.aac")})

    async def send_sticker(self) -> Json:
        return await self._send("message.sticker.received", {"sticker": "0e078a2fb66a5f34067b", "url": "https://s/1"})

    async def send_contact_card(self) -> Json:
        """The platform hides what it does not know how to pass on."""
        return await self._send("message.unsupported.received", {})

    async def say_in_group(self, text: str, group: str = "g-1") -> Json:
        return await self._send("message.text.received", {"text": text}, {"id": group, "chat_type": "GROUP"})

    async def _send(self, event: str, fields: Json, chat: Json | None = None) -> Json:
        if self._protected:  # the bot never sees what they wrote
            event, fields = "message.unsupported.received", {}
        self._server.met.add(self.id)
        message = {
            "from": {"id": self.id, "display_name": self._name, "is_bot": False},
            "chat": chat or {"id": self.id, "chat_type": "PRIVATE"},
            "message_id": self._server.next_message_id(),
            "date": self._server.milliseconds(),
        }
        body = {"event_name": event, "message": message | fields}
        await self._server.bring(body)
        return body
