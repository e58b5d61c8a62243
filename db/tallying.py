"""Folding counted changes into sums, and counting what was written in bulk past the triggers."""

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_FOLDS = (
    """
    WITH gone AS (DELETE FROM tally_change RETURNING *)
    INSERT INTO tally AS s (month, event, place_id, dimension, value, n)
    SELECT month, event, place_id, dimension, value, sum(n)
    FROM gone CROSS JOIN LATERAL tally_margins(kind, sex, age, priority, wait)
    GROUP BY month, event, place_id, dimension, value HAVING sum(n) <> 0
    ON CONFLICT (month, event, place_id, dimension, value) DO UPDATE SET n = s.n + excluded.n
    """,
    """
    WITH gone AS (DELETE FROM question_change RETURNING *)
    INSERT INTO question_tally AS s (day, form, question, event, lang, n)
    SELECT day, form, question, event, lang, sum(n) FROM gone
    GROUP BY day, form, question, event, lang HAVING sum(n) <> 0
    ON CONFLICT (day, form, question, event, lang) DO UPDATE SET n = s.n + excluded.n
    """,
    """
    WITH gone AS (DELETE FROM staff_change RETURNING *)
    INSERT INTO staff_tally AS s (month, staff_id, event, wait, n)
    SELECT month, staff_id, event, wait, sum(n) FROM gone
    GROUP BY month, staff_id, event, wait HAVING sum(n) <> 0
    ON CONFLICT (month, staff_id, event, wait) DO UPDATE SET n = s.n + excluded.n
    """,
)


async def fold_counts(engine: AsyncEngine) -> None:
    """Move the changes into the sums; readers see both at any time, so it does not matter when."""
    for query in _FOLDS:
        async with engine.begin() as connection:
            await connection.execute(text(query))


def counting(asked: str, event: str) -> TextClause:
    """One more or less (``n``) of what was ``said`` to a question that is the row ``id`` of the table ``asked``.

    ``event`` names it in SQL. It counts in the month of the question, so that answers never exceed questions.
    """
    return text(
        f"""
        INSERT INTO tally_change (month, event, place_id, kind, sex, age, priority, n)
        SELECT month_of(o.asked_at), {event}, r.place_id, r.kind, coalesce(w.sex, ''),
               age_band(w.birth_year, o.asked_at), r.priority, :n
        FROM {asked} o JOIN registration r ON r.id = o.registration_id JOIN worker w ON w.id = r.worker_id
        WHERE o.id = :id
        """  # noqa: S608 - made of the callers' fixed names
    )


_TALLY = """
INSERT INTO tally_change (month, event, place_id, kind, sex, age, priority, wait, n)
SELECT month_of(at), event, r.place_id, kind, coalesce(sex, ''), age_band(birth_year, at), r.priority, wait, count(*)
FROM (SELECT 'new' AS event, created_at AS at, place_id, kind, worker_id, priority, NULL::smallint AS wait
      FROM registration WHERE id > :after
      UNION ALL
      SELECT s.status, s.at, g.place_id, g.kind, g.worker_id, g.priority,
             CASE WHEN s.status = 'contacted' THEN wait_band(s.at - g.created_at) END
      FROM registration g JOIN step s ON s.registration_id = g.id WHERE g.id > :after) r
JOIN worker w ON w.id = r.worker_id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


async def count_bulk(connection: AsyncConnection, after: int) -> None:
    """Count registrations above a number that were written, with their steps, while the triggers were off."""
    await connection.execute(text(_TALLY), {"after": after})
