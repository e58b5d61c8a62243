"""Three faces for the help that people got, and counts of what each member of staff has done."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_CAUSES = "'new', 'due', 'escalated', 'message', 'meeting', 'call'"
_ENDED = sa.text("ended_at IS NOT NULL")

_STAFF_NOW = """
CREATE VIEW staff_tally_now AS
SELECT month, staff_id, event, wait, n FROM staff_tally
UNION ALL SELECT month, staff_id, event, wait, n FROM staff_change
"""

# Minutes as db/workload.py rounds them: each up to an hour, half hours up to two days, half days above.
_WAITED = """
CREATE FUNCTION waited_band(waited interval) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT m - m % (CASE WHEN m < 60 THEN 1 WHEN m < 2880 THEN 30 ELSE 720 END)
   FROM (SELECT greatest(0, floor(extract(epoch FROM waited) / 60))::integer AS m) b $$
"""

# What is there already counts for whoever has the case now: when it was given is not known, so when it came.
_BACKFILL = """
INSERT INTO staff_tally (month, staff_id, event, wait, n)
SELECT month_of(at), owner_id, event, waited, count(*) FROM (
    SELECT owner_id, 'given' AS event, created_at AS at, NULL::integer AS waited FROM registration
    UNION ALL
    SELECT r.owner_id, s.status, s.at, NULL FROM step s JOIN registration r ON r.id = s.registration_id
    WHERE s.status IN ('placed', 'enrolled', 'departed')
       OR s.status = 'closed' AND coalesce(r.closed_reason, '') NOT IN ('withdrawn', 'consent withdrawn', 'not_wanted')
    UNION ALL
    SELECT r.owner_id, 'called', s.at, waited_band(s.at - r.created_at)
    FROM step s JOIN registration r ON r.id = s.registration_id WHERE s.status = 'contacted'
    UNION ALL
    SELECT r.owner_id, 'in_time', s.at, NULL
    FROM step s JOIN registration r ON r.id = s.registration_id
    WHERE s.status = 'contacted' AND s.at <= coalesce(r.promised_at, s.at)
) happened WHERE owner_id IS NOT NULL GROUP BY 1, 2, 3, 4
"""


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("cause IN ('case', 'talk')", name=op.f("ck_rating_cause")),
        sa.CheckConstraint("score IN ('good', 'fair', 'bad')", name=op.f("ck_rating_score")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["identity.id"], name=op.f("fk_rating_identity_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_rating_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rating_staff_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_rating_registration_id")),
    )
    op.create_index(op.f("ix_rating_identity_id"), "rating", ["identity_id"])
    op.create_index(op.f("ix_rating_staff_id"), "rating", ["staff_id"])
    op.create_index("ix_rating_unhappy", "rating", ["rated_at"], postgresql_where=sa.text("score = 'bad'"))
    op.create_index("ix_rating_words", "rating", ["rated_at"], postgresql_where=sa.text("words IS NOT NULL"))
    for table in ("staff_tally", "staff_change"):
        op.create_table(
            table,
            sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
            sa.Column("month", sa.Date(), nullable=False),
            sa.Column("staff_id", sa.BigInteger(), nullable=False),
            sa.Column("event", sa.Text(), nullable=False),
            sa.Column("wait", sa.Integer(), nullable=True),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f(f"fk_{table}_staff_id"), ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_staff_id"), table, ["staff_id"])
    op.create_unique_constraint(
        op.f("uq_staff_tally_month_staff_id_event_wait"),
        "staff_tally",
        ["month", "staff_id", "event", "wait"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_person_talk_ended_at", "person_talk", ["ended_at"], postgresql_where=_ENDED)
    op.drop_constraint(op.f("ck_officer_alert_cause"), "officer_alert", type_="check")
    op.create_check_constraint(op.f("ck_officer_alert_cause"), "officer_alert", f"cause IN ({_CAUSES}, 'rating')")
    for statement in (_STAFF_NOW, _WAITED, _BACKFILL):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DELETE FROM officer_alert WHERE cause = 'rating'")
    op.drop_constraint(op.f("ck_officer_alert_cause"), "officer_alert", type_="check")
    op.create_check_constraint(op.f("ck_officer_alert_cause"), "officer_alert", f"cause IN ({_CAUSES})")
    op.drop_index("ix_person_talk_ended_at", table_name="person_talk", postgresql_where=_ENDED)
    op.execute("DROP VIEW staff_tally_now")
    op.execute("DROP FUNCTION waited_band(interval)")
    for table in ("staff_change", "staff_tally", "rating"):
        op.drop_table(table)
