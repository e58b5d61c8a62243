"""Deleting all that is kept about a person, leaving a dated proof without the data."""

import secrets
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseMessage, OfficerAlert
from db.contract_checks import ContractCheck
from db.files import KEPT
from db.linking import LinkedAccount, forget_conversation, other_accounts
from db.messages import Nudge, Outgoing
from db.notices import Follow, Response
from db.people import Consent, Erasure, Identity, Worker, WorkerIdentity
from db.ratings import Rating
from db.record import Actor, note
from db.registrations import Attachment, HelpRequest, Registration
from db.reminders import Reminder
from db.staff import AuditEntry

# Easy to read out over a phone: no 0/O, 1/I/L.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


async def erase(session: AsyncSession, identity_id: int, *, channel: str, reason: str, now: datetime) -> Erasure:
    """Delete the account, the person it speaks for, and the people who can be reached by it alone.

    Of the person's other accounts stays what is not about them: the language and the agreement. Stored files go with
    the next clean-up.
    """
    identity = (await session.execute(select(Identity).where(Identity.id == identity_id))).scalar_one()
    workers = await _people(session, identity_id)
    for other in await other_accounts(session, identity_id):
        await _forget_there(session, other, workers)
    counts = await _counts(session, identity_id, workers)
    theirs = or_(Consent.identity_id == identity_id, Consent.worker_id.in_(workers))
    await session.execute(update(Consent).where(theirs, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now))
    await session.execute(delete(Nudge).where(Nudge.identity_id == identity_id))
    await session.execute(delete(CaseMessage).where(CaseMessage.identity_id == identity_id))
    await session.execute(update(Rating).where(Rating.identity_id == identity_id).values(words=None))
    await _forget_reasons(session, workers)
    alerts = await _alerts(session, workers)
    await session.execute(delete(Worker).where(Worker.id.in_(workers)))
    mine = Outgoing.channel == identity.channel, Outgoing.chat_id == identity.chat_id
    await session.execute(delete(Outgoing).where(Outgoing.id.in_(alerts)))
    await session.execute(delete(Outgoing).where(*mine))
    await session.execute(delete(Identity).where(Identity.id == identity_id))
    proof = Erasure(reference=_reference(), channel=channel, reason=reason, counts=counts, asked_at=now, done_at=now)
    session.add(proof)
    session.add(AuditEntry(actor="worker", action="erase", subject="erasure", detail=counts, created_at=now))
    await session.flush()
    return proof


class HasAccount(Exception):
    """The person has a chat of their own, where they delete by themselves."""


async def erase_without_account(session: AsyncSession, worker_id: int, actor: Actor, now: datetime) -> Erasure:
    """Delete a person whom somebody else registered, and who asked an officer for it. Raises ``HasAccount``."""
    own = select(func.count()).where(WorkerIdentity.worker_id == worker_id, WorkerIdentity.relation == "self")
    if await session.scalar(own):
        raise HasAccount
    registrations = select(func.count()).where(Registration.worker_id == worker_id)
    counts = {"people": 1, "registrations": await session.scalar(registrations) or 0}
    theirs = Consent.worker_id == worker_id, Consent.withdrawn_at.is_(None)
    await session.execute(update(Consent).where(*theirs).values(withdrawn_at=now))
    await _forget_reasons(session, [worker_id])
    alerts = await _alerts(session, [worker_id])
    await session.execute(delete(Worker).where(Worker.id == worker_id))
    await session.execute(delete(Outgoing).where(Outgoing.id.in_(alerts)))
    proof = Erasure(reference=_reference(), channel="desk", reason="asked", counts=counts, asked_at=now, done_at=now)
    session.add(proof)
    note(session, actor, now, "erase", "erasure", **counts)
    await session.flush()
    return proof


async def files_of(session: AsyncSession, identity_id: int) -> list[str]:
    """The names of the stored files of an account, fetched already or kept under their own id."""
    query = select(Attachment.path, Attachment.file_id).where(Attachment.identity_id == identity_id)
    rows = (await session.execute(query)).all()
    return [
        row.path or row.file_id.removeprefix(KEPT) for row in rows if row.path or (row.file_id or "").startswith(KEPT)
    ]


async def _forget_there(session: AsyncSession, other: LinkedAccount, workers: list[int]) -> None:
    """Take out of another account what is about people who are deleted, and what was said to them there."""
    await forget_conversation(session, other)
    said = Outgoing.channel == other.channel, Outgoing.chat_id == other.chat_id
    await session.execute(delete(Outgoing).where(*said))
    for table in (Response, Follow, Reminder, ContractCheck):
        await session.execute(delete(table).where(table.identity_id == other.identity_id))
    theirs = select(Registration.id).where(Registration.worker_id.in_(workers))
    about_them = or_(Attachment.registration_id.is_(None), Attachment.registration_id.in_(theirs))
    await session.execute(delete(Attachment).where(Attachment.identity_id == other.identity_id, about_them))
    await session.execute(delete(HelpRequest).where(HelpRequest.identity_id == other.identity_id))


_FORGET_REASONS = text(
    """
    UPDATE audit_entry SET detail = detail - CAST(:words AS text[])
    WHERE subject = 'registration' AND detail ?| CAST(:words AS text[])
      AND subject_id IN (SELECT id FROM registration WHERE worker_id = ANY(CAST(:workers AS bigint[])))
    """
)


async def _forget_reasons(session: AsyncSession, workers: list[int]) -> None:
    """Take staff's own words out of the record: that a case was closed stays, why is about the person."""
    await session.execute(
        _FORGET_REASONS, {"words": ["reason", "before", "hamlet", "hamlet_before"], "workers": workers}
    )


async def _people(session: AsyncSession, identity_id: int) -> list[int]:
    """The worker who writes from this account, wherever else they write from, and those whom no other one reaches."""
    here = select(WorkerIdentity.worker_id).where(WorkerIdentity.identity_id == identity_id)
    elsewhere = select(WorkerIdentity.worker_id).where(WorkerIdentity.identity_id != identity_id)
    own = here.where(WorkerIdentity.relation == "self")
    query = select(Worker.id).where(or_(Worker.id.in_(own), and_(Worker.id.in_(here), Worker.id.not_in(elsewhere))))
    return list(await session.scalars(query))


async def _alerts(session: AsyncSession, workers: list[int]) -> list[int]:
    """The messages in officers' chats that speak of these people."""
    theirs = select(Registration.id).where(Registration.worker_id.in_(workers))
    query = select(OfficerAlert.outgoing_id).where(OfficerAlert.registration_id.in_(theirs))
    return [one for one in await session.scalars(query) if one is not None]


async def _counts(session: AsyncSession, identity_id: int, workers: list[int]) -> dict[str, int]:
    queries = {
        "registrations": select(func.count()).where(Registration.worker_id.in_(workers)),
        "attachments": select(func.count()).where(Attachment.identity_id == identity_id),
        "help_requests": select(func.count()).where(HelpRequest.identity_id == identity_id),
        "checklists": select(func.count()).where(ContractCheck.identity_id == identity_id),
    }
    return {"people": len(workers)} | {name: await session.scalar(q) or 0 for name, q in queries.items()}


def _reference() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))
