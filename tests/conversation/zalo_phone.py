"""A worker's phone with Zalo: words, taps on buttons, numbers for what has none."""

import re
from typing import Any

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa import make_inbox
from bot.channels.zalo_oa_inbox import Inbox
from bot.channels.zalo_oa_oauth import Grant
from tests.conftest import Running
from tests.conversation.phones import Answer
from tests.standins.zalo_oa import ZaloPerson, ZaloStandIn
from tests.standins.zalo_oa.world import Sent

LINE = re.compile(r"(\d+\. |› )(.+)")


async def log_in(running: Running, zalo: ZaloStandIn) -> None:
    """As if an administrator had run ``vieclam zalo login``."""
    account = running.program.zalo
    assert account is not None
    pair = zalo.world.new_pair()
    await account.keeper.keep(Grant(pair["access_token"], pair["refresh_token"], limits.ACCESS_LIVES))


def inbox_of(running: Running) -> Inbox:
    """The handler of events, to be asked for one look at a time."""
    program = running.program
    assert program.zalo is not None
    return make_inbox(program.zalo, program.settings, program.engine, program.intake, program.tasks, program.clock)


class ZaloPhone:
    """A person on Zalo."""

    channel = "zalo_oa"

    def __init__(self, running: Running, zalo: ZaloStandIn, person: ZaloPerson) -> None:
        self.person = person
        self._running = running
        self._zalo = zalo
        self._inbox = inbox_of(running)

    @classmethod
    async def open(cls, running: Running, zalo: ZaloStandIn, number: int = 1) -> "ZaloPhone":
        if not zalo.world.tokens.access:
            await log_in(running, zalo)
        return cls(running, zalo, zalo.person(number))

    async def say(self, text: str) -> Answer:
        await self.person.say(text)
        return await self.answer()

    async def tap(self, label: str) -> Answer:
        """Tap the newest button with this label, or answer by the number that stands before it."""
        for sent in reversed(self.person.chat.messages):
            for button in sent.buttons:
                if label.casefold() in button["title"].casefold():
                    await self.person.tap(button)
                    return await self.answer()
            for line in sent.text.splitlines():
                if (found := LINE.fullmatch(line)) and label.casefold() in line.casefold():
                    return await self.say(found[2] if found[1] == "› " else found[1].rstrip(". "))
        raise AssertionError(f"no button {label!r}")

    async def tap_data(self, message: Any, data: str) -> Answer:
        return await self.say(f"#{data}")

    async def share_number(self, number: str) -> Answer:
        await self.person.submit_info("Ana", number)
        return await self.answer()

    async def answer(self) -> Answer:
        """Have everything answered, and read what is new."""
        while await self._inbox.look():
            await self._running.settle()
        await self._running.settle()
        answer = Answer()
        while self.person.chat.unread:
            sent = self.person.chat.unread.popleft()
            answer.texts.append(sent.text)
            if choices := _choices(sent):
                answer.buttons, answer.message = choices, sent
        assert self._zalo.violations == []
        return answer


def _choices(sent: Sent) -> dict[str, str]:
    """Label to data; what is written out has no data, since it is answered in words."""
    lines = sent.text.rpartition("\n\n")[2].splitlines()
    if lines and all(LINE.fullmatch(line) for line in lines):
        return {line.removeprefix("› "): "" for line in lines}
    return {button["title"]: str(button["payload"]).removeprefix("#") for button in sent.buttons}
