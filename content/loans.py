"""The bank's loan programmes: which facts they go by, and which messages tell them."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Programme:
    """A programme; what it has no fact for is None, and one without terms lends nothing now."""

    key: str
    papers: str
    terms: str | None = None
    more: bool = False
    rate: str | None = None
    most: str | None = None
    longest: str | None = None


@cache
def programmes() -> dict[str, Programme]:
    """Every programme by key, in the order in which they are listed."""
    with _FILE.open("rb") as file:
        return {key: Programme(key, **table) for key, table in tomllib.load(file).items()}
