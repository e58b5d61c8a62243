"""The fee check: country, work, months and wage give the legal ceiling; what is asked for is held against it."""

from decimal import Decimal
from typing import Any

from content.facts.units import money
from content.fees import COUNTRIES, MOST_MONTHS, NO_FEE, CostSheet, ceiling
from content.reading.money import LEAST, MOST, OtherMoney, read_sum
from content.reading.spans import read_months
from content.reading.unsure import is_unsure
from handlers.abroad.home import after, lead
from handlers.menu import entry
from handlers.stage import Stage
from handlers.talk import Choice, Talk

MONTHS = (12, 24, 36)
LEAST_WAGE, MOST_WAGE = 1_000_000, 300_000_000
"""What is believed to be a month's wage in đồng."""
STEPS = ("months", "wage", "fee", "total")
OPTIONAL = ("fee", "total")
"""What nobody has told the worker yet may be left out."""


def ask(talk: Talk) -> None:
    """Ask for the country first."""
    talk.account.state = None
    choices = [Choice(talk.text(f"choice.market.{country}"), f"fee:in:{country}") for country in COUNTRIES]
    talk.say("abroad.fee.country", choices, after(talk))


def take_country(talk: Talk, country: str) -> None:
    """Ask for the kind of work, where that matters."""
    kinds = COUNTRIES[country]
    if len(kinds) == 1:
        take_kind(talk, kinds[0])
        return
    choices = [Choice(talk.text(f"abroad.work.{kind}.title"), f"fee:for:{kind}") for kind in kinds]
    talk.say("abroad.fee.work", choices, after(talk))


def take_kind(talk: Talk, kind: str) -> None:
    """Begin the sheet; where no fee is allowed, or its ceiling is not known for sure, say so."""
    talk.data.pop("offered", None)  # what is typed next is about this answer, and no country any more
    if kind in NO_FEE:
        talk.say("abroad.fee.none", below=after(talk, lead(talk, "report")))
    elif (limit := ceiling(kind)) is None:
        talk.say("abroad.fee.unsure", below=after(talk, entry(talk, "staff_contact")))
    elif not limit.most:
        talk.say("abroad.fee.zero", below=after(talk, lead(talk, "report")))
    else:
        _next(talk, {"kind": kind})


def take(talk: Talk, number: int | None, said: str | None = None) -> None:
    """Take the answer to the open step, None: it is not known; ``said`` is how it was read, to be said back."""
    sheet: dict[str, Any] = talk.data["fee"]
    step = _open_step(sheet)
    if fault := _fault(step, number):
        _put(talk, step, talk.text(fault))
        return
    _next(talk, {**sheet, step: number}, said)


async def take_words(talk: Talk, text: str) -> None:
    """Take a typed number or sum."""
    if "fee" not in talk.data:
        ask(talk)
        return
    step = _open_step(talk.data["fee"])
    if step == "months":
        take(talk, _months(text))
        return
    try:
        sum_ = read_sum(text)
    except OtherMoney:
        _put(talk, step, talk.text("sum.foreign"))
        return
    if sum_ is None and not is_unsure(text):
        _put(talk, step, talk.text("abroad.fee.unread"))
    elif sum_ is None:
        take(talk, None)
    else:
        take(talk, sum_, talk.text("sum.read", dong=_money(talk, sum_)))


def redo(talk: Talk) -> None:
    """Ask for the last sum again: it was read otherwise than it was meant."""
    sheet: dict[str, Any] = talk.data["fee"]
    given = [step for step in STEPS if step in sheet]
    for step in given[-1:]:
        del sheet[step]
    _put(talk, _open_step(sheet))


def _months(text: str) -> int | None:
    """Months, or the number of one of the lines: nobody goes abroad for three months."""
    number = read_months(text)
    return MONTHS[number - 1] if number is not None and 0 < number <= len(MONTHS) else number


def repeat(talk: Talk) -> None:
    """Put the open step once more."""
    if "fee" in talk.data:
        _put(talk, _open_step(talk.data["fee"]))
    else:
        ask(talk)


def _open_step(sheet: dict[str, Any]) -> str:
    return next(step for step in STEPS if step not in sheet)


def _fault(step: str, number: int | None) -> str | None:
    if number is None:
        return None if step in OPTIONAL else "abroad.fee.unread"
    if step == "months":
        return None if 0 < number <= MOST_MONTHS else "abroad.fee.unread"
    least, most = (LEAST_WAGE, MOST_WAGE) if step == "wage" else (LEAST, MOST)
    if number < least and not (number == 0 and step in OPTIONAL):
        return "sum.small"
    return "sum.large" if number > most else None


def _next(talk: Talk, sheet: dict[str, Any], said: str | None = None) -> None:
    if all(step in sheet for step in STEPS):
        talk.account.state = None
        talk.data.pop("fee", None)
        _show(talk, sheet)
    else:
        talk.data["fee"] = sheet
        talk.account.state = Stage.fee.state
        _put(talk, _open_step(sheet), said)


def _put(talk: Talk, step: str, first: str | None = None) -> None:
    choices = [Choice(talk.text("abroad.fee.of_months", months=months), f"fee:is:{months}") for months in MONTHS]
    below = [Choice(talk.text("abroad.fee.not_told"), "fee:is:-")] if step in OPTIONAL else []
    if STEPS.index(step) > 1:
        below.append(Choice(talk.text("sum.redo"), "fee:redo"))
    lines = ([first] if first else []) + [talk.text(f"abroad.fee.ask.{step}")]
    talk.send("\n".join(lines), choices if step == "months" else (), after(talk, *below))


def _show(talk: Talk, told: dict[str, Any]) -> None:
    limit = ceiling(told["kind"])
    if limit is None:
        talk.say("abroad.fee.unsure", below=after(talk, entry(talk, "staff_contact")))
        return
    sheet = CostSheet(told["wage"], told["months"], limit, told["fee"], told["total"])
    lines = [
        talk.text("abroad.fee.sheet", months=sheet.contract_months, wage=_money(talk, sheet.wage)),
        talk.text("abroad.fee.ceiling", months=sheet.ceiling_months, dong=_money(talk, sheet.ceiling_dong)),
        *_asked(talk, sheet),
    ]
    talk.send("\n".join(lines))
    below = after(
        talk, *([lead(talk, "report")] if sheet.too_much else []), lead(talk, "fee"), entry(talk, "staff_contact")
    )
    talk.say("abroad.fee.too_much" if sheet.too_much else "abroad.fee.rest", below=below)


def _asked(talk: Talk, sheet: CostSheet) -> list[str]:
    lines = []
    for name, sum_ in (("fee", sheet.fee), ("total", sheet.total)):
        if sum_ is not None:
            months = sheet.months_of_wages(sum_)
            lines.append(talk.text(f"abroad.fee.asked.{name}", dong=_money(talk, sum_), months=months))
    if sheet.total is not None:
        lines.append(talk.text("abroad.fee.typical"))
    return lines


def _money(talk: Talk, dong: int) -> str:
    return money(Decimal(dong), talk.lang)
