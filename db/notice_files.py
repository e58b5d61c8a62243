"""One file of a notice that workers may read of, by its number."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from db.notices import Notice, NoticeFile


@dataclass(frozen=True)
class KeptFile:
    """What is known of a file; its bytes lie in the file store under ``path``."""

    id: int
    name: str
    mime: str
    path: str


async def kept_file(engine: AsyncEngine, number: int) -> KeptFile | None:
    """The file, None where it was taken off its notice, or the notice is a draft."""
    query = select(NoticeFile.id, NoticeFile.name, NoticeFile.mime, NoticeFile.path).join(
        Notice, Notice.id == NoticeFile.notice_id
    )
    async with engine.connect() as connection:
        found = (await connection.execute(query.where(NoticeFile.id == number, Notice.state != "draft"))).one_or_none()
    return KeptFile(*found) if found is not None else None
