"""Who came to a job fair."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Born, Key

WAYS = ("code", "name", "walk_in")
"""How somebody was checked in: by the code on their phone, by name, or unannounced."""


class Attendance(Base):
    """That a person came; without the person when they are erased, since the count stays."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("notice_id", "worker_id"),)

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="SET NULL"), index=True)
    way: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    came_at: Mapped[Born]
