"""A correction of the office as a fact: what the files say, with another value, source and days."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from content.facts.book import FactBook
from content.facts.fact import WORDS, Fact, Value, fault_of


def corrected(
    book: FactBook,
    name: str,
    kept: str | None,
    *,
    source: str,
    checked: date,
    since: date | None,
    until: date | None,
) -> Fact:
    """The fact as the office has it; ``kept`` is what ``to_keep`` made of its value.

    Raises ``KeyError`` for a name that the files do not know, ``ValueError`` for a value that fits its unit no more.
    """
    fact = book.periods(name)[0]
    value = None if kept is None else from_kept(fact.unit, kept)
    return replace(
        fact,
        value=value,
        source=source,
        checked=checked,
        since=since,
        until=until,
        confidence="?" if value is None else "H",
        formula=None,
        corrected=True,
    )


def to_keep(value: Value) -> str:
    """A value as the database keeps it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def from_kept(unit: str, kept: str) -> Value:
    """The value again; raises ``ValueError`` when it fits the unit no more."""
    try:
        value: Value = kept if unit in WORDS else date.fromisoformat(kept) if unit == "date" else Decimal(kept)
    except InvalidOperation as error:
        raise ValueError(f"{kept} is no number") from error
    if fault := fault_of(unit, value):
        raise ValueError(fault)
    return value
