"""Whether the facts are sound: none missing, unused, expired, contradictory, or of a wrong unit or day."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from content.facts.book import FactBook
from content.facts.fact import ABOUT, CONFIRMED, UNITS, WHO, Fact, fault_of
from content.facts.formulas import FORMULAS
from content.facts.uses import told, used


def fact_problems(book: FactBook, today: date) -> Iterator[str]:
    """Everything that is wrong, in words that say where."""
    for where, name in told():
        if name not in book:
            yield f"{where}: there is no fact {name}"
    for name in sorted(set(book) - used(book)):
        yield f"{name}: nothing uses this fact"
    yield from sound(book, today)


def sound(book: FactBook, today: date) -> Iterator[str]:
    """What is wrong with the facts themselves, whatever they are used for."""
    for name in book:
        periods = book.periods(name)
        for fact in periods:
            yield from (f"{name}: {fault}" for fault in _faults(book, fact, today))
        yield from (f"{name}: {fault}" for fault in _contradictions(periods))
        if all(fact.until is not None and fact.until < today for fact in periods):
            yield f"{name}: expired on {max(fact.until for fact in periods if fact.until):%d/%m/%Y}"


def _faults(book: FactBook, fact: Fact, today: date) -> Iterator[str]:
    if fact.unit not in UNITS:
        yield f"there is no unit {fact.unit}"
    if fact.unit not in ABOUT.get(fact.about, ()):
        yield f"a fact about {fact.about} is not told in {fact.unit}"
    if fact.confirm not in WHO:
        yield f"nobody is called {fact.confirm}"
    if not fact.source.strip() or "{" in f"{fact.source}{fact.value}":
        yield "the source is empty, or a brace stands in it or in the value"
    if fact.checked > today:
        yield "was checked on a day that has not come yet"
    if fact.since and fact.until and fact.since > fact.until:
        yield "ends before it begins"
    yield from _formula_faults(book, fact) if fact.formula else _value_faults(fact)


def _value_faults(fact: Fact) -> Iterator[str]:
    if fact.value is None and fact.confidence != "?":
        yield f"has the confidence {fact.confidence} and no value"
    elif fact.value is not None and fact.confidence == "?":
        yield "has a value that nobody found"
    elif fact.value is not None and (fault := fault_of(fact.unit, fact.value)):
        yield fault


def _formula_faults(book: FactBook, fact: Fact) -> Iterator[str]:
    assert fact.formula is not None, "asked for facts that have one"
    rule, names = FORMULAS.get(fact.formula.kind), fact.formula.names
    if rule is None or fact.value is not None:
        yield "has both a value and a formula, or a formula that there is not"
    elif missing := [name for name in names if name not in book]:
        yield f"follows from {', '.join(missing)}, which is no fact"
    elif rule.gives != fact.unit or rule.takes != tuple(book.periods(name)[0].unit for name in names):
        yield f"the units do not fit the formula {fact.formula.kind}"
    elif fact.confidence not in CONFIRMED:
        yield "is as sure as what it follows from: give it H"


def _contradictions(periods: tuple[Fact, ...]) -> Iterator[str]:
    if len({(fact.unit, fact.about) for fact in periods}) > 1:
        yield "its periods differ in unit"
    in_order = sorted(periods, key=lambda fact: fact.since or date.min)
    for earlier, later in pairwise(in_order):
        if earlier.until is None or later.since is None or later.since <= earlier.until:
            yield "two periods say different things about one day"
