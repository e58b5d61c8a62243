"""Forks the real program again and again: run as a process of its own, it has everything imported already.

Reads lines from standard input: ``start`` forks a program and prints its process id, by which it is then killed.
"""

import bot.lazy_models  # noqa: F401, I001 - as the program starts

import os
import signal
import sys

import uvloop

from bot.assembly import assemble
from bot.log import set_up_logging
from bot.serve import serve
from bot.settings import Settings
from content.understand import understand


async def live(settings: Settings) -> None:
    async with assemble(settings) as program:
        await serve(program)


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    settings = Settings()
    understand("xin chào", "vi")  # what is loaded before the fork need not be loaded again
    for line in sys.stdin:
        if line.strip() != "start":
            return
        child = os.fork()
        if child == 0:
            set_up_logging("WARNING")
            uvloop.run(live(settings))
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
