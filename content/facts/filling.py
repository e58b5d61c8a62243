"""Putting values and facts into a text; a line whose fact nobody confirmed becomes a line that says whom to ask."""

import re
from collections.abc import Mapping

from content.facts.live import fact, live
from content.facts.units import short_day, written
from content.message_files import messages
from content.values import say

FACT = re.compile(r"\{([a-z_][a-z_0-9]*(?:\.[a-z_0-9]+)+)(?::(source|checked|since))?\}")
"""A fact in a text: its value, or by a colon its source, the day it was checked, the day since which it holds."""


def fill(lang: str, text: str, values: Mapping[str, object]) -> str:
    """Fill a text's placeholders.

    A line is the smallest thing that is said or not: when one of its facts can't be told, the whole line gives way.
    """
    if "." in text and FACT.search(text):
        lines = [_filled(lang, line) for line in text.split("\n")]
        text = "\n".join(line for at, line in enumerate(lines) if at == 0 or line != lines[at - 1] or not line)
    return text.format_map({name: say(value, lang) for name, value in values.items()}) if values else text


def names_in(text: str) -> set[str]:
    """The facts that a text tells."""
    return {name for name, _ in FACT.findall(text)}


def _filled(lang: str, line: str) -> str:
    for name, _ in FACT.findall(line):
        known = fact(name)
        if known is None or not known.confirmed:
            return _ask(lang, name)
    return FACT.sub(lambda match: _part(lang, match[1], match[2]), line)


def _part(lang: str, name: str, part: str | None) -> str:
    known = fact(name)
    assert known is not None, "the line was looked through before"
    match part:
        case "source":
            return known.source
        case "checked":
            return short_day(known.checked)
        case "since":
            return short_day(known.since) if known.since else ""
    return written(known, lang)


def _ask(lang: str, name: str) -> str:
    """Say what is not known for sure, and who knows."""
    said = messages(lang)
    first = live.book.periods(name)[0]
    way = said["fact.reach.phone"].format(phone=live.phone) if live.phone else said["fact.reach.chat"]
    return said[f"fact.ask.{first.confirm}"].format(about=said[f"fact.about.{first.about}"], reach=way)
