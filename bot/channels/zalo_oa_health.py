"""How the Official Account is: token, plan, allowance, money, in lines for people."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.zalo_oa import OfficialAccount
from bot.channels.zalo_oa_errors import ZaloAway, ZaloError
from bot.settings import Settings
from content.zalo_prices import prices
from db.zalo_budget import taken_in

GOOD, MISSING, WRONG = "✓", "–", "✗"


async def examine(
    account: OfficialAccount, settings: Settings, engine: AsyncEngine, clock: Callable[[], datetime]
) -> list[str]:
    """Lines for ``vieclam doctor``; asks Zalo."""
    lines = [await _token(account, clock())]
    if lines[0].startswith(GOOD):
        lines += await _plan(account)
    async with engine.connect() as connection:
        taken = await taken_in(connection, clock().astimezone(settings.zone).date())
    budget = settings.zalo_oa_monthly_budget
    lines.append(f"{GOOD if budget else MISSING} Zalo: {taken} of {budget} đồng used this month")
    lines.append(f"{GOOD} Zalo: prices read on {prices().checked:%Y-%m-%d}")
    return lines


async def _token(account: OfficialAccount, now: datetime) -> str:
    pair = await account.row.read()
    if pair is None:
        return f"{WRONG} Zalo: nobody has logged in: run `vieclam zalo login`"
    if pair.lost_at is not None:
        return f"{WRONG} Zalo: the log-in is lost ({pair.lost_why}): run `vieclam zalo login`"
    if now >= pair.expires_at:
        return f"{WRONG} Zalo: the token has expired; start the program, or run `vieclam zalo refresh`"
    doubt = ", a refresh is in doubt" if pair.asked_at is not None else ""
    return f"{GOOD} Zalo: token good until {pair.expires_at:%Y-%m-%d %H:%M} UTC{doubt}"


async def _plan(account: OfficialAccount) -> list[str]:
    try:
        facts = await account.client.account()
        allowance = await account.client.allowance()
    except (ZaloError, ZaloAway) as error:
        return [f"{WRONG} Zalo does not tell the plan: {error}"]
    plan, until = facts.get("package_name", "?"), facts.get("package_valid_through_date", "?")
    left = ", ".join(f"{one.get('remain', '?')} of {one.get('total', '?')}" for one in allowance) or "unknown"
    kind = " (government account)" if str(facts.get("oa_type")) == "4" else ""
    return [
        f"{GOOD} Zalo: {facts.get('name', '?')}{kind}, plan {plan} until {until}",
        f"{GOOD} Zalo: messages outside of the free window left in the plan: {left}",
    ]
