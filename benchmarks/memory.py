"""The memory that open conversations take: growth after many people have stopped in the middle of a form."""

import asyncio
from dataclasses import dataclass

import uvloop

from benchmarks import scripts
from benchmarks.contenders import MEMORY, OURS, PTB, Contender, serving
from benchmarks.crowd import open_crowd
from benchmarks.ground import Ground, circumstances, prepared
from benchmarks.processes import free_port, wait_until_open
from benchmarks.scripts import Script

HEADING = "Memory"
WARM_UP = 300
"""People who come first, so that caches and pools are filled before anything is weighed."""
PEOPLE = 2_000
NOTE = """\
Each person opens a form and leaves it after three answers. The growth of the process's resident memory from the
first {warm_up} such people to the {people} after them, scaled to 10,000. Ours keeps conversations in the database, so
what grows is caches only; the peers keep them in the process, and lose them with it.
"""


@dataclass(frozen=True)
class Weight:
    """One contender's resident memory, in MB."""

    name: str
    start: float
    warm: float
    end: float

    def per_10_000(self, people: int) -> float:
        """Growth, scaled to 10,000 people."""
        return (self.end - self.warm) * 10_000 / people


async def weigh(contender: Contender, script: Script, ground: Ground, people: int) -> Weight:
    """Run one contender alone."""
    port = free_port()
    async with open_crowd(ground.api_port, port) as crowd:
        with serving(contender, ground, port) as one:
            await asyncio.to_thread(wait_until_open, one, port)
            start = one.rss_mb
            await crowd.once(script, range(1, WARM_UP + 1))
            warm = one.rss_mb
            await crowd.once(script, range(WARM_UP + 1, WARM_UP + people + 1))
            return Weight(contender.name, start, warm, one.rss_mb)


async def _measure(ground: Ground, people: int) -> list[Weight]:
    pairs = ((OURS, scripts.three_answers), (MEMORY, scripts.peer_three_answers), (PTB, scripts.peer_three_answers))
    return [await weigh(contender, script, ground, people) for contender, script in pairs]


def run(quick: bool) -> str:
    """Measure and return the section's text."""
    people = 200 if quick else PEOPLE
    with prepared() as ground:
        weights = uvloop.run(_measure(ground, people))
    lines = [
        "| bot | at the start, MB | warm | after | for 10,000 conversations |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {w.name} | {w.start:.0f} | {w.warm:.0f} | {w.end:.0f} | {w.per_10_000(people):+.0f} |" for w in weights),
    ]
    return "\n".join((circumstances(), "", NOTE.format(warm_up=WARM_UP, people=people), *lines, ""))
