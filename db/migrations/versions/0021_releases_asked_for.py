"""A broadcast that waits for a second person: when that was asked, who decided what, and who was told."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

_ASKED = sa.text("asked_at IS NOT NULL")
_MOMENTS = ("asked_at", "asked_told_at", "decided_at", "decided_told_at")


def upgrade() -> None:
    for column in _MOMENTS:
        op.add_column("broadcast", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcast", sa.Column("refused_why", sa.Text(), nullable=True))
    op.add_column("broadcast", sa.Column("decided_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_broadcast_decided_by"), "broadcast", "staff", ["decided_by"], ["id"], ondelete="SET NULL"
    )
    op.create_index("ix_broadcast_asked_at", "broadcast", ["asked_at"], unique=False, postgresql_where=_ASKED)


def downgrade() -> None:
    op.drop_index("ix_broadcast_asked_at", table_name="broadcast", postgresql_where=_ASKED)
    op.drop_constraint(op.f("fk_broadcast_decided_by"), "broadcast", type_="foreignkey")
    for column in ("decided_by", "refused_why", *_MOMENTS):
        op.drop_column("broadcast", column)
