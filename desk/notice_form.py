"""A notice as the desk's form sends it: read into a draft that can be checked and previewed before it is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from content.catalogue import LANGUAGES
from content.notices.details import (
    COSTS,
    EMPLOYERS,
    MARKETS,
    Both,
    Course,
    Details,
    Employer,
    Fair,
    General,
    Overseas,
    write_details,
)
from db.notice_queries import NoticeRow, PlaceName, Words
from desk.placebook import PlaceBook

LONGEST = 2_000
"""Signs of one field; what is too long for a notice is told by name, not cut off silently."""
_DIGITS = 13


@dataclass(frozen=True)
class Sent:
    """The fields of a form, trimmed."""

    form: FormData
    zone: ZoneInfo

    def words(self, name: str) -> str:
        """One field; PostgreSQL keeps no NUL in a text."""
        return self._clean(self.form.get(name))

    def all_words(self, name: str) -> list[str]:
        """Every field of this name."""
        return [self._clean(value) for value in self.form.getlist(name)]

    def _clean(self, value: object) -> str:
        return value.replace("\0", "").replace("\r\n", "\n").strip()[:LONGEST] if isinstance(value, str) else ""

    def both(self, name: str) -> Both:
        """The same words in both languages."""
        return Both(*(self.words(f"{name}_{lang}") for lang in LANGUAGES))

    def number(self, name: str) -> int | None:
        """A whole number, with or without the dots that people put into money."""
        return whole(self.words(name))

    def moment(self, name: str) -> datetime | None:
        """A day and hour where the office is."""
        try:
            return datetime.fromisoformat(self.words(name)).replace(tzinfo=self.zone)
        except ValueError:
            return None  # an empty or broken date is missing, and is told to be

    def day(self, name: str) -> date | None:
        """A day."""
        try:
            return date.fromisoformat(self.words(name))
        except ValueError:
            return None

    def end_of(self, name: str) -> datetime | None:
        """The last minute of a day."""
        day = self.day(name)
        return datetime.combine(day, time(23, 59), self.zone) if day else None


def whole(words: str) -> int | None:
    """A whole number that is not negative, None where there is none."""
    digits = words.replace(".", "").replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS else None


def read_form(form: FormData, kept: NoticeRow, book: PlaceBook, zone: ZoneInfo) -> NoticeRow:
    """The notice as the form has it; what the form does not have is kept."""
    sent = Sent(form, zone)
    texts = {lang: _texts(sent, lang) for lang in LANGUAGES}
    place = book.units.get(whole(sent.words("place")) or 0)
    draft = replace(
        kept,
        texts=texts,
        starts_at=sent.moment("starts_at"),
        ends_at=sent.moment("ends_at"),
        deadline=sent.end_of("deadline"),
        place=PlaceName(place.id, place.kind, place.name) if place else None,
        map_url=sent.words("map_url") or None,
        officer_id=whole(sent.words("officer")),
        details=write_details(_details(sent, kept.kind)),
    )
    return dated(draft)


def dated(draft: NoticeRow) -> NoticeRow:
    """With the dates that the database reckons for itself (``db/notices.py``), to check what is not kept yet."""
    start, end, deadline = draft.starts_at, draft.ends_at, draft.deadline
    if draft.kind == "overseas":
        return replace(draft, when_at=deadline or start, over_at=deadline or start)
    over = start or deadline if draft.kind == "course" else end or start or deadline
    return replace(draft, when_at=start or deadline or end, over_at=over)


def _texts(sent: Sent, lang: str) -> Words:
    return Words(*(sent.words(f"{name}_{lang}") for name in ("title", "body", "venue")))


def _details(sent: Sent, kind: str) -> Details:
    match kind:
        case "job_fair":
            return Fair(tuple(_employers(sent)), sent.both("bring"))
        case "overseas":
            return _overseas(sent)
        case "course":
            words = {name: sent.both(name) for name in ("trade", "school", "support")}
            return Course(days=sent.number("days"), places=sent.number("places"), **words)
    return General()


def _employers(sent: Sent) -> Iterator[Employer]:
    columns: Sequence[list[str]] = [
        sent.all_words(name) for name in ("employer", "jobs_vi", "jobs_km", "employer_places")
    ]
    for name, vi, km, places in list(zip(*columns, strict=False))[:EMPLOYERS]:
        if name or vi or km:
            yield Employer(name, Both(vi, km), whole(places))


def _overseas(sent: Sent) -> Overseas:
    market = sent.words("market")
    return Overseas(
        market=market if market in MARKETS else "",
        country=sent.both("country"),
        firm=sent.words("firm"),
        licence=sent.words("licence"),
        list_date=sent.day("list_date"),
        order=sent.words("order"),
        places=sent.number("places"),
        wage=sent.number("wage"),
        months=sent.number("months"),
        costs=tuple((line, sent.number(f"cost_{line}")) for line in COSTS),
        ceiling=sent.number("ceiling"),
        checked={"yes": True, "no": False}.get(sent.words("checked")),
    )


def typed(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment as the browser's field wants it."""
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}" if moment else ""


def typed_day(moment: datetime | None, zone: ZoneInfo) -> str:
    """The day of a moment as the browser's field wants it."""
    return f"{moment.astimezone(zone):%Y-%m-%d}" if moment else ""
