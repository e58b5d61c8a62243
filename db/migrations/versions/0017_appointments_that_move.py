"""What the worker knows of an appointment, so that they are told when it moves or is called off."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

_KNOWN = sa.text("known_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("appointment", sa.Column("known_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("appointment", sa.Column("known_venue", sa.Text(), server_default="", nullable=False))
    op.add_column("appointment", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "appointment",
        sa.Column("agreed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.execute(
        "UPDATE appointment SET known_at = at, known_venue = venue, agreed_at = created_at WHERE ended_at IS NULL"
    )
    op.create_index("ix_appointment_known_at", "appointment", ["known_at"], unique=False, postgresql_where=_KNOWN)


def downgrade() -> None:
    op.drop_index("ix_appointment_known_at", table_name="appointment", postgresql_where=_KNOWN)
    for column in ("agreed_at", "told_at", "known_venue", "known_at"):
        op.drop_column("appointment", column)
