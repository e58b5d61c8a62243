"""A phone on Zalo's Bot Platform."""

import re
from typing import Any

from tests.conftest import Running
from tests.conversation.phones import Answer
from tests.standins.zalo_bot import ZaloBotStandIn, ZaloPerson


class ZaloBotPhone:
    """A person on Zalo's Bot Platform: no buttons, so a choice is taken by its number, or by its words."""

    channel = "zalo_bot"

    def __init__(self, running: Running, zalo: ZaloBotStandIn, person: ZaloPerson) -> None:
        self.person = person
        self._running = running
        self._zalo = zalo
        self._shown: list[str] = []

    async def say(self, text: str) -> Answer:
        await self.person.say(text)
        return await self.answer()

    async def tap(self, label: str) -> Answer:
        for shown in self._shown:
            if label.casefold() in shown.casefold():
                number, dot, _ = shown.partition(". ")
                return await self.say(number if dot and number.isdecimal() else shown)
        raise AssertionError(f"no line {label!r} among {self._shown}")

    async def tap_data(self, message: Any, data: str) -> Answer:
        raise AssertionError("Zalo's Bot Platform has no buttons that could be old or forged: see with_buttons")

    async def share_number(self, number: str) -> Answer:
        return await self.say(number)

    async def answer(self) -> Answer:
        """Wait until everything has been answered, and read what is new."""
        await self._running.settle()
        answer = Answer()
        for message in self.person.unread():
            text = str(message.get("text", message.get("caption", "")))
            answer.texts.append(text)
            if lines := written_choices(text):
                answer.buttons = dict.fromkeys(lines, "")
                answer.message = message
                self._shown = lines
        assert self._zalo.violations == []
        return answer


def written_choices(text: str) -> list[str]:
    """The choices at the end of a text that were written out for want of buttons."""
    last = text.rpartition("\n\n")[2].splitlines()
    are_choices = all(re.match(r"\d+\. |› ", line) for line in last)
    return [line.removeprefix("› ") for line in last] if are_choices else []
