"""A correction of the office as a fact: what the files say, with another value, source and days."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Protocol

from content.facts.book import FactBook
from content.facts.fact import WORDS, Fact, Value, fault_of

log = logging.getLogger(__name__)


class Kept(Protocol):
    """A correction as the database keeps it."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def name(self) -> str:
        """The fact's name."""

    @property
    def value(self) -> str | None:
        """What ``to_keep`` made of the value."""

    @property
    def source(self) -> str:
        """Who says so."""

    @property
    def checked_on(self) -> date:
        """When that was checked."""

    @property
    def since(self) -> date | None:
        """The first day on which it holds."""

    @property
    def until(self) -> date | None:
        """The last one."""


def corrected_facts(book: FactBook, rows: Iterable[Kept]) -> Iterator[Fact]:
    """The facts of kept corrections; one that fits no more is left out and logged.

    A release may have dropped the fact or changed its unit: what the files say counts then.
    """
    for row in rows:
        try:
            yield corrected(book, row)
        except (KeyError, ValueError) as error:
            log.warning("The correction %d of %s is left out: %s", row.id, row.name, error)


def corrected(book: FactBook, row: Kept) -> Fact:
    """The fact as the office has it.

    Raises ``KeyError`` for a name that the files do not know, ``ValueError`` for a value that fits its unit no more.
    """
    fact = book.periods(row.name)[0]
    value = None if row.value is None else from_kept(fact.unit, row.value)
    return replace(
        fact,
        value=value,
        source=row.source,
        checked=row.checked_on,
        since=row.since,
        until=row.until,
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
