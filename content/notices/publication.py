"""Whether a notice may be published: everything that is missing or wrong, by field and reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from content.catalogue import LANGUAGES
from content.notices.details import Both, Course, Fair, Overseas, read_details
from content.notices.notice import NoticeLike, is_over

TITLE, BODY, WORDS = 80, 600, 200
"""The longest title, body, and other words, in signs: what a person reads on a small phone."""
REASONS = ("missing", "missing_vi", "missing_km", "too_long", "past", "before_start", "over_ceiling", "not_yet", "link")


@dataclass(frozen=True)
class Fault:
    """Why a notice can't go out: the field, and one of ``REASONS``."""

    field: str
    reason: str


def faults(notice: NoticeLike, now: datetime) -> list[Fault]:
    """All that stands between this notice and its publication; empty when it may go out."""
    return [*_texts(notice), *_dates(notice, now), *_details(notice, now)]


def _texts(notice: NoticeLike) -> Iterator[Fault]:
    needs_venue = notice.kind in ("job_fair", "course")
    for name, longest in (("title", TITLE), ("body", BODY), ("venue", WORDS)):
        both = Both(*(getattr(notice.texts.get(lang), name, "") for lang in LANGUAGES))
        yield from _both(name, both, longest, needed=name != "venue" or needs_venue or both != Both())
    if notice.map_url and not notice.map_url.startswith("https://"):
        yield Fault("map_url", "link")


def _both(name: str, words: Both, longest: int, *, needed: bool = True) -> Iterator[Fault]:
    """Faults of words that must be there in both languages (H2), and stay short."""
    if needed:
        for lang in words.missing():
            yield Fault(name, f"missing_{lang}")
    if max(len(words.vi), len(words.km)) > longest:
        yield Fault(name, "too_long")


def _dates(notice: NoticeLike, now: datetime) -> Iterator[Fault]:
    dates = {"starts_at": notice.starts_at, "ends_at": notice.ends_at, "deadline": notice.deadline}
    needed = {"job_fair": ("starts_at", "ends_at"), "course": ("starts_at",), "overseas": ("deadline",)}
    for name in needed.get(notice.kind, ()):
        if dates[name] is None:
            yield Fault(name, "missing")
    if notice.kind == "general" and not any(dates.values()):
        yield Fault("ends_at", "missing")
    if notice.starts_at and notice.ends_at and notice.ends_at <= notice.starts_at:
        yield Fault("ends_at", "before_start")
    if is_over(notice, now):
        yield Fault("deadline" if notice.kind == "overseas" else "starts_at", "past")


def _details(notice: NoticeLike, now: datetime) -> Iterator[Fault]:
    details = read_details(notice.kind, notice.details)
    match details:
        case Fair():
            yield from _fair(details)
        case Overseas():
            yield from _overseas(details, now)
        case Course():
            yield from _course(details)


def _fair(fair: Fair) -> Iterator[Fault]:
    if not fair.employers:
        yield Fault("employers", "missing")
    for employer in fair.employers:
        if not employer.name:
            yield Fault("employers", "missing")
        yield from _both("employers", employer.jobs, WORDS)
    yield from _both("bring", fair.bring, WORDS)


def _overseas(order: Overseas, now: datetime) -> Iterator[Fault]:
    needed = ("market", "firm", "licence", "list_date", "order", "places", "wage", "months", "ceiling", "checked")
    for name in needed:
        value = getattr(order, name)
        if value is not False and not value:
            yield Fault(name, "missing")
    if order.market == "other":
        yield from _both("country", order.country, WORDS)
    if any(amount is None for _, amount in order.costs):
        yield Fault("costs", "missing")
    if order.service is not None and order.ceiling is not None and order.service > order.ceiling:
        yield Fault("costs", "over_ceiling")
    if order.list_date is not None and order.list_date > now.date():
        yield Fault("list_date", "not_yet")


def _course(course: Course) -> Iterator[Fault]:
    for name in ("trade", "school", "support"):
        yield from _both(name, getattr(course, name), WORDS)
    if not course.days:
        yield Fault("days", "missing")
