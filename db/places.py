"""Administrative units of every version: what the district was in 2020 and what it became in 2025."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key


class Place(Base):
    """A district, commune or hamlet. Codes are used again after a merger, so (code, version) is the key."""

    __tablename__ = "place"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Key]
    code: Mapped[str]
    version: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
