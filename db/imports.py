"""Rows of spreadsheets that were taken in: a mark each, so that the same row a second time adds nothing."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born


class ImportedRow(Base):
    """The keyed mark of one row; it stays when the person is erased, and tells nothing without the key."""

    __tablename__ = "imported_row"

    mark: Mapped[str] = mapped_column(primary_key=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    imported_at: Mapped[Born]
