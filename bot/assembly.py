"""Putting the program together: database, bots, dispatcher, delivery, and what they share."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiogram import Dispatcher
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channel_alarm import watch_for_refusals
from bot.channels import telegram, web, zalo_bot, zalo_oa
from bot.channels.channel import ChannelBot
from bot.clips import send_clips
from bot.delivery import Delivery
from bot.intake import Intake
from bot.lanes import Lanes
from bot.live_facts import follow_corrections, read_corrections
from bot.middlewares.talk import TalkMiddleware
from bot.middlewares.transaction import TransactionMiddleware
from bot.notice_files import Shelf, send_notice_files
from bot.pictures import draw_for
from bot.settings import Settings
from bot.tasks import Tasks
from bot.traffic import Traffic
from bot.watch import watch
from content.clips import clips
from content.facts.live import live
from content.holidays import public_days, quiet_days
from content.office import Office
from content.places import NEW, OLD, units
from content.quiet import Manners
from content.reminding import Schedule, read_rules
from db import web_chat
from db.engine import asyncpg_url, ensure_database, make_engine
from db.files import FileStore
from db.leading import stay_connected
from db.outbox import holding, new_process_number
from db.places_seed import UnitRow, load_units
from db.release_rules import Rules
from db.seal import Seal
from db.storage import AccountStorage
from db.upgrade import upgrade
from handlers.routes import build_router

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time now, in UTC."""
    return datetime.now(UTC)


@dataclass
class Program:
    """Everything that runs, made once at the start."""

    settings: Settings
    engine: AsyncEngine
    seal: Seal
    office: Office
    manners: Manners
    bots: dict[str, ChannelBot]
    traffic: dict[str, Traffic]
    sockets: web.Sockets
    intake: Intake
    delivery: Delivery
    tasks: Tasks
    clock: Clock
    files: FileStore
    zalo: zalo_oa.OfficialAccount | None = None


async def open_engine(settings: Settings, pool_size: int = 16) -> AsyncEngine:
    """Connect to the configured server, or start our own."""
    if settings.database_url:
        return make_engine(asyncpg_url(settings.database_url), pool_size=pool_size)
    from db import embedded  # what it needs takes a while to import, and a server of one's own needs none of it

    address = embedded.start(settings.data_dir)
    return make_engine(await ensure_database(address), pool_size=pool_size)


async def prepare(engine: AsyncEngine) -> None:
    """Bring the tables and the administrative units up to date."""
    await upgrade(engine)
    rows = [
        UnitRow(u.code, u.version, u.kind, u.name, (u.successor, NEW) if u.successor else None)
        for version in (NEW, OLD)
        for u in units(version)
    ]
    async with engine.begin() as connection:
        counted = await connection.scalar(text("SELECT count(*) FROM place"))
        if (counted or 0) < len(rows):
            await load_units(connection, rows)


def office_of(settings: Settings) -> Office:
    """The office as configured; raises ``ValueError`` for hours or days that can't be read."""
    return Office.from_words(
        names={"vi": settings.office_name_vi, "km": settings.office_name_km},
        phone=settings.office_phone,
        address=settings.office_address,
        hours=settings.office_hours,
        weekdays=settings.office_weekdays,
        closed_days=settings.closed_days,
        holidays=public_days(),
        promise_days=settings.promise_working_days,
        nudge_after=timedelta(hours=settings.nudge_after_hours),
        zone=settings.zone,
    )


def manners_of(settings: Settings, office: Office) -> Manners:
    """The rules for everything proactive; raises ``ValueError`` for hours that can't be read."""
    return Manners.from_words(
        settings.proactive_hours,
        settings.proactive_per_day,
        settings.proactive_per_week,
        quiet_days(office.closed_days),
        settings.zone,
    )


