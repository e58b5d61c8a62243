"""Reading from Zalo what the office would else have to type: plan, what is left of it, templates with their prices."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_errors import HERE, ZaloAway, ZaloError
from bot.channels.zalo_oa_tokens import NoToken
from db.alarms import end_alarm, raise_alarm
from db.engine import is_away
from db.zalo_account import Facts, account_state, keep_facts, keep_failure
from db.zalo_templates import TemplateRead, keep_templates

log = logging.getLogger(__name__)

Json = dict[str, Any]
LOOK_EVERY = 30.0
READ_EVERY = timedelta(hours=1)
ALARM = "zalo_plan"
"""The Official Account's plan ends soon, and with it the whole channel."""
SOON = timedelta(days=14)


class Reader:
    """Asks Zalo and keeps what it tells."""

    def __init__(self, engine: AsyncEngine, client: ZaloClient, app: str, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._client = client
        self._app = app
        self._clock = clock

    async def read(self) -> Facts:
        """Read all of it now. Raises ``ZaloError`` and ``ZaloAway``; what was read until then is kept."""
        try:
            facts = facts_of(await self._client.account(), await self._client.allowance())
            await keep_facts(self._engine, self._app, facts, self._clock())
            await self._watch_the_end(facts.valid_until)
            await keep_templates(self._engine, await self._templates(), self._clock())
        except (ZaloError, ZaloAway) as error:
            await keep_failure(self._engine, self._app, str(error), self._clock())
            raise
        return facts

    async def _templates(self) -> list[TemplateRead]:
        found: list[TemplateRead] = []
        while True:
            page = await self._client.templates(len(found), limits.TEMPLATES_A_PAGE)
            for one in page:
                found.append(template_of(one | await self._client.template_info(str(_one_of(one, "templateId")))))
            if len(page) < limits.TEMPLATES_A_PAGE:
                return found

    async def _watch_the_end(self, until: date | None) -> None:
        today = self._clock().astimezone(HERE).date()
        if until is not None and until - today <= SOON:
            await raise_alarm(self._engine, ALARM, self._clock(), until=until.isoformat())
        else:
            await end_alarm(self._engine, ALARM)

    async def look(self) -> bool:
        """Read where an hour has passed, or somebody at the desk asks; tells whether it did."""
        async with self._engine.connect() as connection:
            state, now = await account_state(connection), self._clock()
        tried, wanted = (state.tried_at, state.wanted_at) if state else (None, None)
        if tried is not None and now - tried < READ_EVERY and not (wanted is not None and wanted > tried):
            return False
        try:
            await self._client.keeper.current()
            await self.read()
        except NoToken:
            return False  # the keeper of the token tells people
        except (ZaloError, ZaloAway) as error:
            log.warning("Zalo: the account was not read: %s", error)
        return True

    async def look_forever(self) -> None:
        """Look at intervals; in the process that leads."""
        while True:
            try:
                await self.look()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("Zalo: the account was not read: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)


def facts_of(account: Json, allowance: list[Json]) -> Facts:
    """What the answers of ``getoa`` and of the quota tell."""
    plans = [one for one in allowance if one.get("quota_type", "sub_quota") == "sub_quota"]
    left, whole = ([_number(one.get(name)) for one in plans] for name in ("remain", "total"))
    return Facts(
        oa=_words(account.get("oaid")),
        name=_words(account.get("name")),
        plan=_words(account.get("package_name")),
        valid_until=_day(account.get("package_valid_through_date")),
        allowance_left=_sum(left),
        allowance_whole=_sum(whole),
    )


def template_of(raw: Json) -> TemplateRead:
    """A template by the answers of the list and of its own page; names of fields differ between the two."""
    params = _one_of(raw, "listParams")
    return TemplateRead(
        template_id=str(_one_of(raw, "templateId")),
        name=_words(_one_of(raw, "templateName")) or "?",
        state=_words(_one_of(raw, "status")) or "PENDING_REVIEW",
        reason=_words(_one_of(raw, "reason")),
        price_uid=_number(_one_of(raw, "priceUid")),
        price_phone=_number(_one_of(raw, "priceSdt")),
        params={str(one["name"]): _number(_one_of(one, "maxLength")) for one in params if one.get("name")}
        if isinstance(params, list)
        else None,
    )


def _one_of(raw: Json, name: str) -> Any:
    """A field written ``likeThis`` or ``like_this``."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    return raw.get(name, raw.get(snake))


def _words(value: Any) -> str | None:
    return str(value) if value not in (None, "") else None


def _number(value: Any) -> int | None:
    """A count or a price; Zalo writes numbers, words and decimals."""
    try:
        return round(float(value))
    except (TypeError, ValueError, OverflowError):
        return None


def _sum(numbers: list[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _day(value: Any) -> date | None:
    try:
        return datetime.strptime(str(value), "%d/%m/%Y").date()
    except ValueError:
        return None
