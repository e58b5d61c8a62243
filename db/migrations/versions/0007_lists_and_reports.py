"""Monthly lists, counts for reports, targets, outcomes, and who came to a fair."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# Vietnam has one time zone; a month is the office's month.
_MONTH_OF = """
CREATE FUNCTION month_of(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT date_trunc('month', moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$
"""

_AGE_BAND = """
CREATE FUNCTION age_band(born integer, moment timestamptz) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (CASE WHEN born IS NULL THEN 0 WHEN age < 25 THEN 15 WHEN age < 35 THEN 25 WHEN age < 45 THEN 35
                WHEN age < 60 THEN 45 ELSE 60 END)::smallint
   FROM (SELECT extract(year FROM moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::integer - born AS age) a $$
"""

_WAIT_BAND = """
CREATE FUNCTION wait_band(wait interval) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (CASE WHEN days < 3 THEN floor(days) WHEN days < 7 THEN 3 WHEN days < 14 THEN 7 ELSE 14 END)::smallint
   FROM (SELECT extract(epoch FROM wait) / 86400 AS days) d $$
"""

_STATUS_RANK = """
CREATE FUNCTION status_rank(status text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT CASE status WHEN 'new' THEN 0 WHEN 'contacted' THEN 1 WHEN 'matched' THEN 2 WHEN 'referred' THEN 2
               ELSE 3 END $$
"""

# Whoever changes a status, it is counted: the desk, the chat, an import. A change that is taken back is counted back,
# in the month where it had been counted.
_COUNT = """
CREATE FUNCTION count_registration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    reached timestamptz;
    what text := NEW.status;
    one integer := 1;
BEGIN
    IF TG_OP = 'INSERT' THEN
        reached := NEW.created_at;
    ELSIF status_rank(NEW.status) < status_rank(OLD.status) THEN
        DELETE FROM step WHERE registration_id = NEW.id AND status = OLD.status RETURNING at INTO reached;
        IF reached IS NULL THEN
            RETURN NULL;
        END IF;
        what := OLD.status;
        one := -1;
    ELSE
        reached := NEW.updated_at;
    END IF;
    IF one > 0 AND what <> 'new' THEN
        INSERT INTO step (registration_id, status, at) VALUES (NEW.id, what, reached)
        ON CONFLICT (registration_id, status) DO UPDATE SET at = excluded.at;
    END IF;
    INSERT INTO tally_change (month, event, place_id, kind, sex, age, priority, wait, n)
    SELECT month_of(reached), what, NEW.place_id, NEW.kind, coalesce(w.sex, ''), age_band(w.birth_year, reached), 0,
           CASE WHEN what = 'contacted' THEN wait_band(reached - NEW.created_at) END, one
    FROM worker w WHERE w.id = NEW.worker_id;
    RETURN NULL;
END $$
"""

_TRIGGERS = (
    "CREATE TRIGGER count_new AFTER INSERT ON registration FOR EACH ROW EXECUTE FUNCTION count_registration()",
    "CREATE TRIGGER count_status AFTER UPDATE OF status ON registration FOR EACH ROW "
    "WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION count_registration()",
)

_NOW = """
CREATE VIEW tally_now AS
SELECT month, event, place_id, kind, sex, age, priority, wait, n FROM tally
UNION ALL SELECT month, event, place_id, kind, sex, age, priority, wait, n FROM tally_change
"""

_QUESTIONS_NOW = """
CREATE VIEW question_tally_now AS
SELECT day, form, question, event, lang, n FROM question_tally
UNION ALL SELECT day, form, question, event, lang, n FROM question_change
"""

# What is there already: each registration's beginning, and the status that it has now.
_BACKFILL = (
    "INSERT INTO step (registration_id, status, at) "
    "SELECT id, status, updated_at FROM registration WHERE status <> 'new'",
    """
    INSERT INTO tally (month, event, place_id, kind, sex, age, priority, n)
    SELECT month_of(at), status, r.place_id, kind, coalesce(sex, ''), age_band(birth_year, at), 0, count(*)
    FROM (SELECT 'new' AS status, created_at AS at, place_id, kind, worker_id FROM registration
          UNION ALL SELECT status, updated_at, place_id, kind, worker_id FROM registration WHERE status <> 'new') r
    JOIN worker w ON w.id = r.worker_id GROUP BY 1, 2, 3, 4, 5, 6
    """,
)

# The plan of the district (No. 32/KH-UBND, 19 February 2020, III.1.2).
_TARGETS = """
INSERT INTO target (year, measure, number, source)
VALUES (2020, 'placed', 3010, 'Kế hoạch 32/KH-UBND ngày 19/02/2020'),
       (2020, 'departed', 140, 'Kế hoạch 32/KH-UBND ngày 19/02/2020')
"""


def upgrade() -> None:
    op.create_table(
        "monthly_list",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_list")),
        sa.UniqueConstraint("month", name=op.f("uq_monthly_list_month")),
    )
    op.create_table(
        "question_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_change")),
    )
    op.create_table(
        "question_tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("lang", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_tally")),
        sa.UniqueConstraint(
            "day", "form", "question", "event", "lang", name=op.f("uq_question_tally_day_form_question_event_lang")
        ),
    )
    op.create_table(
        "tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("wait", sa.SmallInteger(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint(
            "month",
            "event",
            "place_id",
            "kind",
            "sex",
            "age",
            "priority",
            "wait",
            name=op.f("uq_tally_month_event_place_id_kind_sex_age_priority_wait"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "tally_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("age", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("wait", sa.SmallInteger(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_change")),
    )
    op.create_table(
        "monthly_total",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("hamlet", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("women", sa.Integer(), nullable=False),
        sa.Column("without_work", sa.Integer(), nullable=False),
        sa.Column("underemployed", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["monthly_list.id"], name=op.f("fk_monthly_total_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_monthly_total_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_total")),
        sa.UniqueConstraint(
            "list_id",
            "place_id",
            "hamlet",
            name=op.f("uq_monthly_total_list_id_place_id_hamlet"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "target",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_target_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint(
            "year",
            "measure",
            "place_id",
            name=op.f("uq_target_year_measure_place_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "monthly_entry",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("hamlet", sa.Text(), nullable=False),
        sa.Column("sorted", sa.Text(), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("left_to", sa.Text(), nullable=True),
        sa.Column("work_state", sa.Text(), nullable=True),
        sa.Column("learns", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("birth_year", sa.SmallInteger(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("schooling", sa.Text(), nullable=True),
        sa.Column("idle_time", sa.Text(), nullable=True),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("household", sa.LargeBinary(), nullable=True),
        sa.Column("ethnicity", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["list_id"], ["monthly_list.id"], name=op.f("fk_monthly_entry_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_monthly_entry_place_id")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_monthly_entry_worker_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "worker_id", name=op.f("pk_monthly_entry")),
    )
    op.create_index(
        "ix_monthly_entry_place",
        "monthly_entry",
        ["list_id", "place_id", "hamlet", "sorted", "worker_id"],
        unique=False,
    )
    op.create_index(op.f("ix_monthly_entry_worker_id"), "monthly_entry", ["worker_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("worker_id", sa.BigInteger(), nullable=True),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_attendance_notice_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_attendance_staff_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_attendance_worker_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("notice_id", "worker_id", name=op.f("uq_attendance_notice_id_worker_id")),
    )
    op.create_index(op.f("ix_attendance_worker_id"), "attendance", ["worker_id"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_outcome_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("registration_id", "months", name=op.f("uq_outcome_registration_id_months")),
    )
    op.create_index(
        "ix_outcome_unanswered", "outcome", ["asked_at"], unique=False, postgresql_where=sa.text("answer IS NULL")
    )
    op.create_table(
        "step",
        sa.Column("registration_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_step_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("registration_id", "status", name=op.f("pk_step")),
    )
    op.create_index("ix_step_status_at", "step", ["status", "at"], unique=False)
    for function in (_MONTH_OF, _AGE_BAND, _WAIT_BAND, _STATUS_RANK, _COUNT, *_TRIGGERS, _NOW, _QUESTIONS_NOW):
        op.execute(function)
    for query in (*_BACKFILL, _TARGETS):
        op.execute(query)


def downgrade() -> None:
    op.execute("DROP VIEW tally_now")
    op.execute("DROP VIEW question_tally_now")
    op.execute("DROP TRIGGER count_new ON registration")
    op.execute("DROP TRIGGER count_status ON registration")
    for function in ("count_registration()", "status_rank(text)", "wait_band(interval)",
                     "age_band(integer, timestamptz)", "month_of(timestamptz)"):  # fmt: skip
        op.execute(f"DROP FUNCTION {function}")
    op.drop_index("ix_step_status_at", table_name="step")
    op.drop_table("step")
    op.drop_index("ix_outcome_unanswered", table_name="outcome", postgresql_where=sa.text("answer IS NULL"))
    op.drop_table("outcome")
    op.drop_index(op.f("ix_attendance_worker_id"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_index(op.f("ix_monthly_entry_worker_id"), table_name="monthly_entry")
    op.drop_index("ix_monthly_entry_place", table_name="monthly_entry")
    op.drop_table("monthly_entry")
    op.drop_table("target")
    op.drop_table("monthly_total")
    op.drop_table("tally_change")
    op.drop_table("tally")
    op.drop_table("question_tally")
    op.drop_table("question_change")
    op.drop_table("monthly_list")
