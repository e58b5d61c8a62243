"""Ready answers: words with a few placeholders, checked when they are kept and filled when they are used."""

from string import Formatter

PLACES = ("name", "number", "officer", "office", "day")
"""What may stand in braces: the worker, the case's number, who writes, the office, the day that is due."""
LONGEST, LONGEST_NAME = 1_000, 60


def fault_of(name: str, vi: str, km: str) -> str | None:
    """The desk's word for what is wrong with an answer, or None."""
    if not name or not vi or not km:
        return "setup.answer_incomplete"
    try:
        named = [set(_named(words)) for words in (vi, km)]
    except ValueError:
        return "setup.answer_braces"
    if not named[0] <= set(PLACES) or not named[1] <= set(PLACES):
        return "setup.answer_braces"
    return "setup.answer_differ" if named[0] != named[1] else None


def filled(words: str, values: dict[str, str]) -> str:
    """The words with their placeholders filled; ``values`` has all of ``PLACES``."""
    return words.format_map(values)


def _named(words: str) -> list[str]:
    """The placeholders; raises ``ValueError`` for lonely braces and for anything but a plain name."""
    found = []
    for _, name, form, conversion in Formatter().parse(words):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(name)
        found.append(name)
    return found
