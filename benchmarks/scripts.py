"""What people do in a registration, step by step, with the words of our own catalogue to wait for."""

import re
from collections.abc import Callable

from benchmarks.peers.questions import ANSWERS, DONE, QUESTIONS, REVIEW, YES
from content.answer import communes
from content.catalogue import messages
from content.places import find_units
from db.invented_people import HAMLETS, KHMER
from tests.standins.telegram.wire import Json

Script = Callable[[int], list[Json]]
"""The steps of the person with this number."""

_VI = messages("vi")
_GIVEN = (*KHMER["women"], *KHMER["men"])
_FAMILIES = tuple(KHMER["family"])
_COMMUNES = tuple(unit.name for unit in communes() if len(find_units(unit.name)) == 1)
"""Those that a name alone tells apart from every other."""


def say(text: str, key: str) -> list[Json]:
    """Write, and wait for our message ``key``."""
    return [{"say": text}, {"expect": _literal(key)}]


def tap(button: int, key: str) -> list[Json]:
    """Tap a button by its position, and wait for our message ``key``."""
    return [{"tap": button}, {"expect": _literal(key)}]


def _literal(key: str) -> str:
    """The longest part of a message that is the same for everybody."""
    return max(re.split(r"\{\w+\}", _VI[key]), key=len)


def updates(script: Script) -> int:
    """How many updates a script takes."""
    return sum("expect" not in step for step in script(1))


def _of(many: tuple[str, ...], number: int) -> str:
    return many[number % len(many)]


def arrive(number: int) -> list[Json]:
    """A newcomer's way to the first question of a job form: language, wish, agreement."""
    return [
        *say("/start", "welcome.language"),
        *say("1", "welcome.menu"),
        *say("1", "consent.ask"),
        *say("1", "ask.birth_year"),
    ]


def three_answers(number: int, sex: str = "") -> list[Json]:
    """A newcomer who stops in the middle of a form, after three answers."""
    return [
        *arrive(number),
        *say(str(1960 + number % 45), "ask.sex"),
        *say(sex or str(1 + number % 2), "ask.commune"),
        *say(_of(_COMMUNES, number), "ask.hamlet"),
    ]


def _job(number: int, hamlet: str, sex: str = "") -> list[Json]:
    return [
        *three_answers(number, sex),
        *say(hamlet, "ask.name"),
        *say(f"{_of(_FAMILIES, number)} {_of(_GIVEN, number // len(_FAMILIES))}", "ask.phone_owner"),
        *say("1", "ask.phone"),
        *say(f"09{number:08d}", "ask.job_wanted"),
        *say("may", "ask.job_where"),
        *say("1", "ask.schooling"),
        *say("2", "ask.work_state"),
        *say("1", "ask.household"),
        *say("4", "ask.ethnicity"),
        *say("1", "review.ask"),
        *say("1", "menu.after_form"),
    ]


def newcomer(number: int) -> list[Json]:
    """Everything from the first word to a kept job registration: thirteen questions."""
    return _job(number, _of(HAMLETS, number))


def introduction(number: int) -> list[Json]:
    """The same, leaving out the two questions that a returning worker is then asked again."""
    return _job(number, "bỏ qua", "bỏ qua")


def returning(number: int) -> list[Json]:
    """A known worker registers to work abroad, by typing: six questions, two of them skipped."""
    return [
        *say("đăng ký đi làm nước ngoài", "ask.sex"),
        *say("bỏ qua", "ask.hamlet"),
        *say("bỏ qua", "ask.market"),
        *say("1", "ask.experience"),
        *say("làm ruộng", "ask.obstacle"),
        *say("1", "ask.loan_advice"),
        *say("2", "review.ask"),
        *say("1", "menu.after_form"),
    ]


def returning_by_buttons(number: int) -> list[Json]:
    """The same by tapping, where there is something to tap."""
    return [
        *say("đăng ký đi làm nước ngoài", "ask.sex"),
        *tap(3, "ask.hamlet"),
        *tap(0, "ask.market"),
        *tap(0, "ask.experience"),
        *say("làm ruộng", "ask.obstacle"),
        *tap(0, "ask.loan_advice"),
        *tap(1, "review.ask"),
        *tap(0, "menu.after_form"),
    ]


def peer(number: int) -> list[Json]:
    """The six questions of the peers, and the confirmation of what they read back."""
    prompts = [question.prompt for question in QUESTIONS]
    given = zip(("/start", *ANSWERS, YES), (*prompts, REVIEW, DONE), strict=True)
    return [step for text, expected in given for step in ({"say": text}, {"expect": expected})]


def peer_three_answers(number: int) -> list[Json]:
    """A peer's form, left after three answers."""
    return peer(number)[:8]


def echo(number: int) -> list[Json]:
    """Words that come back."""
    return [{"say": f"chào {number}"}, {"expect": f"chào {number}"}]
