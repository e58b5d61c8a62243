"""What becomes of a recipient after one try: a pure function of the row, the outcome, and chance for the pauses."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.outcome import Outcome, Result
from content.quiet import Manners, when_allowed
from db.ledger import MOST_DOUBTS, Claimed, Settled

TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0
"""Seconds between tries: doubled each time, and scattered by a quarter either way."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The account takes nothing: its person is to be reached on another one."""

    id: int


def before_sending(row: Claimed, manners: Manners, now: datetime) -> Settled | Blocked | None:
    """Why a claimed row is not sent now; None when it is."""
    if row.not_now == "blocked":
        return Blocked(row.id)
    if row.not_now is not None:
        return _settled(row, "skipped", reason=row.not_now)
    allowed = when_allowed(now, manners, row.told, urgent=row.urgent, on_holidays=row.on_holidays)
    return None if allowed == now else _settled(row, "queued", due_at=allowed)


def after_try(
    row: Claimed, outcome: Outcome, parts: int, between: float, now: datetime, chance: random.Random
) -> Settled | Blocked:
    """What one try means for the row; ``parts``: how many messages it takes, ``between``: seconds between two."""
    match outcome.result:
        case Result.SENT if row.part + 1 < parts:
            due = now + timedelta(seconds=between)
            return _settled(row, "queued", part=row.part + 1, tries=0, due_at=due)
        case Result.SENT:
            return _settled(row, "sent", part=row.part + 1, external_id=outcome.external_id)
        case Result.BLOCKED:
            return Blocked(row.id)
        case Result.MOVED if outcome.moved_to is not None:
            return _again(row, outcome, now, chance)
        case Result.LATER:
            return _again(row, outcome, now, chance)
        case Result.THROTTLED | Result.STOPPED:
            return _settled(row, "queued", due_at=now + (outcome.after or timedelta(seconds=1)))
        case Result.DOUBT:
            return _doubted(row, outcome, now, chance)
    return _settled(row, "failed", reason=outcome.reason or "refused")


def _again(row: Claimed, outcome: Outcome, now: datetime, chance: random.Random, **more: int) -> Settled:
    if row.tries + 1 >= TRIES:
        return _settled(row, "failed", reason="gave_up", tries=row.tries + 1, **more)
    pause = max(_pause(row.tries, chance), outcome.after or timedelta())
    if outcome.result is Result.MOVED:
        pause = timedelta()
    return _settled(row, "queued", due_at=now + pause, tries=row.tries + 1, **more)


def _doubted(row: Claimed, outcome: Outcome, now: datetime, chance: random.Random) -> Settled:
    if row.on_doubt == "resend" and row.doubts < MOST_DOUBTS:
        return _again(row, outcome, now, chance, doubts=row.doubts + 1)
    return _settled(row, "uncertain", reason="no_answer", doubts=row.doubts + 1)


def _pause(tries: int, chance: random.Random) -> timedelta:
    return timedelta(seconds=min(LONGEST_PAUSE, FIRST_PAUSE * 2**tries) * chance.uniform(0.75, 1.25))


def _settled(row: Claimed, state: str, **changed: object) -> Settled:
    kept = {"part": row.part, "tries": row.tries, "doubts": row.doubts}
    return Settled(row.id, state, **(kept | changed))  # type: ignore[arg-type]  # names and types are those above
