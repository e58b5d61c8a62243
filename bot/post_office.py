"""The senders of broadcasts, one a channel, put together from the program's parts."""

import random
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

from bot.assembly import Program
from bot.cards import Cards
from bot.pacing import reply_beside_bulk
from bot.sender import Post, Sender
from bot.watch import rules_of
from bot.web_post import WebPost
from db.web_chat import CHANNEL as WEB


def make_post(program: Program) -> Post:
    """What all senders share."""
    return Post(
        engine=program.engine,
        holder=program.delivery.holder,
        clock=program.clock,
        manners=program.manners,
        cards=Cards(program.engine, program.office, program.clock),
        tasks=program.tasks,
        served=list(program.bots),
        chance=random.Random(),  # noqa: S311 - it scatters pauses
    )


Work = Iterator[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]
"""What runs for ever: its channel, and what it does."""


def senders(program: Program) -> Work:
    """Sending broadcasts on each channel."""
    post = make_post(program)
    for channel, bot in program.bots.items():
        if channel == WEB:
            yield channel, WebPost(post).run
        else:
            yield channel, Sender(post, bot, rules_of(program.settings, channel), program.traffic[channel]).run


def repliers(program: Program) -> Work:
    """In a process without senders: replying beside those of other processes."""
    for channel, traffic in program.traffic.items():
        rules = rules_of(program.settings, channel)
        if rules.bulk_rate is not None:
            yield channel, partial(reply_beside_bulk, program.engine, channel, rules, traffic)
