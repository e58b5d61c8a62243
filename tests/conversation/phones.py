"""A worker's phone, on any channel: say or tap something, and get all that the program answered."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpx
from telegram import InlineKeyboardMarkup, Message
from websockets.asyncio.client import ClientConnection, connect

from tests.conftest import Running
from tests.standins.telegram import Person, TelegramStandIn


@dataclass
class Answer:
    """Everything that came back for one act: the texts, and the buttons of the last message that has any."""

    texts: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)
    """Label to data."""
    message: Any = None

    def __contains__(self, words: str) -> bool:
        return words in self.text

    @property
    def text(self) -> str:
        """All texts, one after the other."""
        return "\n".join(self.texts)


class Phone(Protocol):
    """What every channel's phone can do."""

    channel: str

    async def say(self, text: str) -> Answer: ...

    async def tap(self, label: str) -> Answer: ...

    async def tap_data(self, message: Any, data: str) -> Answer: ...

    async def share_number(self, number: str) -> Answer: ...


class TelegramPhone:
    """A person on Telegram."""

    channel = "telegram"

    def __init__(self, running: Running, telegram: TelegramStandIn, number: int, lang: str = "vi") -> None:
        self.person: Person = telegram.person(number, "Ana", language_code=lang)
        self._running = running
        self._telegram = telegram

    async def say(self, text: str) -> Answer:
        await self.person.say(text)
        return await self.answer()

    async def tap(self, label: str) -> Answer:
        await self.person.tap(label)
        return await self.answer()

    async def tap_data(self, message: Any, data: str) -> Answer:
        await self.person.tap_on(message, data)
        return await self.answer()

    async def share_number(self, number: str) -> Answer:
        await self.person.share_contact(phone=number)
        return await self.answer()

    async def answer(self) -> Answer:
        """Wait until everything has been answered, and read what is new."""
        await self.person.quiet(also=self._running.settle)
        answer = Answer()
        while self.person.unread:
            message: Message = await self.person.reply()
            answer.texts.append(message.text or message.caption or "")
            if isinstance(message.reply_markup, InlineKeyboardMarkup):
                rows = message.reply_markup.inline_keyboard
                answer.buttons = {b.text: str(b.callback_data) for row in rows for b in row}
                answer.message = message
        assert self._telegram.violations == []
        return answer


class WebPhone:
    """A page of the web chat, speaking its protocol."""

    channel = "web"

    def __init__(self, running: Running, socket: ClientConnection, cookie: str) -> None:
        self._running = running
        self._socket = socket
        self.cookie = cookie
        self.seen = 0
        self.frames: list[dict[str, Any]] = []

    @classmethod
    async def open(cls, running: Running, *, cookie: str = "", after: int = 0, source: str | None = None) -> "WebPhone":
        """Load the page (unless there is a cookie), connect and say hello."""
        if not cookie:
            async with httpx.AsyncClient(base_url=running.url) as client:
                cookie = (await client.get("/")).cookies["vieclam_chat"]
        address = running.url.replace("http:", "ws:") + "/chat/ws"
        socket = await connect(address, additional_headers={"Cookie": f"vieclam_chat={cookie}"})
        phone = cls(running, socket, cookie)
        phone.seen = after
        await phone.send({"type": "hello", "after": after, "lang": "vi-VN", "source": source})
        return phone

    async def send(self, frame: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(frame))

    async def close(self) -> None:
        await self._socket.close()

    async def say(self, text: str) -> Answer:
        await self.send({"type": "text", "id": uuid.uuid4().hex, "text": text, "seen": self.seen})
        return await self.answer()

    async def tap(self, label: str) -> Answer:
        for frame in reversed(self.frames):
            for row in frame.get("choices", []):
                for choice in row:
                    if label.casefold() in choice["label"].casefold():
                        return await self.tap_data(frame, choice["data"])
        raise AssertionError(f"no button {label!r}")

    async def tap_data(self, message: Any, data: str) -> Answer:
        number = message["id"] if message else 0
        await self.send({"type": "tap", "id": uuid.uuid4().hex, "data": data, "message": number, "seen": self.seen})
        return await self.answer()

    async def share_number(self, number: str) -> Answer:
        return await self.say(number)

    async def answer(self) -> Answer:
        """Wait until everything has been answered, and read what is new."""
        new = await self.read()
        answer = Answer()
        for frame in new:
            if frame["type"] != "message":
                continue
            answer.texts.append(frame["text"])
            self.seen = max(self.seen, frame["id"])
            if frame["choices"]:
                answer.buttons = {c["label"]: c.get("data", "") for row in frame["choices"] for c in row}
                answer.message = frame
        await self.send({"type": "got", "up_to": self.seen})
        return answer

    async def read(self) -> list[dict[str, Any]]:
        """Everything that has been pushed by the time that all turns are answered."""
        new = await self._until_pong()
        await self._running.settle()
        new += await self._until_pong()
        self.frames += new
        return new

    async def _until_pong(self) -> list[dict[str, Any]]:
        await self.send({"type": "ping"})
        frames: list[dict[str, Any]] = []
        while (frame := json.loads(await self._socket.recv()))["type"] != "pong":
            frames.append(frame)
        return frames
