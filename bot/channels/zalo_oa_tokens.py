"""Keeping the access token alive: one refresher among all processes, and an alarm when the chain is lost."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_errors import ZaloAway
from bot.channels.zalo_oa_oauth import Grant, OAuth, Refused
from db.alarms import end_alarm, raise_alarm
from db.engine import is_away
from db.zalo_tokens import Pair, TokenRow

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
ALARM = "zalo_login"
"""An administrator must log in again: `vieclam zalo login`."""
KEEP_TRIES = 600
"""Seconds for which a new pair is held in memory while the database is away: it exists nowhere else."""


class NoToken(Exception):
    """There is no token that can be used; an administrator must log in."""


class TokenKeeper:
    """Gives the token in force, and renews it."""

    def __init__(self, engine: AsyncEngine, row: TokenRow, oauth: OAuth, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._row = row
        self._oauth = oauth
        self._clock = clock

    async def current(self) -> Pair:
        """The pair in force, read anew each time: an old token dies the moment a new one is given to any process."""
        pair = await self._row.read()
        if pair is None or pair.lost_at is not None:
            raise NoToken
        return pair

    async def renew(self, seen: Pair) -> Pair:
        """The pair after ``seen``, which was refused or is old; asked for by one process at a time.

        Raises ``NoToken`` when the chain is lost, ``ZaloAway`` when it may succeed later.
        """
        async with self._row.alone():
            pair = await self.current()
            if pair.generation != seen.generation:
                return pair  # another was quicker
            if self._clock() - pair.got_at < limits.YOUNG:
                return pair  # it is not the token's age that is refused: another one would be refused too
            if pair.asked_at is not None and self._clock() - pair.asked_at < limits.DOUBT:
                raise ZaloAway("a refresh may be under way")
            if pair.asked_at is not None:
                # Nobody knows whether Zalo read the last asking. Asking again tells, and there is nothing else to do:
                # either this token was not used up, or the pair that came of it is lost and people must be told.
                log.warning("Zalo: the last refresh got no answer; asking once more")
            return await self._ask(pair)

    async def _ask(self, pair: Pair) -> Pair:
        await self._row.asking(self._clock())
        try:
            grant = await self._oauth.refresh(pair.refresh)
        except ZaloAway as error:
            if not error.sent and pair.asked_at is None:
                await self._row.asking(None)  # it never left this machine
            log.warning("Zalo: the refresh got no answer: %s", error.why)
            raise
        except Refused as error:
            await self._lose(str(error), doubtful=pair.asked_at is not None)
            raise NoToken from error
        await self.keep(grant)
        return await self.current()

    async def _lose(self, why: str, *, doubtful: bool) -> None:
        why = f"{why} (after a refresh without an answer)" if doubtful else why
        log.error("Zalo: the chain of tokens is lost (%s): run `vieclam zalo login`", why)
        await self._row.lose(self._clock(), why)
        await raise_alarm(self._engine, ALARM, self._clock(), why=why)

    async def keep(self, grant: Grant) -> None:
        """Put a new pair in force; while the database is away it is tried again, for nothing else has the pair."""
        now = self._clock()
        for left in range(KEEP_TRIES, -1, -1):
            try:
                await self._row.keep(grant.access, grant.refresh, now, now + grant.lives)
                await end_alarm(self._engine, ALARM)
                return
            except Exception as error:
                if not is_away(error) or not left:
                    raise
                log.error("Zalo: the new tokens can't be kept yet: %s", type(error).__name__)
                await asyncio.sleep(1)

    async def look(self) -> None:
        """Renew what is old or in doubt; raise the alarm where there is no token at all."""
        try:
            pair = await self.current()
        except NoToken:
            await self._alarm_without_token()
            return
        if pair.expires_at - self._clock() > limits.REST and pair.asked_at is None:
            return
        try:
            await self.renew(pair)
        except ZaloAway as error:
            if self._clock() >= pair.expires_at:
                await raise_alarm(self._engine, ALARM, self._clock(), why=error.why)
        except NoToken:
            log.debug("The alarm has been raised where the chain was lost")

    async def _alarm_without_token(self) -> None:
        pair = await self._row.read()
        why = pair.lost_why if pair is not None and pair.lost_why else "never logged in"
        await raise_alarm(self._engine, ALARM, self._clock(), why=why)

    async def look_forever(self) -> None:
        """Look at intervals; in the process that leads."""
        while True:
            try:
                await self.look()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("Zalo: the token was not looked at: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)
