"""A village whose people have accounts of every kind, and a notice to tell them."""

import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.assembly import office_of, prepare
from bot.cards import Cards
from bot.channels.channel import ChannelBot
from bot.channels.limits.rules import Rules
from bot.channels.telegram import make_bot
from bot.sender import Post, Sender
from bot.settings import Settings
from bot.tasks import Tasks
from bot.traffic import Traffic
from content.quiet import Manners
from db import broadcasting, recipients
from db.audiences import Audience
from db.broadcasts import Broadcast, Delivery
from db.notices import Mute, Notice, NoticeText
from db.outbox import holding, new_process_number
from db.people import Consent, Identity, Worker, WorkerIdentity
from db.places import Place
from db.registrations import Registration
from jobs.broadcasts import end_done
from tests.conftest import TOKEN, MovableClock
from tests.standins.telegram import TelegramStandIn

HAM_GIANG, TAP_SON = "29491", "29467"
SERVED = ("telegram", "web")
WORDS = {"vi": ("Phiên giao dịch việc làm", "Mời bà con tới dự."), "km": ("ទិវាជួបរកការងារ", "សូមអញ្ជើញបងប្អូនមក។")}


@dataclass
class Village:
    """Makes people and broadcasts, and tells what became of them."""

    engine: AsyncEngine
    clock: MovableClock
    chats: Any = field(default_factory=lambda: itertools.count(1001))
    owners: dict[int, int] = field(default_factory=dict)
    """The worker of each account, for those who have one."""

    async def place(self, code: str, version: str = "2020") -> int:
        async with AsyncSession(self.engine) as session:
            return (await session.scalars(select(Place.id).where(Place.code == code, Place.version == version))).one()

    async def account(self, channel: str = "telegram", *, lang: str = "vi", consent: bool = True, **more: Any) -> int:
        """An account; returns its number."""
        silent = more.pop("silent", False)
        withdrawn = more.pop("withdrawn", False)
        more = {"chat_id": next(self.chats), "active_at": self.clock()} | more
        async with AsyncSession(self.engine) as session, session.begin():
            identity = Identity(channel=channel, lang=lang, **more)
            session.add(identity)
            await session.flush()
            if consent:
                gone = self.clock() if withdrawn else None
                agreed = {"text_version": "1", "lang": lang, "channel": channel, "withdrawn_at": gone}
                session.add(Consent(identity_id=identity.id, **agreed))
            if silent:
                session.add(Mute(identity_id=identity.id))
            return identity.id

    async def chat(self, account: int) -> int:
        async with AsyncSession(self.engine) as session:
            return (await session.get_one(Identity, account)).chat_id

    async def person(self, *accounts: int, kind: str | None = "job", status: str = "new", **more: Any) -> int:
        """A registered person who is reached by these accounts; returns the worker's number."""
        relation = more.pop("relation", "self")
        code = more.pop("commune", HAM_GIANG)
        facts: dict[str, Any] = {"name": "Thạch Thị Đào", "birth_year": 1990, "sex": "female", "hamlet": "Ấp Chợ"}
        facts |= {"place_id": await self.place(code)} | more
        async with AsyncSession(self.engine) as session, session.begin():
            worker = Worker(**facts)
            session.add(worker)
            await session.flush()
            self.owners |= dict.fromkeys(accounts, worker.id)
            for account in accounts:
                session.add(WorkerIdentity(identity_id=account, worker_id=worker.id, relation=relation))
            if kind:
                session.add(Registration(worker_id=worker.id, kind=kind, status=status, place_id=worker.place_id))
            return worker.id

    async def notice(self) -> int:
        async with AsyncSession(self.engine) as session, session.begin():
            starts = self.clock() + timedelta(days=7)
            notice = Notice(kind="general", state="published", starts_at=starts)
            session.add(notice)
            await session.flush()
            for lang, (title, body) in WORDS.items():
                session.add(NoticeText(notice_id=notice.id, lang=lang, title=title, body=body))
            return notice.id

    async def broadcast(
        self, audience: Audience | None = None, *, notice: int | None = None, expanded: bool = True, **columns: Any
    ) -> int:
        """A released broadcast, its ledger written unless ``expanded`` is false; returns its number."""
        number = notice or await self.notice()
        async with AsyncSession(self.engine) as session, session.begin():
            broadcast = await broadcasting.compose(session, number, audience or Audience(), None, self.clock())
            for name, value in columns.items():
                setattr(broadcast, name, value)
            broadcasting.rehearsed(broadcast, self.clock())
            await broadcasting.release(session, broadcast, None, SERVED, 200, self.clock())
            if expanded:
                await broadcasting.expand(session, broadcast, SERVED, self.clock())
            return broadcast.id

    async def link(self, account: int, worker: int, relation: str = "self") -> None:
        """The worker is reached through this account too."""
        async with AsyncSession(self.engine) as session, session.begin():
            session.add(WorkerIdentity(identity_id=account, worker_id=worker, relation=relation))

    async def take(self, row: int, holder: int, state: str = "sending") -> None:
        """Put a row into a state, as a process with this number would have."""
        async with AsyncSession(self.engine) as session, session.begin():
            delivery = await session.get_one(Delivery, row)
            delivery.state, delivery.holder = state, holder

    async def rows(self, broadcast: int) -> list[Delivery]:
        async with AsyncSession(self.engine) as session:
            query = select(Delivery).where(Delivery.broadcast_id == broadcast).order_by(Delivery.id)
            return list(await session.scalars(query))

    async def get(self, broadcast: int) -> Broadcast:
        async with AsyncSession(self.engine) as session:
            return (await session.scalars(select(Broadcast).where(Broadcast.id == broadcast))).one()

    async def states(self, broadcast: int) -> dict[int | None, tuple[str, str | None]]:
        """State and reason by account."""
        return {row.identity_id: (row.state, row.reason) for row in await self.rows(broadcast)}

    async def reached(self, audience: Audience, *, now: datetime | None = None, **more: Any) -> set[int]:
        """The accounts that an audience chooses."""
        async with self.engine.connect() as connection:
            reading = await recipients.read(connection, audience, SERVED, now or self.clock(), **more)
            query = text(reading.recipients + "SELECT identity_id FROM recipient WHERE identity_id IS NOT NULL")
            return set((await connection.execute(query, dict(reading.values))).scalars())

    async def preview(self, audience: Audience, **more: Any) -> recipients.Preview:
        async with self.engine.connect() as connection:
            return await recipients.preview(connection, audience, SERVED, self.clock(), **more)


