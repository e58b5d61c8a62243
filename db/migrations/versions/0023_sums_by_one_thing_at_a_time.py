"""The counts are summed by one thing at a time, not by all together: a report reads an eighth of the rows.

A sum of a place's women, of its youngest, of one need is all that a report shows. Kept apart they are few however many
people there are, and none of them is about a handful of people who share everything.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

_MARGINS = """
CREATE FUNCTION tally_margins(kind text, sex text, age smallint, priority smallint, wait smallint)
RETURNS TABLE (dimension text, value text) LANGUAGE sql IMMUTABLE AS $$
    SELECT d, v FROM (VALUES ('kind', kind), ('sex', sex), ('age', age::text), ('priority', priority::text),
                             ('wait', wait::text)) m (d, v) WHERE v IS NOT NULL
$$
"""
_NOW = """
CREATE VIEW tally_now AS
SELECT month, event, place_id, dimension, value, n FROM tally
UNION ALL
SELECT c.month, c.event, c.place_id, m.dimension, m.value, c.n
FROM tally_change c CROSS JOIN LATERAL tally_margins(c.kind, c.sex, c.age, c.priority, c.wait) m
"""
_SPLIT = """
INSERT INTO tally (month, event, place_id, dimension, value, n)
SELECT t.month, t.event, t.place_id, m.dimension, m.value, sum(t.n)
FROM tally_whole t CROSS JOIN LATERAL tally_margins(t.kind, t.sex, t.age, t.priority, t.wait) m
GROUP BY 1, 2, 3, 4, 5
"""
_OLD_NOW = """
CREATE VIEW tally_now AS
SELECT month, event, place_id, kind, sex, age, priority, wait, n FROM tally
UNION ALL SELECT month, event, place_id, kind, sex, age, priority, wait, n FROM tally_change
"""
# What was split is not to be had back whole: the older program then knows of the need, and of nothing else.
_MERGE = """
INSERT INTO tally (month, event, place_id, kind, sex, age, priority, n)
SELECT month, event, place_id, value, '', 0, 0, n FROM tally_parts WHERE dimension = 'kind'
"""


def _table(columns: list[sa.Column[object]]) -> None:
    shape = [str(column.name) for column in columns]
    op.create_table(
        "tally",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *columns,
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint(*shape, name=op.f(f"uq_tally_{'_'.join(shape)}"), postgresql_nulls_not_distinct=True),
    )


def _counted() -> list[sa.Column[object]]:
    return [
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
    ]


def _put_aside(name: str) -> None:
    op.execute("DROP VIEW tally_now")
    op.rename_table("tally", name)
    op.execute(f"ALTER TABLE {name} RENAME CONSTRAINT pk_tally TO pk_{name}")
    op.execute(f"ALTER SEQUENCE tally_id_seq RENAME TO {name}_id_seq")


def upgrade() -> None:
    _put_aside("tally_whole")
    _table(
        [
            *_counted(),
            sa.Column("dimension", sa.Text(), nullable=False),
            sa.Column("value", sa.Text(), nullable=False),
        ]
    )
    op.execute(_MARGINS)
    op.execute(_SPLIT)
    op.drop_table("tally_whole")
    op.execute(_NOW)


def downgrade() -> None:
    _put_aside("tally_parts")
    _table(
        [
            *_counted(),
            sa.Column("kind", sa.Text(), nullable=False),
            sa.Column("sex", sa.Text(), nullable=False),
            sa.Column("age", sa.SmallInteger(), nullable=False),
            sa.Column("priority", sa.SmallInteger(), nullable=False),
            sa.Column("wait", sa.SmallInteger(), nullable=True),
        ]
    )
    op.execute(_MERGE)
    op.drop_table("tally_parts")
    op.execute("DROP FUNCTION tally_margins")
    op.execute(_OLD_NOW)
