"""The server alone, for benchmarks: every chat exists and may be written to."""

import argparse
import asyncio
import json
import signal

import uvloop

from tests.standins.telegram.server import TELEGRAMS_LIMITS, TelegramStandIn


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standins.telegram", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token", default="42:TEST")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="put into each answer")
    parser.add_argument("--no-limits", action="store_true", help="never answer 429")
    parser.add_argument("--fast", action="store_true", help="without python-telegram-bot's second reading")
    parser.add_argument("--people", type=int, default=1000, help="chats 1..N that have written to the bot")
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> None:
    limits = None if options.no_limits else TELEGRAMS_LIMITS
    stand_in = TelegramStandIn(
        options.token, limits=limits, latency=options.latency_ms / 1000, fast=options.fast, port=options.port
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with stand_in as tg:
        for user_id in range(1, options.people + 1):
            tg.person(user_id, f"P{user_id}").room.open = True
        print(tg.base_url, flush=True)
        await stop.wait()
        print(json.dumps(tg.stats.summary() | {"violations": len(tg.violations)}), flush=True)


if __name__ == "__main__":
    uvloop.run(serve(arguments()))
