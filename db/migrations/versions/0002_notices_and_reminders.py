"""Notices, what people answer to them, and reminders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_WHEN = """
    CASE WHEN kind = 'overseas' THEN coalesce(deadline, starts_at) ELSE coalesce(starts_at, deadline, ends_at) END
"""
_OVER = """
    CASE kind WHEN 'overseas' THEN coalesce(deadline, starts_at) WHEN 'course' THEN coalesce(starts_at, deadline)
    ELSE coalesce(ends_at, starts_at, deadline) END
"""


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IS NOT NULL OR place_id IS NOT NULL", name=op.f("ck_follow_something")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_follow_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_follow_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint(
            "identity_id",
            "kind",
            "place_id",
            name=op.f("uq_follow_identity_id_kind_place_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_follow_place_id"), "follow", ["place_id"], unique=False)
    op.create_table(
        "mute",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("muted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["identity_id"], ["identity.id"], name=op.f("fk_mute_identity_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_mute")),
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("date_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("dropped", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "subject IN ('fair', 'course', 'deadline', 'meeting', 'call')", name=op.f("ck_reminder_subject")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_reminder_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "identity_id",
            "subject",
            "subject_id",
            "date_at",
            "rule",
            name=op.f("uq_reminder_identity_id_subject_subject_id_date_at_rule"),
        ),
    )
    op.create_index("ix_reminder_subject_subject_id", "reminder", ["subject", "subject_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("when_at", sa.DateTime(timezone=True), sa.Computed(_WHEN, persisted=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), sa.Computed(_OVER, persisted=True), nullable=True),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("map_url", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("officer_id", sa.BigInteger(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('job_fair', 'overseas', 'course', 'general')", name=op.f("ck_notice_kind")),
        sa.CheckConstraint("state IN ('draft', 'published', 'cancelled')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name=op.f("fk_notice_created_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["officer_id"], ["staff.id"], name=op.f("fk_notice_officer_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_notice_place_id")),
        sa.ForeignKeyConstraint(
            ["published_by"], ["staff.id"], name=op.f("fk_notice_published_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_place_id"), "notice", ["place_id"], unique=False)
    op.create_index("ix_notice_state_over_at", "notice", ["state", "over_at"], unique=False)
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
    op.create_table(
        "appointment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('meeting', 'call')", name=op.f("ck_appointment_kind")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_appointment_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_appointment_staff_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_appointment_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(
        "ix_appointment_at", "appointment", ["at"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(op.f("ix_appointment_registration_id"), "appointment", ["registration_id"], unique=False)
    op.create_index(op.f("ix_appointment_staff_id"), "appointment", ["staff_id"], unique=False)
    op.create_index(op.f("ix_appointment_worker_id"), "appointment", ["worker_id"], unique=False)
    op.create_table(
        "notice_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("after", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_change_notice_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_notice_change_staff_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_change")),
    )
    op.create_index(op.f("ix_notice_change_notice_id"), "notice_change", ["notice_id"], unique=False)
    op.create_table(
        "notice_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_file_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_file")),
    )
    op.create_index(op.f("ix_notice_file_notice_id"), "notice_file", ["notice_id"], unique=False)
    op.create_table(
        "notice_text",
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("body", sa.Text(), server_default="", nullable=False),
        sa.Column("venue", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_text_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("notice_id", "lang", name=op.f("pk_notice_text")),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("call_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "answer IN ('come', 'maybe', 'cannot', 'interested', 'call_me')", name=op.f("ck_response_answer")
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_response_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_response_notice_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_response_worker_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("notice_id", "identity_id", name=op.f("uq_response_notice_id_identity_id")),
    )
    op.create_index(op.f("ix_response_identity_id"), "response", ["identity_id"], unique=False)
    op.create_index(op.f("ix_response_worker_id"), "response", ["worker_id"], unique=False)
    op.create_table(
        "wish_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_wish_check_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_wish_check_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_check")),
    )
    op.create_index(op.f("ix_wish_check_identity_id"), "wish_check", ["identity_id"], unique=False)
    op.create_index(
        "ix_wish_check_open", "wish_check", ["asked_at"], unique=False, postgresql_where=sa.text("answer IS NULL")
    )
    op.create_index(op.f("ix_wish_check_registration_id"), "wish_check", ["registration_id"], unique=False)
    op.add_column(
        "registration",
        sa.Column("fresh_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )
    op.execute("UPDATE registration SET fresh_at = updated_at")
    op.create_index(
        "ix_registration_fresh_at",
        "registration",
        ["fresh_at"],
        unique=False,
        postgresql_where=sa.text("status NOT IN ('placed', 'enrolled', 'departed', 'closed')"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_registration_fresh_at",
        table_name="registration",
        postgresql_where=sa.text("status NOT IN ('placed', 'enrolled', 'departed', 'closed')"),
    )
    op.drop_column("registration", "fresh_at")
    op.drop_index(op.f("ix_wish_check_registration_id"), table_name="wish_check")
    op.drop_index("ix_wish_check_open", table_name="wish_check", postgresql_where=sa.text("answer IS NULL"))
    op.drop_index(op.f("ix_wish_check_identity_id"), table_name="wish_check")
    op.drop_table("wish_check")
    op.drop_index(op.f("ix_response_worker_id"), table_name="response")
    op.drop_index(op.f("ix_response_identity_id"), table_name="response")
    op.drop_table("response")
    op.drop_table("notice_text")
    op.drop_index(op.f("ix_notice_file_notice_id"), table_name="notice_file")
    op.drop_table("notice_file")
    op.drop_index(op.f("ix_notice_change_notice_id"), table_name="notice_change")
    op.drop_table("notice_change")
    op.drop_index(op.f("ix_appointment_worker_id"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_staff_id"), table_name="appointment")
    op.drop_index(op.f("ix_appointment_registration_id"), table_name="appointment")
    op.drop_index("ix_appointment_at", table_name="appointment", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("appointment")
    op.drop_index("ix_staff_reminder_open", table_name="staff_reminder", postgresql_where=sa.text("done_at IS NULL"))
    op.drop_table("staff_reminder")
    op.drop_index("ix_notice_state_over_at", table_name="notice")
    op.drop_index(op.f("ix_notice_place_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_reminder_subject_subject_id", table_name="reminder")
    op.drop_table("reminder")
    op.drop_table("mute")
    op.drop_index(op.f("ix_follow_place_id"), table_name="follow")
    op.drop_table("follow")