def schedule_of(settings: Settings) -> Schedule:
    """When people are reminded of which dates; raises ``ValueError`` for a rule that can't be read."""
    return Schedule(
        fair=read_rules(settings.remind_fair),
        course=read_rules(settings.remind_course),
        deadline=read_rules(settings.remind_deadline),
        meeting=read_rules(settings.remind_meeting),
        call=read_rules(settings.remind_call),
    )


def make_bots(settings: Settings, sockets: web.Sockets, engine: AsyncEngine) -> dict[str, ChannelBot]:
    """The channels that are configured; the web is always among them."""
    bots: dict[str, ChannelBot] = {web_chat.CHANNEL: web.make_bot(sockets)}
    if settings.telegram_token:
        token = settings.telegram_token.get_secret_value()
        bots[telegram.CHANNEL] = telegram.make_bot(token, settings.telegram_api_base)
    if settings.zalo_bot_token:
        token = settings.zalo_bot_token.get_secret_value()
        bots[zalo_bot.CHANNEL] = zalo_bot.ZaloBot(token, settings.zalo_bot_api_base, engine)
    return bots


@asynccontextmanager
async def assemble(settings: Settings, clock: Clock = wall_clock) -> AsyncIterator[Program]:
    """Prepare the database and build the program; leaving ends its tasks and connections."""
    engine = await open_engine(settings)
    tasks, lanes, sockets = Tasks(), Lanes(), web.Sockets()
    office, seal = office_of(settings), Seal(settings.secret())
    bots = make_bots(settings, sockets, engine)
    if zalo := zalo_oa.make(settings, engine, seal, clock):
        bots[zalo_oa.CHANNEL] = zalo.bot
    watch_for_refusals(bots.values(), engine, clock)
    draw_for(bots.values(), settings.public_url)
    send_clips(bots.values(), settings.public_url)
    files = FileStore(settings.data_dir / "files", seal)
    send_notice_files(bots.values(), Shelf(engine, files, seal), settings.public_url)
    clips.folder = settings.data_dir / "lessons"
    traffic, manners = watch(settings, bots), manners_of(settings, office)
    live.phone, live.today = office.phone, lambda: clock().astimezone(office.zone).date()
    try:
        await prepare(engine)
        holder = await new_process_number(engine)
        delivery = Delivery(engine, bots, lanes, holder, clock)
        sending = Rules(tuple(bots), settings.second_person_above)
        dispatcher = _dispatcher(engine, delivery, clock, TalkMiddleware(office, seal, files, sending), bots)
        intake = Intake(dispatcher, engine, delivery, lanes, tasks, clock)
        held = asyncio.Event()
        tasks.start_endless(lambda: _hold(engine, holder, held), "hold the process's number")
        await held.wait()
        await read_corrections(engine)
        tasks.start_endless(lambda: follow_corrections(engine), "follow corrections of facts")
        try:
            yield Program(
                settings,
                engine,
                seal,
                office,
                manners,
                bots,
                traffic,
                sockets,
                intake,
                delivery,
                tasks,
                clock,
                files,
                zalo,
            )
        finally:
            await delivery.flush()
    finally:
        await tasks.close()
        for bot in bots.values():
            await bot.session.close()
        await engine.dispose()


async def _hold(engine: AsyncEngine, number: int, held: asyncio.Event) -> None:
    async with holding(engine, number) as connection:
        held.set()
        await stay_connected(connection)


def _dispatcher(
    engine: AsyncEngine,
    delivery: Delivery,
    clock: Clock,
    talk: TalkMiddleware,
    bots: dict[str, ChannelBot],
) -> Dispatcher:
    """aiogram's dispatcher, with the transaction around its own FSM middleware."""
    channels = {bot.id: name for name, bot in bots.items()}
    dispatcher = Dispatcher(storage=AccountStorage(engine, channels), disable_fsm=True)
    dispatcher.update.outer_middleware(TransactionMiddleware(engine, delivery, clock))
    dispatcher.update.outer_middleware(dispatcher.fsm)
    dispatcher.update.outer_middleware(talk)
    dispatcher.include_router(build_router())
    return dispatcher
