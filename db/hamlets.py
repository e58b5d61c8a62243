"""Which hamlet of the list people mean by their own words, where that is sure."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# "ấp Trà Tro", "Trà Tro A." and "tra tro a" are the same; so are "ấp 2" and "2". What is called alike in two communes
# that became one is not sure.
_SPEAKS = r"^(ap|khom|k|a|phum|soc|thon) +"
_PLAIN = "regexp_replace(regexp_replace(fold_text({0}), '" + _SPEAKS + "', ''), '[^[:alnum:]]', '', 'g')"
_OF_LIST, _SAID = _PLAIN.format("h.name"), _PLAIN.format("btrim(CAST(:hamlet AS text))")
OF_COMMUNE = f"""
    SELECT h.id FROM place h
    WHERE h.version = 'hamlets' AND h.valid_to IS NULL AND {_OF_LIST} = {_SAID}
      AND h.parent_id IN (:place_id, (SELECT successor_id FROM place WHERE id = :place_id))
    LIMIT 2
"""  # noqa: S608 - made of the fixed pattern above
"""The hamlets of a commune, or of what it became, that are called so: two at most, for two are as good as none."""
_FIND = text(OF_COMMUNE)


async def hamlet_named(session: AsyncSession, place_id: int | None, said: str | None) -> int | None:
    """The hamlet of a commune, or of what it became, that is called so; None unless there is exactly one."""
    if place_id is None or not said or not said.strip():
        return None
    found = (await session.execute(_FIND, {"hamlet": said, "place_id": place_id})).scalars().all()
    return found[0] if len(found) == 1 else None


_MATCH = text(
    f"""
    UPDATE worker w SET hamlet_id = found.id
    FROM (
        SELECT w.id AS worker_id, min(h.id) AS id
        FROM place h JOIN place c ON c.id = h.parent_id
        JOIN worker w ON w.place_id = c.id OR w.place_id IN (SELECT o.id FROM place o WHERE o.successor_id = c.id)
        WHERE h.version = 'hamlets' AND h.valid_to IS NULL AND w.hamlet IS NOT NULL
          AND {_OF_LIST} = {_PLAIN.format("btrim(w.hamlet)")}
        GROUP BY w.id HAVING count(*) = 1
    ) found
    WHERE w.id = found.worker_id AND w.hamlet_id IS DISTINCT FROM found.id
    """  # noqa: S608 - made of the fixed pattern above
)
_REPEAT = text(
    """
    UPDATE registration r SET hamlet_id = w.hamlet_id FROM worker w
    WHERE w.id = r.worker_id AND r.hamlet_id IS DISTINCT FROM w.hamlet_id
    """
)


async def match_everybody(session: AsyncSession) -> int:
    """Give everybody whose words are sure their hamlet, after a list was loaded; returns how many got another."""
    matched = await session.execute(_MATCH)
    await session.execute(_REPEAT)
    return int(matched.rowcount)  # type: ignore[attr-defined]  # a cursor result has it
