"""What every page of the desk works with."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from db.files import FileStore
from db.seal import Seal
from desk.placebook import PlaceBook, read_places


@dataclass
class Desk:
    """The database, the seal, the files and the clock, with the places read once."""

    engine: AsyncEngine
    seal: Seal
    files: FileStore
    clock: Callable[[], datetime]
    zone: ZoneInfo
    secure: bool
    _book: PlaceBook | None = field(default=None, init=False)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One transaction, committed on leaving."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    async def book(self, session: AsyncSession) -> PlaceBook:
        """The administrative units; they change with a new release only."""
        if self._book is None or not self._book.units:
            self._book = await read_places(session)
            session.expunge_all()
        return self._book

    def local(self, moment: datetime) -> datetime:
        """The moment as the office's clock shows it."""
        return moment.astimezone(self.zone)

    def today(self) -> datetime:
        """The beginning of the office's day."""
        return self.local(self.clock()).replace(hour=0, minute=0, second=0, microsecond=0)
