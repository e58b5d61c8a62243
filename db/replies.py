"""How long somebody has waited for an answer: since the first words that nobody answered, or since they called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseMessage
from db.registrations import HelpRequest

# A talk that staff or the worker ended left nobody waiting; one that ran out may have.
_WAITING = text(
    """
    SELECT m.created_at AS at, m.words FROM case_message m
    WHERE m.registration_id = :case AND m.actor IS NULL AND m.created_at > coalesce(
        (SELECT max(s.created_at) FROM case_message s WHERE s.registration_id = :case AND s.actor IS NOT NULL),
        '-infinity')
      AND EXISTS (SELECT 1 FROM person_talk t WHERE t.registration_id = :case AND t.identity_id = m.identity_id
                  AND m.created_at >= t.started_at AND (t.ended_at IS NULL OR t.ended_at >= t.until_at))
    UNION ALL
    SELECT h.created_at, NULL FROM help_request h
    WHERE h.identity_id = :identity AND h.done_at IS NULL AND h.topic NOT LIKE 'notice:%' AND h.created_at > coalesce(
        (SELECT max(s.created_at) FROM case_message s WHERE s.identity_id = :identity AND s.actor IS NOT NULL),
        '-infinity')
    ORDER BY at LIMIT 100
    """
)


async def unanswered(session: AsyncSession, case_id: int, identity_id: int) -> Sequence[Any]:
    """What somebody has said in a talk, or called for, since staff wrote last: ``at`` and, of a talk, ``words``."""
    return (await session.execute(_WAITING, {"case": case_id, "identity": identity_id})).all()


async def was_written_to(session: AsyncSession, request: HelpRequest, until: datetime) -> bool:
    """Whether staff have answered a call in writing already."""
    staffs = CaseMessage.identity_id == request.identity_id, CaseMessage.actor.is_not(None)
    since = CaseMessage.created_at.between(request.created_at, until)
    return bool(await session.scalar(select(exists().where(*staffs, since))))
