"""What a report says, block by block: a title, bars, the same figures as a table, and a remark; for page and file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.outcomes import ANSWERS, ASKED_AFTER
from db.ratings import SCORES
from db.registrations import KINDS
from db.report_queries import Reached, Sending, Sums
from db.targets import MEASURES
from desk.bars import Bar, Series
from desk.monthly_words import thousands
from desk.placebook import PlaceBook
from desk.words import told, word

WAITS = (0, 1, 2, 3, 7, 14)
"""The first days of the bands until the first call (db/tallies.py)."""
AGES = (15, 25, 35, 45, 60, 0)
STAGES = (("new",), ("contacted",), ("matched", "referred"), MEASURES)
"""The funnel of follow-up, each stage narrower than the one before."""


@dataclass(frozen=True)
class Block:
    """One chart with its table; ``label`` names what a line is."""

    title: str
    label: str
    series: Series
    bars: Sequence[Bar]
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing to show."""
        return not any(bar.total for bar in self.bars)


def measures() -> Series:
    """Placed, departed, enrolled."""
    return Series(tuple(word(f"reports.measure.{measure}") for measure in MEASURES))


def by_month(found: Reached, year: int) -> Block:
    """What was reached in each month of a year."""
    months = [date(year, number, 1) for number in range(1, 13)]
    bars = [_bar(word("reports.month", month=month.month), found.by["month"].get(month, {})) for month in months]
    return Block(word("reports.by_month"), word("filter.month"), measures(), bars)


def by_place(found: Reached, book: PlaceBook, places: frozenset[int] | None) -> Block:
    """What was reached in each commune, those with nothing included."""
    units = book.choices("2020", places)
    them = found.by["place_id"]
    bars = [_bar(name, them.get(number, {})) for number, name in units]
    known = {number for number, _ in units}
    other = [sums for place, sums in them.items() if place not in known]
    if other:
        whole = {measure: sum(sums.get(measure, 0) for sums in other) for measure in MEASURES}
        bars.append(_bar(word("monthly.elsewhere"), whole))
    return Block(word("reports.by_place"), word("monthly.column.place"), measures(), bars)


def by_dimension(found: Reached, name: str) -> Block:
    """What was reached by need, sex, age or priority."""
    values: Sequence[Any] = {
        "kind": KINDS, "sex": ("female", "male", "other", ""), "age": AGES, "priority": (3, 2, 1, 0),
    }[name]  # fmt: skip
    bars = [_bar(_value(name, value), found.by[name].get(value, {})) for value in values]
    shown = [bar for bar, value in zip(bars, values, strict=True) if bar.total or value not in ("", 0, "other")]
    return Block(word(f"reports.by_{name}"), word(f"reports.{name}"), measures(), shown)


def _value(name: str, value: Any) -> str:
    if name == "kind":
        return word(f"kind.{value}")
    if name == "sex":
        return told(f"choice.sex.{value}") or word("reports.not_told")
    return word(f"reports.{name}.{value}")


def _bar(name: str, sums: Mapping[str, int]) -> Bar:
    return Bar(name, tuple(sums.get(measure, 0) for measure in MEASURES))


def follow_up(events: Mapping[str, Mapping[str, int]]) -> Block:
    """How many were registered, called first, given or sent to a place, and brought to an end that counts."""
    kinds = Series(tuple(word(f"kind.{kind}") for kind in KINDS))
    bars = [
        Bar(
            word(f"reports.stage.{at}"),
            tuple(sum(events.get(status, {}).get(kind, 0) for status in stage) for kind in KINDS),
        )
        for at, stage in enumerate(STAGES)
    ]
    closed = sum(events.get("closed", {}).values())
    return Block(word("reports.follow_up"), word("reports.stage"), kinds, bars,
                 word("reports.closed", count=thousands(closed)))  # fmt: skip


def first_call(waits: Mapping[int, int]) -> Block:
    """How long people waited for the first call."""
    bars = [Bar(word(f"reports.wait.{wait}"), (waits.get(wait, 0),)) for wait in WAITS]
    whole = sum(waits.values())
    soon = sum(n for wait, n in waits.items() if wait < 3)
    note = word("reports.soon", share=percent(soon, whole), count=thousands(whole)) if whole else ""
    return Block(word("reports.first_call"), word("reports.wait"), Series((word("reports.people"),)), bars, note)


