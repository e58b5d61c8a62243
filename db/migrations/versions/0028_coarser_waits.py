"""Waits of the workload are kept in fewer steps: five minutes up to an hour, hours up to two days, days above."""

from alembic import op

revision = "0028"
down_revision = "0027"

_BAND = """
CREATE OR REPLACE FUNCTION waited_band(waited interval) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT m - m % (CASE WHEN m < 60 THEN {0} WHEN m < 2880 THEN {1} ELSE {2} END)
   FROM (SELECT greatest(0, floor(extract(epoch FROM waited) / 60))::integer AS m) b $$
"""
_REGROUP = (
    """
    INSERT INTO staff_change (month, staff_id, event, wait, n)
    SELECT month, staff_id, event, waited_band(wait * interval '1 minute'), sum(n) FROM staff_tally
    WHERE wait IS NOT NULL GROUP BY 1, 2, 3, 4
    """,
    "DELETE FROM staff_tally WHERE wait IS NOT NULL",
)


def upgrade() -> None:
    op.execute(_BAND.format(5, 60, 1440))
    for query in _REGROUP:
        op.execute(query)


def downgrade() -> None:
    # sums that were put together stay so
    op.execute(_BAND.format(1, 30, 720))
