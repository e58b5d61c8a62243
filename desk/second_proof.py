"""Whether typed words prove the second step: a code of the app, one that was sent to a chat, or one from paper."""

import logging
import unicodedata
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content import login_words
from db.seal import Seal, SealBroken
from db.second_factor import (
    DIGITS,
    SecondFactor,
    codes_left,
    factor_of,
    use_chat_code,
    use_recovery_code,
)
from db.staff import Staff
from desk.record import note
from desk.second_chat import tell_chats
from desk.totp import step_of

log = logging.getLogger(__name__)

WAYS = ("app", "chat", "recovery")
SHUT, WRONG = "second.shut", "second.wrong"
"""The words for a refusal."""
LONGEST = 40


async def prove(session: AsyncSession, seal: Seal, staff: Staff, holder: bytes, words: str, now: datetime) -> str:
    """The way in which the words are right, or the word for why not; a failure is counted and on record.

    ``holder`` is the hash of the token of the log-in or session that they are typed into.
    """
    factor = await factor_of(session, staff.id, lock=True)
    if factor is None:  # taken away meanwhile: the log-in begins anew
        return WRONG
    typed = plain(words)
    is_short = len(typed) == DIGITS and typed.isdigit()
    if is_short and factor.is_shut(now):
        return SHUT
    if is_short:
        way = await _short_way(session, seal, factor, holder, typed, now)
    else:
        way = "recovery" if await use_recovery_code(session, seal, staff.id, typed) else None
    if way is None:
        await _note_wrong(session, staff, factor, now, is_short=is_short)
        return WRONG
    factor.forgive()
    if way == "recovery":
        note(session, staff, now, "second_recovery", "staff", staff.id, left=await codes_left(session, staff.id))
        await tell_chats(session, staff, login_words.RECOVERY, now)
    return way


def plain(words: str) -> str:
    """A code without spaces and dashes, its digits in any script as ASCII."""
    signs = (sign for sign in words.lower() if sign.isalnum())
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in signs)


def app_step(seal: Seal, factor: SecondFactor, code: str, now: datetime) -> int | None:
    """The half minute that a code of the account's app belongs to, if it is right and was not used."""
    if factor.secret is None:
        return None
    try:
        return step_of(seal.open(factor.secret).decode(), code, now, factor.used_step)
    except SealBroken:
        log.error("The app's secret of account %d was sealed under another SECRET_KEY: reset it", factor.staff_id)
        return None


async def _short_way(
    session: AsyncSession, seal: Seal, factor: SecondFactor, holder: bytes, code: str, now: datetime
) -> str | None:
    if factor.app_since is not None and (step := app_step(seal, factor, code, now)) is not None:
        factor.used_step = step
        return "app"
    sent = factor.chat_since is not None
    return "chat" if sent and await use_chat_code(session, seal, factor.staff_id, holder, code, now) else None


async def _note_wrong(
    session: AsyncSession, staff: Staff, factor: SecondFactor, now: datetime, *, is_short: bool
) -> None:
    note(session, staff, now, "second_wrong", "staff", staff.id)
    if is_short and factor.count_wrong(now):
        note(session, staff, now, "second_shut", "staff", staff.id)
        await tell_chats(session, staff, login_words.GUESSED, now)
