"""Monthly lists know the hamlets of the loaded list, and counts know the plan's priority."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_COUNT = """
CREATE OR REPLACE FUNCTION count_registration() RETURNS trigger LANGUAGE plpgsql AS $$
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
    SELECT month_of(reached), what, NEW.place_id, NEW.kind, coalesce(w.sex, ''), age_band(w.birth_year, reached),
           PRIORITY, CASE WHEN what = 'contacted' THEN wait_band(reached - NEW.created_at) END, one
    FROM worker w WHERE w.id = NEW.worker_id;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.add_column("monthly_list", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    for table in ("monthly_entry", "monthly_total"):
        op.add_column(table, sa.Column("hamlet_id", sa.BigInteger(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_hamlet_id"), table, "place", ["hamlet_id"], ["id"])
    op.drop_constraint(op.f("uq_monthly_total_list_id_place_id_hamlet"), "monthly_total")
    op.create_unique_constraint(
        op.f("uq_monthly_total_list_id_place_id_hamlet_hamlet_id"),
        "monthly_total",
        ["list_id", "place_id", "hamlet", "hamlet_id"],
        postgresql_nulls_not_distinct=True,
    )
    op.execute(_COUNT.replace("PRIORITY", "NEW.priority"))


def downgrade() -> None:
    op.execute(_COUNT.replace("PRIORITY", "0"))
    op.drop_constraint(op.f("uq_monthly_total_list_id_place_id_hamlet_hamlet_id"), "monthly_total")
    op.create_unique_constraint(
        op.f("uq_monthly_total_list_id_place_id_hamlet"),
        "monthly_total",
        ["list_id", "place_id", "hamlet"],
        postgresql_nulls_not_distinct=True,
    )
    for table in ("monthly_total", "monthly_entry"):
        op.drop_constraint(op.f(f"fk_{table}_hamlet_id"), table)
        op.drop_column(table, "hamlet_id")
    op.drop_column("monthly_list", "told_at")
