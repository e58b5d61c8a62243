"""What to tell those who were told before: a notice was moved to another time or place, or cancelled."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from content.catalogue import LANGUAGES, tell
from content.notices.card import place_of, title, when
from content.notices.notice import NoticeLike, Teller

TOLD = ("starts_at", "ends_at", "deadline", "venue", "state")
"""The changes that people must hear of."""
Fields = Mapping[str, Any]
"""As :class:`db.notices.NoticeChange` keeps them."""


def differences(before: Fields, after: Fields) -> dict[str, tuple[Any, Any]]:
    """The fields that people must hear of, as they were and as they are."""
    return {name: (before.get(name), after.get(name)) for name in TOLD if before.get(name) != after.get(name)}


def correction(
    notice: NoticeLike, before: Mapping[str, Any], after: Mapping[str, Any], office: Teller
) -> dict[str, str]:
    """The correction by language; empty when nothing changed that people must hear of."""
    changed = differences(before, after)
    if not changed:
        return {}
    return {lang: "\n".join(_lines(notice, changed, lang, office)) for lang in LANGUAGES}


def _lines(notice: NoticeLike, changed: Mapping[str, tuple[Any, Any]], lang: str, office: Teller) -> Iterator[str]:
    name = title(notice, lang)
    if notice.state == "cancelled":
        yield tell(lang, "correction.cancelled", title=name)
        return
    yield tell(lang, "correction.head", title=name)
    if "starts_at" in changed and (old := changed["starts_at"][0]):
        yield tell(lang, "correction.not_any_more", moment=_moment(old, office))
    if ("starts_at" in changed or "ends_at" in changed) and (hours := when(notice, lang, office)):
        yield tell(lang, "correction.now", when=hours)
    if "deadline" in changed and notice.deadline:
        yield tell(lang, "correction.deadline", day=notice.deadline.astimezone(office.zone).date())
    if "venue" in changed:
        yield tell(lang, "correction.venue", place=place_of(notice, lang))


def _moment(iso: str, office: Teller) -> datetime:
    return datetime.fromisoformat(iso).astimezone(office.zone)
