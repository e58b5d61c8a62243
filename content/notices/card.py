"""A notice as a worker reads it: a short card with what can be answered, and what lies behind "more"."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from content.catalogue import tell
from content.notices.details import Course, Employer, Fair, Overseas, read_details
from content.notices.notice import FileLike, NoticeLike, Teller, is_closed, is_over
from content.places import named

ONE_MESSAGE = 400
"""A card up to this length is one message; a longer one is two, split between what it is and its details."""
EMPLOYERS_SHOWN = 3
AT_ONCE = 5
"""Choices under one message; files for which there is no room lie behind "more"."""
FILE_KINDS = ("picture", "voice", "file")
"""The kinds of files, as they are offered."""
ANSWERS_TO = {
    "job_fair": ("come", "maybe", "cannot", "call_me"),
    "overseas": ("interested", "call_me"),
    "course": ("interested", "maybe", "call_me"),
    "general": ("call_me",),
}
"""What may be answered to each kind, in the order of the buttons."""


@dataclass(frozen=True)
class Card:
    """Messages in their order, and the choices under the last one: each a label and what its tap sends back."""

    texts: tuple[str, ...]
    choices: tuple[tuple[str, str], ...] = ()


def card(notice: NoticeLike, lang: str, office: Teller, now: datetime) -> Card:
    """The whole card; of a notice that is cancelled or past, a kind word."""
    if end := ending(notice, lang, now):
        return Card((end,))
    first = (title(notice, lang), *_when(notice, lang, office), *_where(notice, lang), _body(notice, lang))
    second = (*_details(notice, lang, office), tell(lang, f"notice.ask.{notice.kind}"))
    parts = ("\n".join(filter(None, first)), "\n".join(second))
    whole = "\n".join(parts)
    texts = (whole,) if len(whole) <= ONE_MESSAGE else parts
    return Card(texts, tuple(_choices(notice, lang, now)))


def title(notice: NoticeLike, lang: str) -> str:
    """What it is called."""
    return notice.texts[lang].title if lang in notice.texts else ""


def ending(notice: NoticeLike, lang: str, now: datetime) -> str | None:
    """That it was cancelled or is past; None while it lies ahead."""
    if notice.state == "cancelled":
        return tell(lang, "notice.cancelled", title=title(notice, lang))
    if is_over(notice, now):
        return tell(lang, "notice.past", title=title(notice, lang))
    return None


def line(notice: NoticeLike, lang: str, office: Teller) -> str:
    """One line of a list: the day, and what it is."""
    if notice.when_at is None:
        return title(notice, lang)
    day = notice.when_at.astimezone(office.zone)
    return tell(lang, "notices.line", day=f"{day.day}/{day.month}", title=title(notice, lang))


def place_of(notice: NoticeLike, lang: str) -> str:
    """The venue with its commune, as far as they are known."""
    venue = notice.texts[lang].venue if lang in notice.texts else ""
    commune = named(notice.place.kind, notice.place.name, lang) if notice.place else ""
    return ", ".join(filter(None, (venue, commune)))


def files_for(notice: NoticeLike, lang: str) -> Sequence[FileLike]:
    """The files that a reader of this language gets."""
    return [file for file in notice.files if file.lang in (None, lang)]


def more(notice: NoticeLike, lang: str) -> list[str]:
    """What does not stand on the card: all employers of a large fair."""
    details = read_details(notice.kind, notice.details)
    if isinstance(details, Fair) and len(details.employers) > EMPLOYERS_SHOWN:
        return ["\n".join((tell(lang, "notice.employers"), *_employers(details.employers, lang)))]
    return []


def cost_sheet(notice: NoticeLike, lang: str) -> str:
    """Everything that the worker pays, line by line, beside the wage and the legal ceiling."""
    order = read_details(notice.kind, notice.details)
    if not isinstance(order, Overseas):
        raise ValueError(f"a {notice.kind} has no cost sheet")
    lines = [tell(lang, f"notice.cost.{what}", amount=amount or 0) for what, amount in order.costs]
    total = tell(lang, "notice.cost.total", total=order.total, months=_tenths(order.total, order.wage or 0))
    ceiling = tell(lang, "notice.cost.ceiling", ceiling=order.ceiling or 0)
    return "\n".join((tell(lang, "notice.cost.head"), *lines, total, ceiling, tell(lang, "notice.cost.rule")))


def _tenths(total: int, wage: int) -> str:
    """Months of wages, rounded up to a tenth, with a comma as people write it."""
    tenths = -(-total * 10 // wage) if wage else 0
    return f"{tenths // 10},{tenths % 10}"


def _body(notice: NoticeLike, lang: str) -> str:
    return notice.texts[lang].body if lang in notice.texts else ""


def when(notice: NoticeLike, lang: str, office: Teller) -> str | None:
    """The hours and the day, None where none is set."""
    if notice.starts_at is None:
        return None
    start = notice.starts_at.astimezone(office.zone)
    end = notice.ends_at.astimezone(office.zone) if notice.ends_at else None
    if notice.kind == "course" or end is None:
        return tell(lang, "notice.starts", start=start.time(), day=start.date())
    if end.date() == start.date():
        return tell(lang, "notice.hours", start=start.time(), end=end.time(), day=start.date())
    return tell(lang, "notice.days", start=start.time(), first=start.date(), last=end.date())


def _when(notice: NoticeLike, lang: str, office: Teller) -> Iterator[str]:
    if hours := when(notice, lang, office):
        yield hours
    if notice.deadline:
        yield tell(lang, "notice.deadline", day=local_day(notice.deadline, office))


def local_day(moment: datetime, office: Teller) -> date:
    """The day of a moment where the office is."""
    return moment.astimezone(office.zone).date()


def _where(notice: NoticeLike, lang: str) -> Iterator[str]:
    if place := place_of(notice, lang):
        yield tell(lang, "notice.where", place=place)
    if notice.map_url:
        yield tell(lang, "notice.map", url=notice.map_url)


def _details(notice: NoticeLike, lang: str, office: Teller) -> Iterator[str]:
    match read_details(notice.kind, notice.details):
        case Fair() as fair:
            yield from _fair(fair, lang)
        case Overseas() as order:
            yield from _overseas(order, lang, office)
        case Course() as course:
            yield from _course(course, lang)


def _fair(fair: Fair, lang: str) -> Iterator[str]:
    yield tell(lang, "notice.employers")
    yield from _employers(fair.employers[:EMPLOYERS_SHOWN], lang)
    if (left := len(fair.employers) - EMPLOYERS_SHOWN) > 0:
        yield tell(lang, "notice.employers_more", count=left)
    yield tell(lang, "notice.bring", what=fair.bring.said(lang))


def _employers(them: Sequence[Employer], lang: str) -> Iterator[str]:
    for one in them:
        values = {"name": one.name, "jobs": one.jobs.said(lang)}
        if one.places:
            yield tell(lang, "notice.employer_places", **values, places=one.places)
        else:
            yield tell(lang, "notice.employer", **values)


def _overseas(order: Overseas, lang: str, office: Teller) -> Iterator[str]:
    yield tell(
        lang, "notice.overseas.job", country=_country(order, lang), places=order.places or 0, months=order.months or 0
    )
    yield tell(lang, "notice.overseas.wage", wage=order.wage or 0)
    yield tell(lang, "notice.overseas.firm", firm=order.firm, licence=order.licence)
    yield tell(lang, "notice.overseas.list", day=order.list_date or "")
    yield tell(lang, "notice.overseas.order", order=order.order)
    key = "notice.overseas.checked" if order.checked else "notice.overseas.not_checked"
    yield tell(lang, key, office=office.names[lang])


def _country(order: Overseas, lang: str) -> str:
    if order.market in ("", "other"):
        return order.country.said(lang)
    return tell(lang, f"notice.market.{order.market}")


def _course(course: Course, lang: str) -> Iterator[str]:
    yield tell(lang, "notice.course.trade", trade=course.trade.said(lang), school=course.school.said(lang))
    yield tell(lang, "notice.course.days", days=course.days or 0)
    yield tell(lang, "notice.course.support", support=course.support.said(lang))
    if course.places:
        yield tell(lang, "notice.course.places", places=course.places)


def _choices(notice: NoticeLike, lang: str, now: datetime) -> Iterator[tuple[str, str]]:
    answers = ("call_me",) if is_closed(notice, now) else ANSWERS_TO[notice.kind]
    for answer in answers:
        yield tell(lang, f"notices.button.{answer}"), f"notice:answer:{notice.id}:{answer}"
    if notice.kind == "overseas":
        yield tell(lang, "notices.button.cost"), f"notice:cost:{notice.id}"
    ways, behind = file_ways(notice, lang), bool(more(notice, lang))
    room = AT_ONCE - len(answers) - (notice.kind == "overseas")
    fits = len(ways) + behind <= room
    if fits:
        yield from ways
    if behind or not fits:
        yield tell(lang, "notices.button.more"), f"notice:more:{notice.id}"


def file_ways(notice: NoticeLike, lang: str) -> list[tuple[str, str]]:
    """How to get to the files: one choice for each kind that there is."""
    kinds = {file.kind for file in files_for(notice, lang)}
    ways = [kind for kind in FILE_KINDS if kind in kinds]
    return [(tell(lang, f"notices.button.file.{kind}"), f"notice:file:{notice.id}:{kind}") for kind in ways]
