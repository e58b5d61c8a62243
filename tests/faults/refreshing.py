"""Refreshes the Official Account's token as a process of its own, and stops at one step until it is killed.

Arguments: the database's address, the stand-in's, the step (``-`` for none). Says ``here`` when it is at the step.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from bot.channels.zalo_oa_oauth import OAuth
from bot.channels.zalo_oa_tokens import TokenKeeper
from db.engine import asyncpg_url, make_engine
from db.seal import Seal
from db.zalo_tokens import TokenRow
from tests.standins.zalo_oa.world import APP_ID, APP_SECRET

STEPS = ("before asking", "asked", "received", "used", "granted", "kept")
"""Those of the process itself, and two at Zalo's side that the test stops there."""


def now() -> datetime:
    return datetime.fromtimestamp(float(sys.argv[4]), UTC)


async def _stop_here() -> None:
    print("here", flush=True)
    await asyncio.Event().wait()


def stopping(work: Callable[..., Awaitable[Any]], *, before: bool) -> Callable[..., Awaitable[Any]]:
    async def wrapped(*args: Any) -> Any:
        if before:
            await _stop_here()
        result = await work(*args)
        await _stop_here()
        return result

    return wrapped


async def main(address: str, base: str, step: str) -> None:
    engine = make_engine(asyncpg_url(address), pool_size=3)
    row = TokenRow(engine, Seal("a secret of the tests"), APP_ID)
    match step:
        case "before asking" | "asked":
            vars(row)["asking"] = stopping(row.asking, before=step == "before asking")
        case "granted" | "kept":
            vars(row)["keep"] = stopping(row.keep, before=step == "granted")
    keeper = TokenKeeper(engine, row, OAuth(base, APP_ID, APP_SECRET), now)
    await keeper.look()
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:4]))
