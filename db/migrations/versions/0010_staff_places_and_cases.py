"""Places of staff, cases with their owner, calls, notes and messages, and what is derived for their order."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


_DUE = (
    "CASE WHEN (status = ANY (ARRAY['placed'::text, 'enrolled'::text, 'departed'::text, 'closed'::text])) "
    "THEN NULL::timestamp with time zone ELSE COALESCE(next_at, promised_at, created_at) END"
)
_PLACES_OUT = "INSERT INTO staff_place (staff_id, place_id) SELECT id, place_id FROM staff WHERE place_id IS NOT NULL"
_PLACES_BACK = """
UPDATE staff s SET place_id = p.place_id FROM (SELECT staff_id, min(place_id) AS place_id FROM staff_place GROUP BY 1) p
WHERE p.staff_id = s.id
"""


def upgrade() -> None:
    op.create_table(
        "ready_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("vi", sa.Text(), nullable=False),
        sa.Column("km", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ready_answer")),
        sa.UniqueConstraint("name", name=op.f("uq_ready_answer_name")),
    )
    op.create_table(
        "owner_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_owner_rule_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_owner_rule_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_owner_rule")),
        sa.UniqueConstraint(
            "place_id", "kind", name=op.f("uq_owner_rule_place_id_kind"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index(op.f("ix_owner_rule_staff_id"), "owner_rule", ["staff_id"], unique=False)
    op.create_table(
        "place_flag",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("flag", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_flag_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_flag")),
        sa.UniqueConstraint("place_id", "flag", "valid_from", name=op.f("uq_place_flag_place_id_flag_valid_from")),
    )
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_saved_filter_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint("staff_id", "name", name=op.f("uq_saved_filter_staff_id_name")),
    )
    op.create_table(
        "staff_identity",
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_staff_identity_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_identity_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("identity_id", name=op.f("pk_staff_identity")),
    )
    op.create_index(op.f("ix_staff_identity_staff_id"), "staff_identity", ["staff_id"], unique=False)
    op.create_table(
        "staff_link_code",
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_link_code_staff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_staff_link_code")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_staff_link_code_staff_id")),
    )
    op.create_table(
        "staff_place",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_staff_place_place_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_place_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", "place_id", name=op.f("pk_staff_place")),
    )
    op.create_index(op.f("ix_staff_place_place_id"), "staff_place", ["place_id"], unique=False)
    op.create_table(
        "case_call",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("again_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="desk", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('called', 'no_answer', 'call_again', 'met', 'referred')", name=op.f("ck_case_call_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_case_call_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_case_call_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_call")),
    )
    op.create_index(op.f("ix_case_call_registration_id"), "case_call", ["registration_id"], unique=False)
    op.create_index(op.f("ix_case_call_staff_id"), "case_call", ["staff_id"], unique=False)
    op.create_table(
        "case_message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_case_message_identity_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_case_message_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_case_message_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_message")),
    )
    op.create_index(op.f("ix_case_message_identity_id"), "case_message", ["identity_id"], unique=False)
    op.create_index(op.f("ix_case_message_registration_id"), "case_message", ["registration_id"], unique=False)
    op.create_index(op.f("ix_case_message_staff_id"), "case_message", ["staff_id"], unique=False)
    op.create_table(
        "case_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_case_note_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_case_note_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_registration_id"), "case_note", ["registration_id"], unique=False)
    op.create_index(op.f("ix_case_note_staff_id"), "case_note", ["staff_id"], unique=False)
    op.create_table(
        "officer_alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("cause_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outgoing_id", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("cause IN ('new', 'due', 'escalated', 'message')", name=op.f("ck_officer_alert_cause")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_officer_alert_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_officer_alert_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_alert")),
        sa.UniqueConstraint(
            "registration_id",
            "identity_id",
            "cause",
            "cause_at",
            name=op.f("uq_officer_alert_registration_id_identity_id_cause_cause_at"),
        ),
    )
    op.create_index(op.f("ix_officer_alert_identity_id"), "officer_alert", ["identity_id"], unique=False)
    op.create_table(
        "person_talk",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_person_talk_identity_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_person_talk_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_person_talk_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_talk")),
    )
    op.create_index(
        "ix_person_talk_open", "person_talk", ["identity_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(op.f("ix_person_talk_registration_id"), "person_talk", ["registration_id"], unique=False)
    op.create_index(op.f("ix_person_talk_staff_id"), "person_talk", ["staff_id"], unique=False)
    op.create_index(
        "ix_person_talk_until_at",
        "person_talk",
        ["until_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("registration", sa.Column("hamlet_id", sa.BigInteger(), nullable=True))
    op.add_column("registration", sa.Column("owner_id", sa.BigInteger(), nullable=True))
    op.add_column("registration", sa.Column("next_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "registration",
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            sa.Computed(
                _DUE,
                persisted=True,
            ),
            nullable=True,
        ),
    )
    op.add_column("registration", sa.Column("priority", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("registration", sa.Column("level", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_index(
        "ix_registration_due_at",
        "registration",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_registration_free",
        "registration",
        ["priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL AND owner_id IS NULL"),
    )
    op.create_index(
        "ix_registration_free_place",
        "registration",
        ["place_id", "priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL AND owner_id IS NULL"),
    )
    op.create_index(
        "ix_registration_hamlet_id",
        "registration",
        ["hamlet_id", "created_at", "id"],
        unique=False,
        postgresql_where=sa.text("hamlet_id IS NOT NULL"),
    )
    op.create_index(
        "ix_registration_work",
        "registration",
        ["priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_registration_work_hamlet",
        "registration",
        ["hamlet_id", "priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_registration_work_owner",
        "registration",
        ["owner_id", "priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_registration_work_place",
        "registration",
        ["place_id", "priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_foreign_key(op.f("fk_registration_hamlet_id"), "registration", "place", ["hamlet_id"], ["id"])
    op.create_foreign_key(
        op.f("fk_registration_owner_id"), "registration", "staff", ["owner_id"], ["id"], ondelete="SET NULL"
    )
    op.execute(_PLACES_OUT)
    op.drop_constraint(op.f("fk_staff_place_id"), "staff", type_="foreignkey")
    op.drop_column("staff", "place_id")
    op.add_column("worker", sa.Column("hamlet_id", sa.BigInteger(), nullable=True))
    op.add_column("worker", sa.Column("points", sa.SmallInteger(), server_default="0", nullable=False))
    op.create_index(op.f("ix_worker_hamlet_id"), "worker", ["hamlet_id"], unique=False)
    op.create_foreign_key(op.f("fk_worker_hamlet_id"), "worker", "place", ["hamlet_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(op.f("fk_worker_hamlet_id"), "worker", type_="foreignkey")
    op.drop_index(op.f("ix_worker_hamlet_id"), table_name="worker")
    op.drop_column("worker", "points")
    op.drop_column("worker", "hamlet_id")
    op.add_column("staff", sa.Column("place_id", sa.BIGINT(), autoincrement=False, nullable=True))
    op.create_foreign_key(op.f("fk_staff_place_id"), "staff", "place", ["place_id"], ["id"])
    op.drop_constraint(op.f("fk_registration_owner_id"), "registration", type_="foreignkey")
    op.drop_constraint(op.f("fk_registration_hamlet_id"), "registration", type_="foreignkey")
    op.drop_index(
        "ix_registration_work_place", table_name="registration", postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.drop_index(
        "ix_registration_work_owner", table_name="registration", postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.drop_index(
        "ix_registration_work_hamlet", table_name="registration", postgresql_where=sa.text("due_at IS NOT NULL")
    )
    op.drop_index("ix_registration_work", table_name="registration", postgresql_where=sa.text("due_at IS NOT NULL"))
    op.drop_index(
        "ix_registration_hamlet_id", table_name="registration", postgresql_where=sa.text("hamlet_id IS NOT NULL")
    )
    op.drop_index(
        "ix_registration_free_place",
        table_name="registration",
        postgresql_where=sa.text("due_at IS NOT NULL AND owner_id IS NULL"),
    )
    op.drop_index(
        "ix_registration_free",
        table_name="registration",
        postgresql_where=sa.text("due_at IS NOT NULL AND owner_id IS NULL"),
    )
    op.drop_index("ix_registration_due_at", table_name="registration", postgresql_where=sa.text("due_at IS NOT NULL"))
    op.drop_column("registration", "level")
    op.drop_column("registration", "priority")
    op.drop_column("registration", "due_at")
    op.drop_column("registration", "next_at")
    op.drop_column("registration", "owner_id")
    op.drop_column("registration", "hamlet_id")
    op.drop_index("ix_person_talk_until_at", table_name="person_talk", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index(op.f("ix_person_talk_staff_id"), table_name="person_talk")
    op.drop_index(op.f("ix_person_talk_registration_id"), table_name="person_talk")
    op.drop_index("ix_person_talk_open", table_name="person_talk", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_table("person_talk")
    op.drop_index(op.f("ix_officer_alert_identity_id"), table_name="officer_alert")
    op.drop_table("officer_alert")
    op.drop_index(op.f("ix_case_note_staff_id"), table_name="case_note")
    op.drop_index(op.f("ix_case_note_registration_id"), table_name="case_note")
    op.drop_table("case_note")
    op.drop_index(op.f("ix_case_message_staff_id"), table_name="case_message")
    op.drop_index(op.f("ix_case_message_registration_id"), table_name="case_message")
    op.drop_index(op.f("ix_case_message_identity_id"), table_name="case_message")
    op.drop_table("case_message")
    op.drop_index(op.f("ix_case_call_staff_id"), table_name="case_call")
    op.drop_index(op.f("ix_case_call_registration_id"), table_name="case_call")
    op.drop_table("case_call")
    op.execute(_PLACES_BACK)
    op.drop_index(op.f("ix_staff_place_place_id"), table_name="staff_place")
    op.drop_table("staff_place")
    op.drop_table("staff_link_code")
    op.drop_index(op.f("ix_staff_identity_staff_id"), table_name="staff_identity")
    op.drop_table("staff_identity")
    op.drop_table("saved_filter")
    op.drop_table("place_flag")
    op.drop_index(op.f("ix_owner_rule_staff_id"), table_name="owner_rule")
    op.drop_table("owner_rule")
    op.drop_table("ready_answer")
