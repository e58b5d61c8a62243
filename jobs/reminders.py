"""Reminding those who said that they come: what is due is computed from the dates as they are now.

A reminder, the note that it was sent, and the message that is owed are one transaction: a crash repeats none of it.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from content.catalogue import tell
from content.notices.reminder import remind_of_appointment, remind_of_notice
from content.numbered import Choices
from content.reminding import Due, Schedule, due
from db import proactive
from db.notice_queries import NoticeRow, read_notice
from db.reminding import BATCH, appointments_ahead, dates_between, expecting, note, note_missed
from jobs.unasked import Unasked

log = logging.getLogger(__name__)

HORIZON = timedelta(days=70)
"""No rule looks further ahead."""
LOOKS_BACK = timedelta(days=3)
"""So long after a date it is still noted who was not reminded of it."""
ON_TIME = timedelta(hours=1)
"""Until so long after its hour a reminder may go outside the hours for everything else."""


async def send_reminders(unasked: Unasked, schedule: Schedule, now: datetime) -> int:
    """Send what is due, note what is too late; returns how many were sent."""
    async with unasked.engine.connect() as connection:
        ahead = await dates_between(connection, now, now + HORIZON)
        behind = await dates_between(connection, now - LOOKS_BACK, now)
    sent = 0
    for date in ahead:
        if ripe := due(schedule.rules(date.subject), date.date_at, now, unasked.office.zone):
            sent += await _remind_all(unasked, date, ripe, now)
    sent += await _remind_of_appointments(unasked, schedule, now)
    await _note_missed(unasked, schedule, behind, now)
    return sent


async def _remind_all(unasked: Unasked, date: Any, ripe: Due, now: datetime) -> int:
    """Everybody who said that they come to one notice, a batch a transaction."""
    async with AsyncSession(unasked.engine) as session:
        notice = await read_notice(session, date.id)
    assert notice is not None, "its date has just been read"
    sent, after = 0, 0
    while True:
        async with unasked.engine.begin() as connection:
            people = await expecting(connection, date, ripe.rule.words, ripe.at, unasked.served, after)
            sent += await _remind_batch(unasked, connection, notice, date, ripe, people, now)
        if len(people) < BATCH:
            return sent
        after = people[-1].response_id


async def _remind_batch(
    unasked: Unasked, connection: AsyncConnection, notice: NoticeRow, date: Any, ripe: Due, people: Any, now: datetime
) -> int:
    told = await proactive.told(connection, [one.identity_id for one in people if one.identity_id], now)
    hour = ripe.rule.hour if now - ripe.at < ON_TIME else None
    sent = 0
    for one in people:
        if one.identity_id is None:
            await note(connection, one.asker_id, date, ripe.rule.words, "out_of_reach", now)
        elif unasked.may(told[one.identity_id], now, hour):
            await _remind(unasked, connection, notice, date, ripe, one, now)
            sent += 1
    return sent


async def _remind(
    unasked: Unasked, connection: AsyncConnection, notice: NoticeRow, date: Any, ripe: Due, one: Any, now: datetime
) -> None:
    for rule in ripe.overtaken:
        if rule.due_at(date.date_at, unasked.office.zone) > one.since:
            await note(connection, one.asker_id, date, rule.words, "overtaken", now)
    await note(connection, one.asker_id, date, ripe.rule.words, None, now)
    text = remind_of_notice(notice, date.subject, one.name, notice.officer, one.lang, unasked.office, now)
    await unasked.tell(connection, one, text, _answers(notice, one.lang), "reminder", now)


def _answers(notice: NoticeRow, lang: str) -> Choices:
    wanted = ("come", "cannot") if notice.kind == "job_fair" else ("interested", "cannot")
    answers = [(tell(lang, f"notices.button.{one}"), f"notice:answer:{notice.id}:{one}") for one in wanted]
    return [*answers, (tell(lang, "notices.button.back"), f"notice:see:{notice.id}")]


async def _remind_of_appointments(unasked: Unasked, schedule: Schedule, now: datetime) -> int:
    sent, after = 0, 0
    while True:
        async with unasked.engine.begin() as connection:
            them = await appointments_ahead(connection, now, HORIZON, unasked.served, after)
            told = await proactive.told(connection, [one.identity_id for one in them], now)
            for one in them:
                ripe = due(schedule.rules(one.subject), one.date_at, now, unasked.office.zone)
                fresh = ripe is not None and ripe.at > one.since and ripe.rule.words not in one.said
                if ripe is None or not fresh:
                    continue
                hour = ripe.rule.hour if now - ripe.at < ON_TIME else None
                if unasked.may(told[one.identity_id], now, hour):
                    await _remind_of_appointment(unasked, connection, one, ripe, now)
                    sent += 1
        if len(them) < BATCH:
            return sent
        after = them[-1].id


async def _remind_of_appointment(
    unasked: Unasked, connection: AsyncConnection, one: Any, ripe: Due, now: datetime
) -> None:
    await note(connection, one.identity_id, one, ripe.rule.words, None, now)
    text = remind_of_appointment(
        one.subject, one.date_at, one.venue, one.name, one.officer, one.lang, unasked.office, now
    )
    person = [(tell(one.lang, "menu.staff_contact"), "go:staff_contact")]
    await unasked.tell(connection, one, text, person, "reminder", now)


async def _note_missed(unasked: Unasked, schedule: Schedule, behind: Any, now: datetime) -> None:
    """The dates have come: whoever was not reminded will not be (D6)."""
    async with unasked.engine.begin() as connection:
        for date in behind:
            if ripe := due(schedule.rules(date.subject), date.date_at, date.date_at, unasked.office.zone):
                missed = await note_missed(connection, date, ripe.rule.words, ripe.at, now)
                if missed:
                    log.warning("%d people were not reminded of notice %d in time", missed, date.id)
