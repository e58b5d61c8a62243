"""Acting on the buttons of work abroad."""

from content.contract_paper import POINTS
from content.fees import COUNTRIES
from handlers.abroad import checklist, fees, firm, home, report
from handlers.stage import Stage
from handlers.talk import Talk

VERBS = ("abroad", "firm", "fee", "check", "report")
_KINDS = frozenset(kind for kinds in COUNTRIES.values() for kind in kinds)


async def tapped(talk: Talk, verb: str, rest: list[str]) -> bool:
    """Act on a button; False for one that means nothing any more."""
    match verb, rest:
        case "abroad", [section, *page] if section in home.SECTIONS and all(map(_is_number, page)) and len(page) < 2:
            home.show_section(talk, section, int(page[0]) if page else 0)
        case "firm", ["ask"]:
            firm.ask(talk)
        case "firm", [number] if _is_number(number):
            return await firm.show(talk, int(number))
        case "check", _:
            return await _check(talk, rest)
        case "report", ["ask"]:
            report.ask(talk)
        case "fee", _:
            return _fee(talk, rest)
        case _:
            return False
    return True


async def _check(talk: Talk, rest: list[str]) -> bool:
    match rest:
        case ["show", page] if _is_number(page):
            await checklist.show(talk, int(page))
        case ["whole"]:
            await checklist.show_whole(talk)
        case ["paper"]:
            await checklist.show_paper(talk)
        case [point, page] if point in POINTS and _is_number(page):
            await checklist.tick(talk, point, int(page))
        case _:
            return False
    return True


def _fee(talk: Talk, rest: list[str]) -> bool:
    match rest:
        case ["ask"]:
            fees.ask(talk)
        case ["in", country] if country in COUNTRIES:
            fees.take_country(talk, country)
        case ["for", kind] if kind in _KINDS:
            fees.take_kind(talk, kind)
        case ["redo"] if talk.account.state == Stage.fee.state and "fee" in talk.data:
            fees.redo(talk)
        case ["is", number] if talk.account.state == Stage.fee.state and "fee" in talk.data:
            fees.take(talk, int(number) if _is_number(number) else None)
        case _:
            return False
    return True


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdecimal() and len(words) < 19
