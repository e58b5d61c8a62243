"""Who looks at a chat: what of the bot's arrived, and waiting for what is to come."""

from collections.abc import Awaitable, Callable

from telegram import Message

from tests.standins.telegram import buttons
from tests.standins.telegram.chats import Arrival, ChatRoom
from tests.standins.telegram.transcript import transcript, words
from tests.standins.telegram.world import World


class NoReply(AssertionError):
    """The bot did not do what the person waited for; the text is the transcript."""


class Onlooker:
    """The reading side of a chat, private or group."""

    def __init__(self, world: World, room: ChatRoom) -> None:
        self.world = world
        self.room = room
        self._read = 0

    @property
    def id(self) -> int:
        return self.room.id

    @property
    def inbox(self) -> list[Message]:
        """The bot's messages in order of arrival as they stand now: edited ones edited, deleted ones gone."""
        new = (one.message["message_id"] for one in self.room.arrivals if one.kind == "new")
        return [Message.de_json(self.room.messages[one], None) for one in new if one in self.room.messages]

    @property
    def toast(self) -> list[str]:
        """The texts that answered taps in this chat."""
        answers = (one.answer for one in self.world.queries.by_id.values() if one.chat_id == self.id)
        return [answer["text"] for answer in answers if answer and answer.get("text")]

    @property
    def keyboard(self) -> list[str]:
        """The labels shown in place of the letters."""
        return [button.label for button in buttons.reply_keyboard(self.room)]

    @property
    def actions(self) -> list[str]:
        return self.room.actions

    @property
    def unread(self) -> list[Message]:
        return [Message.de_json(one.message, None) for one in self.room.arrivals[self._read :]]

    async def reply(self, timeout: float = 5, *, edits: bool = False) -> Message:  # noqa: ASYNC109
        """The next message not read yet; with `edits`, an edit of an earlier one counts too."""
        return await self._next(lambda one: edits or one.kind == "new", timeout, "a reply")

    async def hear(self, text: str, timeout: float = 5) -> Message:  # noqa: ASYNC109
        """The next unread message or edit that contains `text`; those before it count as read."""
        wanted = text.casefold()
        return await self._next(lambda one: wanted in words(one.message).casefold(), timeout, repr(text))

    async def quiet(
        self,
        timeout: float = 5,  # noqa: ASYNC109
        *,
        also: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Waits until every update is taken, every tap answered and no call under way.

        What the bot does after it took the update is awaited by `also` (the drain of its outbox, say).
        """
        for step in (None, also):
            if step:
                await step()
            if not await self._settled(timeout):
                raise NoReply(f"the bot is still busy: {self._busy()}\n{self.transcript()}")

    def transcript(self) -> str:
        return transcript(self.room, self.world)

    async def _settled(self, seconds: float) -> bool:
        def still() -> bool:
            return not any(self._busy().values())

        return await self.room.bell.until(still, seconds)

    def _busy(self) -> dict[str, int]:
        return {
            "updates not taken": self.world.updates.waiting_for(self.id),
            "taps not answered": len(self.world.queries.unanswered(self.id)),
            "calls running": self.room.calls_running,
        }

    async def _next(self, wanted: Callable[[Arrival], bool], seconds: float, what: str) -> Message:
        def found() -> bool:
            while self._read < len(self.room.arrivals):
                if wanted(self.room.arrivals[self._read]):
                    return True
                self._read += 1
            return False

        if not await self.room.bell.until(found, seconds):
            raise NoReply(f"{self.room.name} waited {seconds} s for {what}\n{self.transcript()}")
        self._read += 1
        return Message.de_json(self.room.arrivals[self._read - 1].message, None)