def outcomes(events: Mapping[str, Mapping[str, int]], measure: str) -> Block:
    """What people said one, three, six and twelve months after."""
    answers = ANSWERS[measure]
    series = Series((*(word(f"reports.after.{answer}") for answer in answers), word("reports.after.silent")))
    bars = []
    for months in ASKED_AFTER:
        said = [_count(events, f"after.{measure}.{months}.{answer}") for answer in answers]
        silent = _count(events, f"after.{measure}.{months}.asked") - sum(said)
        bars.append(Bar(word("reports.months_after", months=months), (*said, max(silent, 0))))
    return Block(word(f"reports.outcomes.{measure}"), word("reports.when"), series, bars)


def _count(events: Mapping[str, Mapping[str, int]], event: str) -> int:
    return sum(events.get(event, {}).values())


def ratings(found: Mapping[str, Sums], year: int | None) -> list[Block]:
    """How people found the help: by month of a year, and by need; with those who did not say."""
    kinds = [(word(f"kind.{kind}"), found["kind"].get(kind, {})) for kind in KINDS]
    blocks = [_faces(word("reports.rated_by_kind"), word("reports.kind"), kinds)]
    if year is not None:
        months = [(word("reports.month", month=at), found["month"].get(date(year, at, 1), {})) for at in range(1, 13)]
        blocks.insert(0, _faces(word("reports.rated"), word("filter.month"), months))
    return blocks


def _faces(title: str, label: str, lines: Sequence[tuple[str, Mapping[str, int]]]) -> Block:
    series = Series((*(word(f"rating.{score}") for score in SCORES), word("reports.after.silent")))
    bars, whole = [], dict.fromkeys(SCORES, 0)
    for name, sums in lines:
        said = tuple(sums.get(score, 0) for score in SCORES)
        bars.append(Bar(name, (*said, max(sums.get("asked", 0) - sum(said), 0))))
        whole = {score: whole[score] + n for score, n in zip(SCORES, said, strict=True)}
    heard = sum(whole.values())
    note = word("reports.rated_share", share=percent(whole["good"], heard), count=thousands(heard)) if heard else ""
    return Block(title, label, series, bars, note)


def notices(sendings: Sequence[Sending]) -> Block:
    """What became of the newest broadcasts."""
    series = Series(tuple(word(f"reports.notice.{name}") for name in ("answered", "told", "missed", "waiting")))
    bars = [
        Bar(f"{one.day:%d/%m} {one.title}", (one.answered, one.told - one.answered, one.missed, one.waiting))
        for one in sendings
    ]
    return Block(word("reports.notices"), word("reports.notice"), series, bars)


def form_funnel(kind: str, order: Sequence[str], counts: Mapping[str, Mapping[str, int]]) -> Block:
    """Question by question: answered, skipped, and where people stopped."""
    bars = []
    for key in (*order, "review"):
        here = counts.get(key, {})
        went_on = here.get("answered", 0), here.get("skipped", 0)
        bars.append(Bar(told(f"field.{key}") or word("reports.review"), (*went_on, _stopped(here, went_on))))
    series = Series(tuple(word(f"reports.question.{name}") for name in ("answered", "skipped", "stopped")))
    missed = max(counts.items(), key=lambda one: one[1].get("missed", 0), default=("", {}))
    note = ""
    if missed[1].get("missed"):
        name = told(f"field.{missed[0]}") or word("reports.review")
        note = word("reports.missed", question=name, count=thousands(missed[1]["missed"]))
    return Block(word("reports.form", kind=word(f"kind.{kind}")), word("reports.question"), series, bars, note)


def _stopped(here: Mapping[str, int], went_on: tuple[int, int]) -> int:
    return max(here.get("reached", 0) - sum(went_on), 0)


def percent(part: int, whole: int) -> str:
    """41 %."""
    return f"{round(100 * part / whole)} %" if whole else "–"
