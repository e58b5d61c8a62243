"""Administrative units of every version: what the district was in 2020, what it became in 2025, and its hamlets."""

from datetime import date

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key

HAMLETS = "hamlets"
"""The version that hamlets have: their list is dated and revised by itself, whatever the communes are called."""


class Place(Base):
    """A commune or hamlet. Codes are used again after a merger, so (code, version) is the key.

    A hamlet's ``parent_id`` is its commune, of whichever map its list speaks of; its code is that commune's key and
    its own name.
    """

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


FLAGS = ("difficult",)
"""What a list says of a commune: ``difficult`` is an especially difficult one (xã đặc biệt khó khăn)."""


class PlaceFlag(Base):
    """That a place is something from one day on, until another: lists of difficult communes change by decision."""

    __tablename__ = "place_flag"
    __table_args__ = (UniqueConstraint("place_id", "flag", "valid_from"),)

    id: Mapped[Key]
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    flag: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The first day on which it no longer holds."""
    source: Mapped[str] = mapped_column(server_default="")
    """The decision that says so."""
