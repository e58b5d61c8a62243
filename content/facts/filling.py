"""Putting values and facts into a text; a line whose fact nobody confirmed becomes a line that says whom to ask."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from content.facts.fact import Fact
from content.facts.live import Live, live
from content.facts.units import short_day, written
from content.message_files import messages
from content.values import say

FACT = re.compile(r"\{([a-z_][a-z_0-9]*(?:\.[a-z_0-9]+)+)(?::(source|checked|since))?\}")
"""A fact in a text: its value, or by a colon its source, the day it was checked, the day since which it holds."""


def fill(lang: str, text: str, values: Mapping[str, object], facts: Live = live) -> str:
    """Fill a text's placeholders.

    A line is the smallest thing that is said or not: when one of its facts can't be told, the whole line gives way to
    one that says what to ask, and whom; neighbouring lines for the same people become one.
    """
    if "." in text and FACT.search(text):
        text = "\n".join(_told(lang, text.split("\n"), facts))
    return text.format_map({name: say(value, lang) for name, value in values.items()}) if values else text


def names_in(text: str) -> set[str]:
    """The facts that a text tells."""
    return {name for name, _ in FACT.findall(text)}


def _told(lang: str, lines: list[str], facts: Live) -> Iterator[str]:
    asked: set[str] = set()
    for whom, group in groupby(lines, lambda line: _whom_to_ask(line, facts)):
        if whom is None:
            yield from (FACT.sub(lambda match: _part(lang, facts.fact(match[1]), match[2]), line) for line in group)
            continue
        abouts = {_about(line, facts) for line in group} - asked
        if abouts:
            yield _ask(lang, whom, sorted(abouts), facts)
        asked |= abouts


def _unknown(line: str, facts: Live) -> Fact | None:
    """What the files say about the first fact of a line that can't be told."""
    known = ((name, facts.fact(name)) for name, _ in FACT.findall(line))
    unknown = next((name for name, fact in known if fact is None or not fact.confirmed), None)
    return facts.book.periods(unknown)[0] if unknown else None


def _whom_to_ask(line: str, facts: Live) -> str | None:
    unknown = _unknown(line, facts)
    return unknown.confirm if unknown else None


def _about(line: str, facts: Live) -> str:
    unknown = _unknown(line, facts)
    assert unknown is not None, "only lines that can't be told are asked about"
    return unknown.about


def _part(lang: str, known: Fact | None, part: str | None) -> str:
    assert known is not None, "the line was looked through before"
    match part:
        case "source":
            return known.source
        case "checked":
            return short_day(known.checked)
        case "since":
            return short_day(known.since) if known.since else ""
    return written(known, lang)


def _ask(lang: str, whom: str, abouts: Iterable[str], facts: Live) -> str:
    """Say what is not known for sure, and who knows."""
    said = messages(lang)
    way = said["fact.reach.phone"].format(phone=facts.phone) if facts.phone else said["fact.reach.chat"]
    first, *others = (said[f"fact.about.{about}"] for about in abouts)
    names = ", ".join((first, *(f"{other[:1].lower()}{other[1:]}" for other in others)))
    return said[f"fact.ask.{whom}"].format(about=names, reach=way)
