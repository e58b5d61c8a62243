"""A person talks with a worker: what both wrote is kept with the case, and the bot keeps quiet until it ends.

That a person talks stands in the account's own memory (``data['person']``), which every turn reads anyhow. Whoever
changes it from outside a turn holds the chat's lock, as a turn does.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiogram.methods import TelegramMethod
from sqlalchemy import exists, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from db import outbox
from db.cases import CaseMessage, PersonTalk
from db.contacts import staff_wrote
from db.people import Consent, Identity, WorkerIdentity
from db.record import Actor, note
from db.registrations import Registration

LASTS = timedelta(hours=6)
"""After so long without a word from either side the bot speaks again."""
KEY = "person"
"""Where the account's memory says that a person talks: case, since the staff's last words, until when."""


async def reachable(session: AsyncSession, registration: Registration) -> Identity | None:
    """The account to write to: the one the person prefers, else the one that registered; None where none is open.

    Whoever took the agreement back is not written to. Where staff made one person of two, only the account that
    registered is, until another one has shown to be the same person's.
    """
    taken_back = Consent.identity_id == Identity.id, Consent.withdrawn_at.is_not(None)
    in_force = Consent.identity_id == Identity.id, Consent.withdrawn_at.is_(None)
    query = (
        select(Identity)
        .join(WorkerIdentity)
        .where(WorkerIdentity.worker_id == registration.worker_id, Identity.blocked_at.is_(None))
        .where(or_(WorkerIdentity.merged_at.is_(None), Identity.id == registration.identity_id))
        .where(or_(exists().where(*in_force), ~exists().where(*taken_back)))
    )
    registered = (Identity.id == registration.identity_id).desc()
    order = (WorkerIdentity.preferred_at.desc().nulls_last(), registered, Identity.active_at.desc())
    found: Identity | None = await session.scalar(query.order_by(*order).limit(1))
    return found


async def write(
    session: AsyncSession,
    actor: Actor,
    registration: Registration,
    identity: Identity,
    words: str,
    method: TelegramMethod[Any],
    now: datetime,
) -> None:
    """Owe the worker what a member of staff wrote, keep it, and have the bot keep quiet from now on."""
    await lock(session, identity.channel, identity.chat_id)
    until = now + LASTS
    talk = await open_talk(session, identity.id)
    if talk is None or talk.registration_id != registration.id:
        await end(session, identity.id, now)
        talk = PersonTalk(identity_id=identity.id, registration_id=registration.id, started_at=now)
        session.add(talk)
    talk.staff_id, talk.actor, talk.until_at = actor.id, actor.name, until
    memory = {"case": registration.id, "since": now.isoformat(), "until": until.isoformat()}
    await session.execute(_REMEMBER, {"id": identity.id, "memory": orjson.dumps(memory).decode()})
    keep_words(session, registration.id, identity.id, actor, words, now)
    await staff_wrote(session, registration.id, now)
    note(session, actor, now, "write", "registration", registration.id)
    await session.flush()
    await outbox.owe(await session.connection(), identity.channel, identity.chat_id, method, now)


def keep_words(
    session: AsyncSession, registration_id: int, identity_id: int, actor: Actor | None, words: str, now: datetime
) -> None:
    """Keep words of either side; without an actor they are the worker's."""
    who = {"staff_id": actor.id, "actor": actor.name} if actor is not None else {"actor": None}
    session.add(
        CaseMessage(registration_id=registration_id, identity_id=identity_id, words=words, created_at=now, **who)
    )


async def open_talk(session: AsyncSession, identity_id: int) -> PersonTalk | None:
    """The talk that is going on with an account."""
    query = select(PersonTalk).where(PersonTalk.identity_id == identity_id, PersonTalk.ended_at.is_(None))
    found: PersonTalk | None = await session.scalar(query)
    return found


async def end(session: AsyncSession, identity_id: int, now: datetime) -> None:
    """End the talk with an account, as far as rows go; its memory is the caller's (``close``, or the turn)."""
    ongoing = PersonTalk.identity_id == identity_id, PersonTalk.ended_at.is_(None)
    await session.execute(update(PersonTalk).where(*ongoing).values(ended_at=now))
    await session.flush()


async def close(session: AsyncSession, identity: Identity, word: TelegramMethod[Any], now: datetime) -> None:
    """End the talk from outside a turn, with a word to the worker; the caller holds the chat's lock."""
    await end(session, identity.id, now)
    await _forget(session, identity.id)
    await outbox.owe(await session.connection(), identity.channel, identity.chat_id, word, now)


async def _forget(session: AsyncSession, identity_id: int) -> None:
    """Take the talk out of an account's memory; under the chat's lock."""
    await session.execute(
        text("UPDATE identity SET data = data - :key WHERE id = :id"), {"key": KEY, "id": identity_id}
    )


async def over(session: AsyncSession, now: datetime, limit: int) -> Sequence[PersonTalk]:
    """Talks in which nobody has said anything for long."""
    query = select(PersonTalk).where(PersonTalk.ended_at.is_(None), PersonTalk.until_at <= now)
    return (await session.scalars(query.order_by(PersonTalk.until_at).limit(limit))).all()


async def lock(session: AsyncSession, channel: str, chat_id: int) -> None:
    """Take the chat for this transaction, as a turn does."""
    query = text("SELECT pg_advisory_xact_lock(hashtextextended(:channel, :chat))")
    await session.execute(query, {"channel": channel, "chat": chat_id})


_REMEMBER = text(
    "UPDATE identity SET data = data || jsonb_build_object('person', CAST(:memory AS jsonb)) WHERE id = :id"
)
