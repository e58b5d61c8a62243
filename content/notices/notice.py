"""What the words of a notice are made from; ``db/notice_queries.py`` reads rows that are of this shape."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

# ruff: noqa: D102 - the names are the table's, where each is explained


class TextLike(Protocol):
    """A notice's words in one language."""

    @property
    def title(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def venue(self) -> str: ...


class PlaceLike(Protocol):
    """The commune that a notice is for."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...


class FileLike(Protocol):
    """A file of a notice."""

    @property
    def id(self) -> int: ...
    @property
    def lang(self) -> str | None: ...
    @property
    def kind(self) -> str: ...


class NoticeLike(Protocol):
    """A notice, with its words by language."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def deadline(self) -> datetime | None: ...
    @property
    def when_at(self) -> datetime | None: ...
    @property
    def over_at(self) -> datetime | None: ...
    @property
    def place(self) -> PlaceLike | None: ...
    @property
    def map_url(self) -> str | None: ...
    @property
    def details(self) -> Mapping[str, Any]: ...
    @property
    def texts(self) -> Mapping[str, TextLike]: ...
    @property
    def files(self) -> Sequence[FileLike]: ...


class Teller(Protocol):
    """Who tells it: the office's name by language, and the clock by which days and hours are told."""

    @property
    def names(self) -> Mapping[str, str]: ...
    @property
    def zone(self) -> ZoneInfo: ...


def is_over(notice: NoticeLike, now: datetime) -> bool:
    """Whether its time has passed; one without a date never does."""
    return notice.over_at is not None and notice.over_at <= now


def is_closed(notice: NoticeLike, now: datetime) -> bool:
    """Whether it is too late to answer."""
    return is_over(notice, now) or (notice.deadline is not None and notice.deadline <= now)
