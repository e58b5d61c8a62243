"""The facts as they stand in ``content/facts/*.toml``: one table a fact, or one a period where it changes."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from content.facts.fact import CONFIDENCES, Fact, Formula, Value

FOLDER = Path(__file__).parent
_KEYS = {"unit", "about", "confirm", "value", "source", "checked", "confidence", "since", "until", "formula", "of"}


class FactError(ValueError):
    """A table of the files is no fact; the words say which and why."""


@cache
def facts_of_files() -> dict[str, tuple[Fact, ...]]:
    """Every fact by name, each with its periods. Raises ``FactError``."""
    return read_folder(FOLDER)


def read_folder(folder: Path) -> dict[str, tuple[Fact, ...]]:
    """Read a folder's files. Raises ``FactError`` for a name that stands in two of them."""
    found: dict[str, tuple[Fact, ...]] = {}
    for file in sorted(folder.glob("*.toml")):
        with file.open("rb") as source:
            tables = tomllib.load(source, parse_float=Decimal)
        for name, periods in _named("", tables):
            if name in found:
                raise FactError(f"{name} stands in two files, {file.name} is the second")
            found[name] = tuple(_fact(name, period) for period in periods)
    return found


def _named(prefix: str, tables: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for key, table in tables.items():
        name = f"{prefix}{key}"
        if isinstance(table, list):
            yield name, table
        elif not isinstance(table, dict):
            raise FactError(f"{name} is neither a fact nor a group of facts")
        elif "unit" in table:
            yield name, [table]
        else:
            yield from _named(f"{name}.", table)


def _fact(name: str, table: dict[str, Any]) -> Fact:
    if unknown := table.keys() - _KEYS:
        raise FactError(f"{name}: there is no {', '.join(sorted(unknown))}")
    try:
        return Fact(
            name=name,
            unit=table["unit"],
            about=table["about"],
            confirm=table["confirm"],
            value=_value(name, table.get("value")),
            source=table["source"],
            checked=_day(name, table["checked"]),
            confidence=_confidence(name, table["confidence"]),
            since=_day(name, table["since"]) if "since" in table else None,
            until=_day(name, table["until"]) if "until" in table else None,
            formula=Formula(table["formula"], tuple(table["of"])) if "formula" in table else None,
        )
    except KeyError as error:
        raise FactError(f"{name}: {error.args[0]} is missing") from error


def _value(name: str, value: object) -> Value | None:
    match value:
        case None | Decimal() | str() | date():
            return value
        case int() if not isinstance(value, bool):
            return Decimal(value)
    raise FactError(f"{name}: {value!r} is no value")


def _day(name: str, value: object) -> date:
    if type(value) is not date:
        raise FactError(f"{name}: {value!r} is no day")
    return value


def _confidence(name: str, value: object) -> Any:
    if value not in CONFIDENCES:
        raise FactError(f"{name}: {value!r} is no confidence")
    return value
