"""Load for benchmarks: people in a closed loop who walk through a script against a webhook, in one process.

A script is a JSON list of steps: {"say": TEXT}, {"tap": NUMBER OF THE BUTTON} and, after either,
{"expect": TEXT IN THE ANSWER}; without an expect any message or edit is the answer. `{n}` in a text is the
person's number. Latency runs from the update's being posted to the Bot API's answer to the bot's message.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import uvloop

from tests.standins.telegram import buttons
from tests.standins.telegram.chats import Arrival
from tests.standins.telegram.person import Person
from tests.standins.telegram.server import TelegramStandIn
from tests.standins.telegram.transcript import words
from tests.standins.telegram.webhook import SECRET_HEADER
from tests.standins.telegram.wire import Json

PAUSE_AFTER_TROUBLE: Final = 0.2
"""Seconds before a person who met trouble starts again, so that a bot that is down isn't stormed."""


@dataclass
class Figures:
    """What the run measured."""

    updates: int = 0
    scripts: int = 0
    latencies: list[float] = field(default_factory=list)
    trouble: Counter[str] = field(default_factory=Counter)

    def summary(self, seconds: float) -> Json:
        ms = sorted(latency * 1000 for latency in self.latencies)
        cuts = statistics.quantiles(ms, n=100, method="inclusive") if len(ms) > 1 else [0.0] * 99
        return {
            "seconds": round(seconds, 2),
            "updates_per_second": round(self.updates / seconds, 1),
            "scripts_per_second": round(self.scripts / seconds, 2),
            "replies": len(ms),
            "p50_ms": round(cuts[49], 1),
            "p99_ms": round(cuts[98], 1),
            "trouble": dict(self.trouble),
        }


@dataclass
class Load:
    """People against one webhook until `deadline`; only what ends after `begin` counts."""

    tg: TelegramStandIn
    http: aiohttp.ClientSession
    url: str
    secret: str
    script: list[Json]
    begin: float
    deadline: float
    patience: float = 10.0
    figures: Figures = field(default_factory=Figures)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(900_000_001))

    async def live(self, person: Person) -> None:
        while time.perf_counter() < self.deadline:
            if await self.walk(person):
                self.figures.scripts += self._counts()
            else:
                await asyncio.sleep(PAUSE_AFTER_TROUBLE)

    def _counts(self) -> bool:
        return self.begin <= time.perf_counter() <= self.deadline

    async def walk(self, person: Person) -> bool:
        """Goes through the script once; whether it came to the end."""
        nothing: Json = {}
        for step, following in zip(self.script, [*self.script[1:], nothing], strict=True):
            if "expect" in step:
                continue
            if time.perf_counter() >= self.deadline or not await self._step(person, step, following):
                return False
        return True

    async def _step(self, person: Person, step: Json, following: Json) -> bool:
        room = person.room
        content = self._content(person, step)
        if content is None:
            return self._failed(f"no button for {step}")
        room.arrivals.clear()
        wanted = str(following.get("expect", "")).replace("{n}", str(person.id))

        def answer() -> Arrival | None:
            return next((one for one in room.arrivals if wanted in words(one.message)), None)

        start = self.tg.world.clock()
        if not await self._post(content):
            return False
        await room.bell.until(lambda: answer() is not None, self.patience)
        if (found := answer()) is None:
            return self._failed(f"no answer to {step}")
        if self._counts():
            self.figures.latencies.append(found.at - start)
        return True

    def _content(self, person: Person, step: Json) -> Json | None:
        if "say" in step:
            text = str(step["say"]).replace("{n}", str(person.id))
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
            content = {"text": text} | ({"entities": entities} if text.startswith("/") else {})
            return {"message": self.tg.world.message(person.room, person.user, content)}
        for message in person.room.from_bot():
            if shown := buttons.inline_buttons(message):
                return self._tap(person, shown, int(step["tap"]))
        return None

    def _tap(self, person: Person, shown: list[buttons.Button], index: int) -> Json | None:
        if index >= len(shown) or "callback_data" not in shown[index].fields:
            return None
        data = shown[index].fields["callback_data"]
        query = self.tg.world.queries.add(person.id, data, person.room.bell, expired=False)
        content = {"id": query.query_id, "from": person.user, "chat_instance": str(person.id)}
        return {"callback_query": content | {"message": shown[index].message, "data": data}}

    async def _post(self, content: Json) -> bool:
        update = {"update_id": next(self._ids)} | content
        try:
            async with self.http.post(self.url, json=update, headers={SECRET_HEADER: self.secret}) as answer:
                await answer.read()
        except aiohttp.ClientError as error:
            return self._failed(type(error).__name__)
        if not answer.ok:
            return self._failed(f"webhook answered {answer.status}")
        self.figures.updates += self._counts()
        return True

    def _failed(self, reason: str) -> bool:
        self.figures.trouble[reason] += 1
        return False


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.standins.telegram.load", description=__doc__)
    parser.add_argument("--webhook", required=True, help="URL of the bot's webhook")
    parser.add_argument("--secret", default="")
    parser.add_argument("--script", type=Path, required=True)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--warm-up", type=float, default=2.0, help="seconds before anything counts")
    parser.add_argument("--port", type=int, required=True, help="where this process serves the Bot API")
    parser.add_argument("--token", default="42:TEST")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--strict", action="store_true", help="with python-telegram-bot's second reading")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> Json:
    stand_in = TelegramStandIn(
        options.token,
        limits=None,
        latency=options.latency_ms / 1000,
        fast=not options.strict,
        port=options.port,
    )
    script = json.loads(await asyncio.to_thread(options.script.read_text))
    connector = aiohttp.TCPConnector(limit=0)
    async with stand_in as tg, aiohttp.ClientSession(connector=connector) as http:
        cpu, begin = time.process_time(), time.perf_counter() + options.warm_up
        load = Load(tg, http, options.webhook, options.secret, script, begin, begin + options.seconds)
        async with asyncio.TaskGroup() as everyone:
            for number in range(1, options.people + 1):
                person = tg.person(number, f"P{number}")
                person.room.open = True
                everyone.create_task(load.live(person))
        # Near 1.0 this process, not the bot, is what was measured.
        busy = (time.process_time() - cpu) / (options.warm_up + options.seconds)
        extras = {"own_cpu": round(busy, 2), "violations": len(tg.violations)}
        return load.figures.summary(options.seconds) | extras | {"api": tg.stats.summary()}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(arguments())), ensure_ascii=False))
