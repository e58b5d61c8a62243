"""Waiting for the signal to stop."""

import asyncio
import signal


async def until_stopped() -> None:
    """Return at Ctrl+C or a polite kill."""
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    await stopped.wait()
