"""A broadcast on the Official Account, driven by hand."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.channel import ChannelBot
from bot.channels.limits.rules import Rules
from bot.channels.zalo_oa_session import ZaloSession
from bot.post_office import make_post
from bot.sender import Sender
from bot.traffic import Traffic
from content.quiet import Manners
from db.zalo_templates import ZaloTemplate
from tests.broadcasts.conftest import Village
from tests.conftest import MovableClock, Running
from tests.standins.zalo_oa import ZaloPerson, ZaloStandIn

PACE = Rules(count=None, calls=1)


class Round:
    """A village on Zalo, and a sender driven by hand."""

    def __init__(self, program: Running, zalo: ZaloStandIn, clock: MovableClock) -> None:
        self.program, self.zalo, self.clock = program, zalo, clock
        self.village = Village(program.engine, clock)
        self.bot: ChannelBot = program.program.bots["zalo_oa"]
        self.sender = self.another()

    def another(self, pace: Rules = PACE) -> Sender:
        """A sender as another process would make it; at any hour."""
        post = make_post(self.program.program)
        post.manners = Manners.from_words("00:00-23:59", 100, 100, frozenset(), ZoneInfo("Asia/Ho_Chi_Minh"))
        return Sender(post, self.bot, pace, Traffic(pace))

    @property
    def session(self) -> ZaloSession:
        assert isinstance(self.bot.session, ZaloSession)
        return self.bot.session

    async def person(self, silent: timedelta | None, **more: Any) -> tuple[int, ZaloPerson]:
        """Somebody registered, on Zalo only, silent for so long."""
        chat = next(self.village.chats)
        person = self.zalo.person(chat)
        when = None if silent is None else self.clock() - silent
        person.chat.last_interaction = when
        account = await self.village.account("zalo_oa", chat_id=chat, address=person.chat.user_id, interacted_at=when)
        await self.village.person(account, **more)
        return account, person

    async def send(self) -> int:
        number = await self.village.broadcast()
        await self.sender.work()
        return number

    async def template(self, purpose: str = "notice", **more: Any) -> None:
        fields = {"tieu_de": "title:30", "ten": "name"}
        self.zalo.world.templates["77"] = {"status": "ENABLE", "parameters": list(fields)}
        row = ZaloTemplate(template_id="77", name="Thông báo", purpose=purpose, state="ENABLE", fields=fields, **more)
        async with AsyncSession(self.program.engine) as session, session.begin():
            session.add(row)

    async def charges(self) -> list[tuple[Any, ...]]:
        async with self.program.engine.connect() as connection:
            query = text("SELECT state, price FROM zalo_charge ORDER BY key")
            return [tuple(row) for row in (await connection.execute(query)).all()]

    async def taken(self) -> int:
        async with self.program.engine.connect() as connection:
            return int(await connection.scalar(text("SELECT coalesce(sum(taken), 0) FROM zalo_month")) or 0)
