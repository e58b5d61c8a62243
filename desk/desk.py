"""What every page of the desk works with."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from content.zalo_prices import Terms
from db.files import FileStore
from db.seal import Seal
from desk.placebook import PlaceBook, read_places

_BOOK_HOLDS = timedelta(minutes=1)
_CALLED_WITHIN = timedelta(days=3)


@dataclass
class Desk:
    """The database, the seal, the files and the clock, with the places read once."""

    engine: AsyncEngine
    seal: Seal
    files: FileStore
    clock: Callable[[], datetime]
    zone: ZoneInfo
    secure: bool
    names: Mapping[str, str]
    """The office's, by language."""
    channels: tuple[str, ...] = ("web",)
    """What the program serves."""
    zalo: Terms | None = None
    """What the Official Account may cost."""
    second_person_above: int = 200
    """A broadcast to more people is released by somebody other than its author."""
    second_roles: frozenset[str] = frozenset()
    """Who must have a second step."""
    second_grace: timedelta = timedelta(days=7)
    """For how long they may put off setting it up."""
    promise: Callable[[datetime], date] | None = None
    """The day by which somebody calls who registers now; without the office's days, three later."""
    _book: PlaceBook | None = field(default=None, init=False)
    _book_until: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)

    @property
    def office(self) -> str:
        """The office's name, for the head of papers."""
        return self.names["vi"]

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed on leaving."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def book(self, session: AsyncSession) -> PlaceBook:
        """The administrative units; another process may load a list of hamlets, so they are read again by and by."""
        now = self.clock()
        if self._book is None or now >= self._book_until or not self._book.units:
            self._book = await read_places(session)
            self._book_until = now + _BOOK_HOLDS
        return self._book

    def forget_book(self) -> None:
        """Read the units anew: a list was just loaded."""
        self._book = None

    def local(self, moment: datetime) -> datetime:
        """The moment as the office's clock shows it."""
        return moment.astimezone(self.zone)

    def called_by(self, now: datetime) -> datetime:
        """The end of the day that is promised to who registers now."""
        day = self.promise(now) if self.promise is not None else (self.local(now) + _CALLED_WITHIN).date()
        return datetime.combine(day, time.max, self.zone)

    def today(self) -> datetime:
        """The beginning of the office's day."""
        return self.local(self.clock()).replace(hour=0, minute=0, second=0, microsecond=0)
