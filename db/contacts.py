"""What passed between staff and worker about a case, as moments on the case: lists of who waits are read from them."""

from datetime import UTC, datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseCall, CaseMessage
from db.registrations import HelpRequest, Registration

ABOUT_CASE = "registration:"
"""What the topic of a call for a person begins with when it is about a case."""
REACHED = ("called", "met", "referred")
"""The outcomes of a call in which the two had a word."""
_CALLS = select(CaseCall.outcome, CaseCall.created_at)
_EVER = datetime.min.replace(tzinfo=UTC)


async def worker_spoke(session: AsyncSession, number: int, now: datetime) -> None:
    """The worker wrote or asked: they wait since the first word that nobody has answered."""
    asked = func.coalesce(Registration.asked_at, now)
    values = {"asked_at": asked, "written_at": None, "contact_at": now}
    await _set(session, number, **values)


async def staff_wrote(session: AsyncSession, number: int, now: datetime) -> None:
    """Staff wrote: the worker waits no more, and a word of theirs is waited for."""
    await _set(session, number, asked_at=None, written_at=now, contact_at=now)


def staff_called(case: Registration, now: datetime, *, reached: bool) -> None:
    """Staff tried to call, or met the worker; what was said then answers what either side waited for."""
    case.called_at = now
    if reached:
        case.asked_at = case.written_at = None
        case.contact_at = now


async def asked_about(session: AsyncSession, topic: str, now: datetime) -> None:
    """A call for a person was made: where it is about a case, its worker waits."""
    if (number := _case_of(topic)) is not None:
        await worker_spoke(session, number, now)


async def answered_about(session: AsyncSession, topic: str, now: datetime) -> None:
    """Such a call was ended: the person was reached."""
    if (number := _case_of(topic)) is not None:
        await _set(session, number, asked_at=None, written_at=None, called_at=now, contact_at=now)


async def read_off(session: AsyncSession, case: Registration) -> None:
    """Set the moments anew by what is kept of the case, once something of it was taken back."""
    of_case = CaseMessage.registration_id == case.id
    said = (await session.execute(select(CaseMessage.actor, CaseMessage.created_at).where(of_case))).all()
    calls = (await session.execute(_CALLS.where(CaseCall.registration_id == case.id))).all()
    about = HelpRequest.topic == f"{ABOUT_CASE}{case.id}", HelpRequest.done_at.is_(None)
    asked = (await session.scalars(select(HelpRequest.created_at).where(*about))).all()
    heard = [at for actor, at in said if actor is None] + list(asked)
    wrote, reached = [at for actor, at in said if actor], [at for outcome, at in calls if outcome in REACHED]
    answered, known = max([*wrote, *reached], default=_EVER), max([*heard, *reached], default=_EVER)
    case.called_at = max((at for _, at in calls), default=None)
    case.contact_at = max([*heard, *wrote, *reached], default=None)
    case.asked_at = min((at for at in heard if at > answered), default=None)
    case.written_at = max((at for at in wrote if at > known), default=None)


def _case_of(topic: str) -> int | None:
    number = topic.removeprefix(ABOUT_CASE)
    return int(number) if number != topic and number.isdecimal() else None


async def _set(session: AsyncSession, number: int, **values: object) -> None:
    query = update(Registration).where(Registration.id == number).values(**values)
    await session.execute(query.execution_options(synchronize_session="fetch"))


READ_OFF = text(
    """
    UPDATE registration r SET called_at = c.called, contact_at = greatest(c.heard, c.wrote, c.reached),
        asked_at = CASE WHEN c.heard > coalesce(greatest(c.wrote, c.reached), '-infinity') THEN c.heard END,
        written_at = CASE WHEN c.wrote > coalesce(greatest(c.heard, c.reached), '-infinity') THEN c.wrote END
    FROM (
        SELECT registration_id, max(at) FILTER (WHERE what = 'heard') AS heard,
               max(at) FILTER (WHERE what = 'wrote') AS wrote, max(at) FILTER (WHERE what LIKE 'call%') AS called,
               max(at) FILTER (WHERE what = 'call reached') AS reached
        FROM (SELECT registration_id, created_at AS at, CASE WHEN actor IS NULL THEN 'heard' ELSE 'wrote' END AS what
              FROM case_message
              UNION ALL
              SELECT registration_id, created_at,
                     CASE WHEN outcome IN ('called', 'met', 'referred') THEN 'call reached' ELSE 'call' END
              FROM case_call) said
        GROUP BY registration_id) c
    WHERE r.id = c.registration_id AND r.id > :after
    """
)
"""The same moments, read off what was kept; for cases above a number that were made by statements."""
