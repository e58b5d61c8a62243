"""The words of reminders: whose name, what, when, where, and who waits there (D5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from content.catalogue import tell
from content.notices.card import local_day, place_of, title
from content.notices.details import Fair, read_details
from content.notices.notice import NoticeLike, Teller


def remind_of_notice(
    notice: NoticeLike, subject: str, name: str | None, officer: str | None, lang: str, office: Teller, now: datetime
) -> str:
    """Remind of a fair, a course, or a deadline."""
    moment = notice.deadline if subject == "deadline" else notice.starts_at
    assert moment is not None, "what has no date is not reminded of"
    local = moment.astimezone(office.zone)
    day = ahead(local.date(), local_day(now, office), lang)
    lines = [greeting(name, lang), tell(lang, f"remind.{subject}", day=day, title=title(notice, lang), at=local.time())]
    if subject != "deadline":
        lines += _there(notice, officer or office.names[lang], lang)
    return "\n".join(lines)


def _there(notice: NoticeLike, officer: str, lang: str) -> Iterator[str]:
    if place := place_of(notice, lang):
        yield tell(lang, "remind.place", place=place)
    yield tell(lang, "remind.kept", officer=officer)
    details = read_details(notice.kind, notice.details)
    if isinstance(details, Fair) and details.bring.said(lang):
        yield tell(lang, "notice.bring", what=details.bring.said(lang))


@dataclass(frozen=True)
class Agreed:
    """An appointment as its worker is told of it: what holds now, and the time that they have in mind."""

    kind: str
    at: datetime
    venue: str
    known_at: datetime | None
    name: str | None
    officer: str | None
    lang: str


def appointment_moved(one: Agreed, office: Teller, now: datetime) -> str:
    """It is at another time or place than the worker knows."""
    holds = remind_of_appointment(one.kind, one.at, one.venue, one.name, one.officer, one.lang, office, now)
    hello, *lines = holds.split("\n")
    lines = [hello, tell(one.lang, f"appointment.changed.{one.kind}"), *lines]
    if one.known_at is not None and one.known_at != one.at:
        moment = one.known_at.astimezone(office.zone)
        lines.append(tell(one.lang, "correction.not_any_more", moment=moment))
    return "\n".join(lines)


def appointment_off(one: Agreed, office: Teller, now: datetime) -> str:
    """It will not be; the worker is not to set out."""
    assert one.known_at is not None, "what nobody knows of is not called off"
    local = one.known_at.astimezone(office.zone)
    day = ahead(local.date(), local_day(now, office), one.lang)
    words = tell(one.lang, f"appointment.off.{one.kind}", day=day, at=local.time())
    return f"{greeting(one.name, one.lang)}\n{words}"


def remind_of_appointment(
    kind: str, at: datetime, venue: str, name: str | None, officer: str | None, lang: str, office: Teller, now: datetime
) -> str:
    """Remind of a meeting, or of a call that an officer promised."""
    local = at.astimezone(office.zone)
    day = ahead(local.date(), local_day(now, office), lang)
    values = {"day": day, "at": local.time(), "officer": officer or office.names[lang]}
    lines = [greeting(name, lang), tell(lang, f"remind.{kind}", **values)]
    if venue:
        lines.append(tell(lang, "remind.place", place=venue))
    return "\n".join(lines)


def greeting(name: str | None, lang: str) -> str:
    """By the given name alone: phones are shared."""
    given = name.split()[-1] if name and name.split() else None
    return tell(lang, "remind.hello", name=given) if given else tell(lang, "remind.hello_nameless")


def ahead(day: date, today: date, lang: str) -> str:
    """Today, tomorrow, or in so many days, with the date."""
    left = (day - today).days
    if left <= 1:
        return tell(lang, "remind.today" if left <= 0 else "remind.tomorrow", day=day)
    return tell(lang, "remind.in_days", count=left, day=day)
