"""Officers are told of their appointments by the alerts that there are; the table that was meant for it goes."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

_BEFORE = "cause IN ('new', 'due', 'escalated', 'message')"
_AFTER = "cause IN ('new', 'due', 'escalated', 'message', 'meeting', 'call')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_officer_alert_cause"), "officer_alert", type_="check")
    op.create_check_constraint(op.f("ck_officer_alert_cause"), "officer_alert", _AFTER)
    op.create_index(
        "ix_appointment_open",
        "appointment",
        ["registration_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_staff_reminder_open", table_name="staff_reminder", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("staff_reminder")


def downgrade() -> None:
    op.create_table(
        "staff_reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("date_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_staff_reminder_place_id")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_reminder_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_reminder")),
        sa.UniqueConstraint(
            "subject", "subject_id", "date_at", name=op.f("uq_staff_reminder_subject_subject_id_date_at")
        ),
    )
    op.create_index(
        "ix_staff_reminder_open",
        "staff_reminder",
        ["staff_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.drop_index("ix_appointment_open", table_name="appointment", postgresql_where=sa.text("ended_at IS NULL"))
    op.execute("DELETE FROM officer_alert WHERE cause IN ('meeting', 'call')")
    op.drop_constraint(op.f("ck_officer_alert_cause"), "officer_alert", type_="check")
    op.create_check_constraint(op.f("ck_officer_alert_cause"), "officer_alert", _BEFORE)
