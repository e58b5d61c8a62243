"""The one statement that keeps a confirmed form: person, need, and who may be the same person twice.

One statement, because a form's end is what a crash must never cut in two, and because seven went back and forth before.
It runs in a session or, in a conversation's turn, by the driver's own means.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    LargeBinary,
    SmallInteger,
    Text,
    bindparam,
    text,
)
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from db.hamlets import OF_COMMUNE
from db.priority import DIFFICULT
from db.priority import MOST as MOST_POINTS
from db.registrations import CLOSED
from db.turn import Turn
from db.twins import LIMITS, TWINS

TOLD = ("name", "birth_year", "sex", "phone", "phone_owner", "hamlet", "schooling", "work_state", "idle_time")
"""The columns of what a person tells of themselves."""
SEALED = ("household", "ethnicity")
_PERSON = (*TOLD, *SEALED, "points", "place_id")

_TYPES: Mapping[type, tuple[str, ...]] = {
    BigInteger: ("identity_id", "worker_id", "place_id", "helper_id"),
    Boolean: ("own",),
    Date: ("today",),
    DateTime: ("now", "promised_at"),
    Double: ("names_alike", "hamlets_alike"),
    LargeBinary: SEALED,
    SmallInteger: ("birth_year", "points", "most_points", "most_alike"),
    Text: ("relation", "kind", "source", "answers", *(name for name in TOLD if name != "birth_year")),
}
_PARAMETERS = [
    bindparam(name, type_=kind(timezone=True) if kind is DateTime else kind())
    for kind, names in _TYPES.items()
    for name in names
]

KEEP = text(
    f"""
    WITH known AS (
        (SELECT here.worker_id AS id FROM worker_identity here
         WHERE :own AND here.identity_id = :identity_id AND here.relation = 'self' LIMIT 1)
        UNION SELECT :worker_id WHERE :worker_id IS NOT NULL
    ), place AS (
        SELECT (SELECT CASE WHEN count(*) = 1 THEN min(id) END FROM ({OF_COMMUNE}) called_so) AS hamlet_id,
               {DIFFICULT.format(place=":place_id")} AS difficult
    ), changed AS (
        UPDATE worker w SET ({", ".join(_PERSON)}, hamlet_id, updated_at)
            = ({", ".join(f":{name}" for name in _PERSON)}, place.hamlet_id, :now)
        FROM known, place WHERE w.id = known.id
        RETURNING w.id
    ), made AS (
        INSERT INTO worker ({", ".join(_PERSON)}, hamlet_id, updated_at)
        SELECT {", ".join(f":{name}" for name in _PERSON)}, place.hamlet_id, :now
        FROM place WHERE NOT EXISTS (SELECT FROM known)
        RETURNING id
    ), linked AS (
        INSERT INTO worker_identity (identity_id, worker_id, relation)
        SELECT :identity_id, id, :relation FROM made WHERE :identity_id IS NOT NULL
    ), them AS (
        SELECT id FROM changed UNION ALL SELECT id FROM made
    ), {TWINS.format(id="coalesce((SELECT id FROM known), 0)", hamlet_id="(SELECT hamlet_id FROM place)")},
    open AS (
        SELECT r.id, r.place_id, r.hamlet_id FROM registration r JOIN known ON known.id = r.worker_id
        WHERE r.kind = :kind AND r.status NOT IN {CLOSED}
        ORDER BY r.id DESC LIMIT 1
    ), need AS (
        SELECT them.id AS worker_id, :identity_id AS identity_id, :place_id AS place_id, place.hamlet_id,
               least(:most_points, :points + place.difficult::int) AS priority, CAST(:answers AS jsonb) AS answers,
               :helper_id AS helper_id, (SELECT id FROM likeliest) AS twin_id
        FROM them, place
    ), renewed AS (
        UPDATE registration r SET
            identity_id = coalesce(need.identity_id, r.identity_id), place_id = need.place_id,
            hamlet_id = need.hamlet_id, priority = need.priority, answers = need.answers,
            helper_id = coalesce(need.helper_id, r.helper_id), twin_id = need.twin_id,
            promised_at = :promised_at, next_at = NULL, level = 0, fresh_at = :now, updated_at = :now
        FROM need, open WHERE r.id = open.id
        RETURNING r.id, r.worker_id, r.owner_id, true AS renewed,
                  (need.place_id, need.hamlet_id) IS DISTINCT FROM (open.place_id, open.hamlet_id) AS moved
    ), new AS (
        INSERT INTO registration (worker_id, identity_id, place_id, hamlet_id, priority, answers, helper_id, twin_id,
                                  kind, source, promised_at, fresh_at, created_at, updated_at)
        SELECT need.worker_id, need.identity_id, need.place_id, need.hamlet_id, need.priority, need.answers,
               need.helper_id, need.twin_id, :kind, :source, :promised_at, :now, :now, :now
        FROM need WHERE NOT EXISTS (SELECT FROM open)
        RETURNING id, worker_id, owner_id, false AS renewed, false AS moved
    )
    SELECT *, CASE WHEN owner_id IS NULL THEN EXISTS (SELECT FROM owner_rule) ELSE moved END AS given,
           (SELECT to_jsonb(was)::text FROM (SELECT {", ".join(f"w.{name}" for name in (*TOLD, *SEALED, "place_id"))}
            FROM worker w JOIN known ON known.id = w.id) was) AS person_before,
           (SELECT r.answers::text FROM registration r JOIN open ON open.id = r.id) AS need_before
    FROM (SELECT * FROM renewed UNION ALL SELECT * FROM new) kept
    """  # noqa: S608 - made of our own column names and statements
).bindparams(*_PARAMETERS)
_FIXED: Mapping[str, Any] = LIMITS | {"most_points": MOST_POINTS}
_COMPILED = KEEP.compile(dialect=PGDialect_asyncpg())  # type: ignore[no-untyped-call]  # has no types
_ORDER: Sequence[str] = _COMPILED.positiontup or ()


async def keep(where: AsyncSession | Turn, values: Mapping[str, Any]) -> Any:
    """Run it; the row has ``id``, ``worker_id``, ``owner_id``, ``renewed``, and whether it is to be ``given``: to whom
    the rules say where it is nobody's, or anew where the person lives elsewhere now.

    ``person_before`` and ``need_before`` are, as JSON, what was kept of them until now; None where they are new.
    """
    given = {**_FIXED, **values}
    if isinstance(where, Turn):
        return await where.returning(_COMPILED.string, *(given[name] for name in _ORDER))
    return (await where.execute(KEEP, given)).mappings().one()
