"""Who is measured: our program and the peers, each as a command that serves a webhook."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks import processes, scripts
from benchmarks.crowd import PATH, SECRET, TOKEN
from benchmarks.ground import Ground
from benchmarks.processes import Started, python
from benchmarks.scripts import Script

Command = Callable[[Ground, int], Sequence[str]]
Environment = Callable[[Ground, int], Mapping[str, str]]


def _nothing(_: Ground, __: int) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Contender:
    """One program, and a registration with it."""

    name: str
    command: Command
    script: Script
    env: Environment = field(default=_nothing)


def _our_command(_: Ground, __: int) -> Sequence[str]:
    return python("bot.cli", "run")


def our_environment(ground: Ground, port: int) -> dict[str, str]:
    """The settings of our program for a webhook on ``port``."""
    return {
        "VIECLAM_DATABASE_URL": ground.database_url,
        "VIECLAM_DATA_DIR": str(ground.directory / "vieclam"),
        "VIECLAM_PORT": str(port),
        "VIECLAM_LOG_LEVEL": "WARNING",
        "VIECLAM_TELEGRAM_TOKEN": TOKEN,
        "VIECLAM_TELEGRAM_API_BASE": ground.api,
        "VIECLAM_TELEGRAM_MODE": "webhook",
        "VIECLAM_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }


def _peer(module: str, *more: str) -> Command:
    def command(ground: Ground, port: int) -> Sequence[str]:
        door = ("--port", str(port), "--api", ground.api, "--token", TOKEN, "--secret", SECRET, "--path", PATH)
        redis = ("--redis", ground.redis_url) if "redis" in more else ()
        return python(f"benchmarks.peers.{module}", *more, *door, *redis)

    return command


OURS = Contender("vieclam on PostgreSQL", _our_command, scripts.returning, our_environment)
REDIS = Contender("aiogram FSM, lock a chat, Redis", _peer("aiogram_bot", "redis"), scripts.peer)
MEMORY = Contender("aiogram FSM, lock a chat, memory", _peer("aiogram_bot", "memory"), scripts.peer)
PTB = Contender("PTB ConversationHandler, memory", _peer("ptb_bot"), scripts.peer)
PTB_256 = Contender("PTB, 256 updates at once, memory", _peer("ptb_bot", "--concurrent", "256"), scripts.peer)
ECHO = Contender("aiogram echo", _peer("aiogram_bot", "echo"), scripts.echo)
ALL = (OURS, REDIS, MEMORY, PTB, PTB_256, ECHO)


@contextmanager
def serving(contender: Contender, ground: Ground, port: int) -> Iterator[Started]:
    """Run a contender; the Bot API must answer, as some ask it something at their start."""
    log = ground.directory / f"{contender.name.replace(' ', '_')}.log"
    command, env = contender.command(ground, port), contender.env(ground, port)
    with processes.started(command, log=log, env=env) as one:
        yield one
