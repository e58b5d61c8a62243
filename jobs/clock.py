"""The clock: APScheduler wakes the jobs in the one process that leads. It holds no work of its own."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncEngine

from content.office import Office
from content.reminding import Schedule
from db.files import FileStore
from db.seal import Seal
from db.tallying import fold_counts
from db.wrong_codes import calm
from db.zalo_receipts import fold_receipts
from jobs.alarms import tell_alarms
from jobs.appointment_news import tell_changes
from jobs.appointments import remind_of_appointments
from jobs.broadcasts import end_done, start_due
from jobs.escalations import escalate
from jobs.files import Fetch, fetch_files
from jobs.handovers import hand_over
from jobs.help_alerts import tell_of_calls
from jobs.monthly import count_month, make_due_list, tell_of_list
from jobs.nudges import send_nudges
from jobs.officer_alerts import remind_officers, send_alerts
from jobs.outcomes import ask_outcomes
from jobs.people_import import Taking, work_on_imports
from jobs.person_talks import end_talks
from jobs.ratings import ask_ratings
from jobs.releases import tell_of_releases
from jobs.reminders import send_reminders
from jobs.retention import forget_old
from jobs.unasked import Unasked
from jobs.wishes import ask_old_wishes

log = logging.getLogger(__name__)


async def run_clock(
    engine: AsyncEngine,
    office: Office,
    clock: Callable[[], datetime],
    files: FileStore,
    fetch: Fetch,
    unasked: Unasked,
    schedule: Schedule,
    seal: Seal,
    *,
    desk: str = "",
    make_files: Callable[[], Awaitable[object]] | None = None,
) -> None:
    """Run the jobs at their times, for as long as it is not cancelled; ``desk`` is the desk's address, for links.

    ``make_files`` makes the files that staff wait for; what the desk writes is no business of the clock's.
    """
    scheduler = AsyncIOScheduler(timezone=office.zone)
    logging.getLogger("apscheduler.scheduler").addFilter(_is_news)

    async def nudges() -> None:
        await send_nudges(engine, office, clock())

    async def fetches() -> None:
        await fetch_files(engine, files, fetch, clock())

    async def broadcasts() -> None:
        await start_due(engine, unasked.served, office.zone, clock())
        await end_done(engine, clock())

    async def retention() -> None:
        await forget_old(engine, files, clock())

    async def alarms() -> None:
        await calm(engine, clock())
        await tell_alarms(engine, clock())

    async def imports() -> None:
        await work_on_imports(Taking(engine, files, seal, office), clock())

    async def taking_away() -> None:
        if make_files is not None:
            await make_files()

    async def counting() -> None:
        await count_month(engine, office, clock())

    async def handovers() -> None:
        await hand_over(engine, clock())

    async def folding() -> None:
        await fold_counts(engine)
        await fold_receipts(engine, clock())

    async def escalations() -> None:
        await escalate(engine, office, unasked.manners, clock())

    async def alerts() -> None:
        await send_alerts(engine, office, clock())

    async def calls() -> None:
        await tell_of_calls(engine, office, clock())

    async def due_cases() -> None:
        await remind_officers(engine, office, clock())

    async def appointments() -> None:
        await remind_of_appointments(engine, clock())

    async def moved_appointments() -> None:
        await tell_changes(unasked, clock())

    async def releases() -> None:
        await tell_of_releases(unasked, desk, clock())

    async def talks() -> None:
        await end_talks(engine, clock())

    async def reminders() -> None:
        await send_reminders(unasked, schedule, clock())

    async def wishes() -> None:
        await ask_old_wishes(unasked, clock())

    async def outcomes() -> None:
        await ask_outcomes(unasked, clock())

    async def ratings() -> None:
        await ask_ratings(unasked, clock())

    async def monthly() -> None:
        await make_due_list(engine, office, clock())
        await tell_of_list(engine, office, desk, clock())

    _every(scheduler, reminders, "interval", minutes=1)
    _every(scheduler, wishes, "interval", minutes=15)
    _every(scheduler, outcomes, "interval", minutes=15)
    _every(scheduler, ratings, "interval", minutes=5)
    _every(scheduler, escalations, "interval", minutes=5)
    _every(scheduler, alerts, "interval", seconds=5)
    _every(scheduler, calls, "interval", minutes=1)
    _every(scheduler, due_cases, "interval", minutes=5)
    _every(scheduler, appointments, "interval", minutes=1)
    _every(scheduler, moved_appointments, "interval", seconds=10)
    _every(scheduler, releases, "interval", seconds=5)
    _every(scheduler, talks, "interval", minutes=1)
    _every(scheduler, nudges, "interval", minutes=5)
    _every(scheduler, monthly, "cron", minute="5,35")
    _every(scheduler, alarms, "interval", seconds=30)
    _every(scheduler, imports, "interval", seconds=2)
    _every(scheduler, taking_away, "interval", seconds=2)
    _every(scheduler, counting, "interval", seconds=10)
    _every(scheduler, handovers, "interval", seconds=10)
    _every(scheduler, folding, "interval", minutes=1)
    _every(scheduler, broadcasts, "interval", seconds=3)
    _every(scheduler, fetches, "interval", seconds=10)
    _every(scheduler, retention, "cron", hour=3, minute=10)
    scheduler.start()
    try:
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)


def _is_news(record: logging.LogRecord) -> bool:
    """That a long job is still at it when its next turn comes is as it should be, every two seconds."""
    return "maximum number of running instances" not in record.msg


def _every(scheduler: AsyncIOScheduler, job: Callable[[], Awaitable[None]], trigger: str, **when: int | str) -> None:
    """One run at a time; runs missed while away are made up by a single one."""
    scheduler.add_job(job, trigger, max_instances=1, coalesce=True, misfire_grace_time=3600, **when)
