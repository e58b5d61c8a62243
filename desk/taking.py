"""What somebody wants to take away of a list: filter, dates, and columns in an order; read and worded."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData, QueryParams

from db.desk_queries import Term, Wanted
from db.export_queries import Span, Taken, count_taken
from desk.access import Viewer
from desk.export import ROWS_LIMIT
from desk.listing import Listing
from desk.people_columns import COLUMNS, SETS, allowed
from desk.placebook import PlaceBook
from desk.registrations import filter_words
from desk.words import word
from desk.work_listing import WorkListing

Kind = Literal["registration", "case"]
DATES = ("registered", "contacted", "due")
"""What dates are asked of: when the person registered, when staff last reached out, when the next step is due."""
ENDS = ("since", "until")
_MOST = 99
_LONGEST = len("2026-11-24")


@dataclass(frozen=True)
class Asked:
    """The choices made; ``dates`` are days by name, as ``registered_since``; ``query`` is the list's own address."""

    kind: Kind
    query: str
    columns: tuple[str, ...]
    dates: Mapping[str, str]

    @classmethod
    def read(cls, kind: Kind, form: FormData, viewer: Viewer, fallback: Sequence[str]) -> Self:
        """Take what makes sense and what is theirs to have; ``fallback`` where no column was chosen."""
        chosen = allowed(viewer, in_order(form)) or allowed(viewer, fallback)
        days = {name: _text(form, name) for kind_ in DATES for name in (f"{kind_}_{end}" for end in ENDS)}
        return cls(kind, clean(kind, _text(form, "query", 1_000)), chosen, {k: v for k, v in days.items() if _day(v)})

    @classmethod
    def kept(cls, values: Mapping[str, Any]) -> Self:
        """As it was kept."""
        return cls(values["kind"], values["query"], tuple(values["columns"]), values["dates"])

    def to_keep(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)

    def seen_by(self, viewer: Viewer) -> Self:
        """Without the columns that are not theirs."""
        return replace(self, columns=allowed(viewer, self.columns))

    def taken(self, viewer: Viewer, book: PlaceBook, now: datetime, zone: ZoneInfo) -> Taken:
        """As a query within what the viewer may see."""
        spans = {name: self._span(name, zone) for name in DATES}
        if self.kind == "case":
            taken = _of_cases(WorkListing.read(QueryParams(self.query)), viewer, book, now)
        else:
            taken = Taken(Listing.read(QueryParams(self.query)).wanted(viewer, book, now, zone))
        within = _both(Span(taken.wanted.since, taken.wanted.until), spans["registered"])
        wanted = replace(taken.wanted, since=within.since, until=within.until)
        return replace(taken, wanted=wanted, contacted=spans["contacted"], due=spans["due"])

    def _span(self, name: str, zone: ZoneInfo) -> Span:
        first, last = (_day(self.dates.get(f"{name}_{end}", "")) for end in ENDS)
        after = last + timedelta(days=1) if last is not None and last < date.max else None
        return Span(*(datetime.combine(day, time.min, zone) if day is not None else None for day in (first, after)))

    def words(self, book: PlaceBook) -> str:
        """The filter and the dates in one line."""
        listed = _case_words(self.query, book) if self.kind == "case" else filter_words(_listing(self.query), book)
        return ", ".join(part for part in (listed, *self._date_words()) if part) or word("export.all")

    def _date_words(self) -> Sequence[str]:
        said = []
        for name in DATES:
            ends = {end: _day(self.dates.get(f"{name}_{end}", "")) for end in ENDS}
            parts = [word(f"export.{end}", day=f"{day:%d/%m/%Y}") for end, day in ends.items() if day is not None]
            if parts:
                said.append(f"{word(f'export.dates.{name}').lower()} {' '.join(parts)}")
        return said

    def heading(self, who: str, moment: str, book: PlaceBook) -> Sequence[str]:
        """What stands over the file: what it is, who took it when, what was chosen."""
        limit = f"{ROWS_LIMIT:,}".replace(",", ".")
        columns = ", ".join(word(f"column.{key}") for key in self.columns)
        return (
            word(f"export.title.{self.kind}", who=who, moment=moment),
            word("export.chosen", filter=self.words(book), limit=limit),
            word("export.columns", columns=columns),
        )

    def for_record(self) -> dict[str, Any]:
        """What the record keeps: the words searched for may be somebody's name, so only that there were some."""
        listing = _listing(self.query)
        told = self.query if self.kind == "case" else listing.query(q=None)
        more = {"dates": dict(self.dates)} if self.dates else {}
        searched = self.kind == "registration" and bool(listing.q)
        return {"filter": told, "searched": searched, "columns": list(self.columns), **more}


def _text(form: FormData, name: str, longest: int = _LONGEST) -> str:
    value = form.get(name)
    return value.strip().replace("\0", "")[:longest] if isinstance(value, str) else ""


def in_order(form: FormData) -> list[str]:
    """The columns that were ticked, by the numbers beside them; those with the same one as they are offered."""
    ticked = [key for key in form.getlist("column") if isinstance(key, str) and key in COLUMNS]
    offered = list(COLUMNS)
    return sorted(dict.fromkeys(ticked), key=lambda key: (_place(form.get(f"at_{key}")), offered.index(key)))


def _place(value: Any) -> int:
    typed = value.strip() if isinstance(value, str) else ""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(_MOST)) else _MOST


def _day(words: str) -> date | None:
    try:
        day = date.fromisoformat(words) if len(words) == _LONGEST else None
    except ValueError:
        return None
    return day if day is not None and day.year >= 1900 else None


def clean(kind: Kind, query: str) -> str:
    """The list's address, read and written anew so that nothing else comes along."""
    given = QueryParams(query)
    return WorkListing.read(given).query() if kind == "case" else Listing.read(given).query()


def _listing(query: str) -> Listing:
    return Listing.read(QueryParams(query))


def _of_cases(listing: WorkListing, viewer: Viewer, book: PlaceBook, now: datetime) -> Taken:
    work = listing.work(viewer, book, now)
    return Taken(Wanted(work.bounds.places, work.bounds.hamlets), work)


def _case_words(query: str, book: PlaceBook) -> str:
    listing = WorkListing.read(QueryParams(query))
    parts = [
        word(f"cases.tab.{listing.tab}"),
        f"{word(f'cases.waits.{listing.waits}').lower()} ({listing.days})" if listing.waits else "",
        f"{word('filter.place').lower()}: {book.name(listing.place)}" if listing.place else "",
        f"{word('filter.kind').lower()}: {word(f'kind.{listing.kind}')}" if listing.kind else "",
    ]
    return ", ".join(part for part in parts if part)


def _both(one: Span, other: Span) -> Span:
    """Where both are."""
    sinces = [moment for moment in (one.since, other.since) if moment is not None]
    untils = [moment for moment in (one.until, other.until) if moment is not None]
    return Span(max(sinces, default=None), min(untils, default=None))


async def settled(connection: AsyncConnection, taken: Taken) -> Taken:
    """The same search as the list makes: where no whole word fits, parts of words."""
    term = taken.wanted.term
    if term is None or not term.words or await count_taken(connection, taken, 1):
        return taken
    return replace(taken, wanted=replace(taken.wanted, term=Term(parts=term.words)))


def sets_for(viewer: Viewer) -> Mapping[str, Sequence[str]]:
    """The named choices, each as far as it is the viewer's."""
    return {name: allowed(viewer, keys) for name, keys in SETS.items()}