@pytest.fixture
async def village(engine: AsyncEngine, clock: MovableClock) -> Village:
    await prepare(engine)
    return Village(engine, clock)


PACE = Rules(count=None, calls=5)


@dataclass
class Sending:
    """A sender as the program makes it, driven by hand; ``again`` makes another process's."""

    village: Village
    telegram: TelegramStandIn
    bot: ChannelBot
    post: Post
    sender: Sender

    async def work(self) -> int:
        """Send all that is due, and end the broadcasts that are through."""
        claimed = await self.sender.work()
        await self.post.tasks.idle()
        await end_done(self.village.engine, self.village.clock())
        return claimed

    def texts(self, chat: int) -> list[str]:
        return [message.text or "" for message in self.telegram.person(chat).inbox]

    async def people(self, number: int, **more: Any) -> list[int]:
        """So many persons, each with an account on Telegram that the bot may write to; returns the accounts."""
        accounts = [await self.village.account(**more) for _ in range(number)]
        for account in accounts:
            await self.village.person(account)
            self.telegram.person(await self.village.chat(account)).room.open = True
        return accounts


@asynccontextmanager
async def sending(
    village: Village, telegram: TelegramStandIn, rules: Rules = PACE, manners: Manners | None = None
) -> AsyncIterator[Sending]:
    number = await new_process_number(village.engine)
    bot = make_bot(TOKEN, telegram.base_url)
    traffic = Traffic(rules)
    bot.session.middleware(traffic)
    tasks = Tasks()
    quiet = manners or Manners.from_words("00:00-23:59", 100, 100, frozenset(), ZoneInfo("Asia/Ho_Chi_Minh"))
    cards = Cards(village.engine, office_of(Settings()), village.clock)
    post = Post(village.engine, number, village.clock, quiet, cards, tasks, SERVED, random.Random(1))
    async with holding(village.engine, number):
        try:
            yield Sending(village, telegram, bot, post, Sender(post, bot, rules, traffic))
        finally:
            await tasks.close()
            await bot.session.close()


@pytest.fixture
async def sent(village: Village, telegram: TelegramStandIn) -> AsyncIterator[Sending]:
    async with sending(village, telegram) as one:
        yield one
