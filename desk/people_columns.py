"""The columns that lists of people can be taken away with: who may have which, how wide, and what they say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from db.register import open_field
from db.seal import Seal, SealBroken
from desk.access import Viewer
from desk.answers import choice, need_lines, phone_for
from desk.export import Cell
from desk.placebook import PlaceBook
from desk.words import word


class RowWords:
    """What rows are put into words with; what many rows repeat is looked up once a file."""

    def __init__(self, viewer: Viewer, book: PlaceBook, seal: Seal, zone: ZoneInfo) -> None:
        self.viewer, self.seal, self._zone = viewer, seal, zone
        self.place, self.new_place = cache(book.name), cache(book.new_name)
        self.word, self.choice = cache(word), cache(choice)

    def day(self, moment: datetime | None) -> date | None:
        """The day by the office's calendar."""
        return moment.astimezone(self._zone).date() if moment is not None else None

    def chosen(self, key: str, value: Any) -> str:
        """A choice in words; nothing where nobody chose."""
        return self.choice(key, value) if value is not None else ""

    def opened(self, key: str, sealed: bytes | None) -> str:
        """A sealed choice in words."""
        try:
            value = open_field(self.seal, sealed)
        except SealBroken:
            return self.word("person.seal_broken")
        return self.chosen(key, value)


Read = Callable[[Row[Any], RowWords], Cell]


@dataclass(frozen=True)
class Column:
    """One column; ``private`` is for who may open the sealed facts, ``needs`` names what has to be read besides."""

    width: int
    read: Read
    private: bool = False
    needs: str = ""


def _chosen(key: str) -> Read:
    return lambda row, words: words.chosen(key, getattr(row, key))


def _day(key: str) -> Read:
    return lambda row, words: words.day(getattr(row, key))


def _plain(key: str) -> Read:
    return lambda row, words: getattr(row, key)


def _sealed(key: str) -> Column:
    return Column(18, lambda row, words: words.opened(key, getattr(row, key)), private=True, needs=key)


def _wish(row: Row[Any], words: RowWords) -> str:
    return "; ".join(f"{line.label}: {line.words}" for line in need_lines(row.answers))


def _outcome(row: Row[Any], words: RowWords) -> str:
    return words.word(f"outcome.{row.last_outcome}") if row.last_outcome else ""


COLUMNS: Mapping[str, Column] = {
    "number": Column(9, _plain("id")),
    "date": Column(11, _day("created_at")),
    "name": Column(26, _plain("name")),
    "birth_year": Column(9, _plain("birth_year")),
    "sex": Column(8, _chosen("sex")),
    "place": Column(20, lambda row, words: words.place(row.place_id)),
    "new_place": Column(20, lambda row, words: words.new_place(row.place_id)),
    "hamlet": Column(16, _plain("hamlet")),
    "kind": Column(16, lambda row, words: words.word(f"kind.{row.kind}")),
    "status": Column(18, lambda row, words: words.word(f"status.{row.status}")),
    "reason": Column(24, lambda row, words: reason_words(row.closed_reason)),
    "promised": Column(11, _day("promised_at")),
    "phone": Column(15, lambda row, words: phone_for(words.viewer, row.phone)),
    "phone_owner": Column(18, _chosen("phone_owner")),
    "schooling": Column(14, _chosen("schooling")),
    "work_state": Column(20, _chosen("work_state")),
    "idle_time": Column(14, _chosen("idle_time")),
    "wish": Column(50, _wish, needs="answers"),
    "owner": Column(20, _plain("owner")),
    "due": Column(11, _day("due_at")),
    "calls": Column(9, _plain("calls"), needs="calls"),
    "last_contact": Column(13, _day("contact_at")),
    "last_outcome": Column(18, _outcome, needs="last_outcome"),
    "changed": Column(13, _day("updated_at")),
    "level": Column(9, _plain("level")),
    "priority": Column(9, _plain("priority"), private=True),
    "household": _sealed("household"),
    "ethnicity": _sealed("ethnicity"),
    "result": Column(30, lambda row, words: None),
}
"""By key, in the order in which they are offered; ``result`` is left empty for the pen."""

USUAL = ("number", "date", "name", "birth_year", "sex", "place", "new_place", "hamlet", "kind", "status", "reason",
         "promised", "phone", "phone_owner", "schooling", "work_state", "idle_time", "wish")  # fmt: skip
SETS: Mapping[str, Sequence[str]] = {
    "usual": USUAL,
    "calls": ("number", "name", "birth_year", "phone", "phone_owner", "place", "hamlet", "kind", "due", "last_contact",
              "last_outcome", "result"),
    "work": ("number", "name", "phone", "place", "hamlet", "kind", "status", "owner", "due", "promised", "calls",
             "last_contact", "last_outcome", "level"),
    "nameless": ("date", "birth_year", "sex", "place", "kind", "status", "reason", "schooling", "work_state",
                 "idle_time"),
    "all": tuple(COLUMNS),
}  # fmt: skip
"""Named choices: as ever, to call by, to follow up by, for counting without names, and everything."""


def allowed(viewer: Viewer, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the columns that there are and that the viewer may have, each once."""
    mine = (key for key in keys if key in COLUMNS and (viewer.sees_private or not COLUMNS[key].private))
    return tuple(dict.fromkeys(mine))


def needs_of(keys: Iterable[str]) -> frozenset[str]:
    """What has to be read for these columns besides the usual."""
    return frozenset(COLUMNS[key].needs for key in keys if COLUMNS[key].needs)


def titles(keys: Iterable[str]) -> list[tuple[str, int]]:
    """What stands over the columns, with their widths in characters."""
    return [(word(f"column.{key}"), COLUMNS[key].width) for key in keys]


def reason_words(reason: str | None) -> str:
    """Why it was closed: the staff's words, or what the worker did."""
    known = {"withdrawn": "reason.withdrawn", "consent withdrawn": "reason.consent", "not_wanted": "reason.not_wanted"}
    return word(known[reason]) if reason in known else reason or ""
