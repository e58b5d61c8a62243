"""The communes served, before and after the merger of 2025, and finding one by what people type."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from content.fold import clean, fold
from content.place_sounds import sounds_like
from content.reading.typos import typo_distance
from content.reading.unsure import is_unsure

OLD, NEW = "2020", "2025"
COMMUNE, TOWN = "xã", "thị trấn"

_FILE = Path(__file__).with_name("places.toml")
_KHMER_KINDS = {
    COMMUNE: "ឃុំ",
    TOWN: "ទីរួមស្រុក",
    "huyện": "ស្រុក",
    "ấp": "ភូមិ",
    "khóm": "ភូមិ",
}
_LONGEST_TEXT = 200
_FEWEST_LETTERS = 2


@dataclass(frozen=True)
class Unit:
    """A commune or town as it was in one version of the map; its key is (code, version)."""

    code: str
    version: str
    kind: str
    name: str
    parent: str
    successor: str | None = None


@cache
def _all() -> tuple[Unit, ...]:
    with _FILE.open("rb") as file:
        return tuple(Unit(**row) for row in tomllib.load(file)["units"])


@cache
def _parents() -> dict[tuple[str, str, str], str]:
    with _FILE.open("rb") as file:
        rows = tomllib.load(file)["parents"]
    names = {"vi": "name", "km": "name_km"}
    return {(row["code"], row["version"], lang): row[names[lang]] for row in rows for lang in names}


def units(version: str = OLD) -> tuple[Unit, ...]:
    """List the units of one version of the map, in the order of their codes."""
    return tuple(one for one in _all() if one.version == version)


def unit(code: str, version: str = OLD) -> Unit | None:
    """Return the unit with this key, or None."""
    return next((one for one in units(version) if one.code == code), None)


def successor(old: Unit) -> Unit | None:
    """Return the commune that an old unit became part of; None for a unit that is still there."""
    return unit(old.successor, NEW) if old.successor else None


def display_name(shown: Unit, lang: str = "vi") -> str:
    """Name a unit with its kind: "xã Hàm Giang", "ឃុំ Hàm Giang"."""
    return named(shown.kind, shown.name, lang)


def named(kind: str, name: str, lang: str) -> str:
    """Put a name behind the word for its kind; a kind that has no Khmer word yet stays Vietnamese."""
    return f"{_KHMER_KINDS.get(kind, kind) if lang == 'km' else kind} {name}"


def parent_name(shown: Unit, lang: str = "vi") -> str:
    """Name what the unit lies in: "huyện Trà Cú, tỉnh Trà Vinh" of old, "tỉnh Vĩnh Long" now."""
    return _parents()[shown.parent, shown.version, "km" if lang == "km" else "vi"]


def slug(named: Unit) -> str:
    """Return the name for links, unique in its version: "tt" marks a town called the same as a commune."""
    plain = _joined(named.name)
    shared = sum(_joined(one.name) == plain for one in units(named.version)) > 1
    return f"tt{plain}" if shared and named.kind == TOWN else plain


def by_slug(text: str, version: str = OLD) -> Unit | None:
    """Return the unit of a link such as "hamgiang"; None for any other text."""
    return next((one for one in units(version) if slug(one) == _joined(text)), None)


def _joined(text: str) -> str:
    return fold(text).replace(" ", "")


_KIND_WORDS = (
    (re.compile(r"^(?:thi tran|thi tra|tt|t t|ទីរួមស្រុក) ?(?=\w)"), TOWN),
    (re.compile(r"^(?:xa|x|ឃុំ) ?(?=\w)"), COMMUNE),
)
_KIND_AFTER = re.compile(r"(?<=\w) (thi tran|tt|xa)(?: cu)?$")
_KIND_ALONE = frozenset(("thi tran", "tt", "t t", "xa", "x", "ឃុំ", "ទីរួមស្រុក", "huyen", "h"))
_MANNERS = re.compile(r"^(?:(?:da|em|toi|tui|con|nha|o|ben|tai|minh|thuoc|song) )+(?=\w)| (?:a|nha|nhe|nghen)$")
_PROVINCE = re.compile(r"(?<=\w) (?:t |tinh )?(?:tra vinh|vinh long)$")
_DISTRICT = re.compile(r"(?<=\w) (?:h |huyen )?tra cu$")
_DISTRICT_ONLY = re.compile(r"^(?:huyen|h) tra cu$|^(?:tinh )?(?:tra vinh|vinh long)$")
_NO_NAMES = frozenset(("da", "u", "ok", "thoi", "khoan"))  # "da" would be the initials of Đại An
_KIND_WITHIN = re.compile(r"\b(?:xa|thi tran|ឃុំ|ទីរួមស្រុក) .*$")


def find_units(text: str, version: str = OLD) -> list[Unit]:
    """List the units a text may mean, the likeliest first: by name, part, initials or near spelling."""
    typed = _without_district(_plain(clean(text)[:_LONGEST_TEXT]))
    if _DISTRICT_ONLY.match(typed) or is_unsure(text) or fold(text) in _NO_NAMES:
        return []
    kind, name = _kind_and_name(typed)
    found = _named(typed, version) or _named(name, version)
    if not found and (within := _KIND_WITHIN.search(typed)):
        kind, name = _kind_and_name(within[0])
        found = _named(name, version)
    return [one for one in found if one.kind == kind] or found


def _without_district(typed: str) -> str:
    typed = _PROVINCE.sub("", typed)
    shorter = _DISTRICT.sub("", typed)
    return typed if shorter in _KIND_ALONE else shorter  # Trà Cú is a town, too


def _plain(text: str) -> str:
    typed, shorter = "", fold(text)
    while shorter != typed:
        typed, shorter = shorter, _MANNERS.sub("", shorter)
    return typed


def _kind_and_name(typed: str) -> tuple[str | None, str]:
    for pattern, kind in _KIND_WORDS:
        if found := pattern.match(typed):
            return kind, typed[found.end() :]
    if found := _KIND_AFTER.search(typed):
        return _kind_and_name(f"{found[1]} {typed[: found.start()]}")
    return None, typed


def _named(name: str, version: str) -> list[Unit]:
    if len(name.replace(" ", "")) < _FEWEST_LETTERS:
        return []
    there = sorted(units(version), key=lambda one: (one.kind == TOWN, one.code))
    for matches in (_is_same, _mentions, _is_initials):
        if found := [one for one in there if matches(name, fold(one.name))]:
            return found
    return _partly_named(name, there) or _heard(name, there) or _mistyped(name, there)


def _heard(name: str, there: list[Unit]) -> list[Unit]:
    return [one for one in there if sounds_like(name, one.name)]


def _partly_named(name: str, there: list[Unit]) -> list[Unit]:
    first = [one for one in there if _begins(name, fold(one.name))]
    return first + [one for one in there if one not in first and _ends(name, fold(one.name))]


def _is_same(typed: str, name: str) -> bool:
    return typed.replace(" ", "") == name.replace(" ", "")


def _begins(typed: str, name: str) -> bool:
    return _starts_words(typed.split(), name.split()) or name.replace(" ", "").startswith(typed.replace(" ", ""))


def _starts_words(parts: list[str], words: list[str]) -> bool:
    pairs = zip(parts, words, strict=False)
    return len(parts) <= len(words) and all(word.startswith(part) for part, word in pairs)


def _is_initials(typed: str, name: str) -> bool:
    return typed.replace(" ", "") == "".join(word[0] for word in name.split())


def _ends(typed: str, name: str) -> bool:
    parts, words = typed.split(), name.split()
    return any(_starts_words(parts, words[start:]) for start in range(1, len(words)))


def _mentions(typed: str, name: str) -> bool:
    return f" {name} " in f" {typed} "


def _mistyped(name: str, there: Iterable[Unit]) -> list[Unit]:
    typed = name.replace(" ", "")
    slips = {one: typo_distance(typed, _joined(one.name)) for one in there}
    near = [(count, one) for one, count in slips.items() if count is not None]
    fewest = min((count for count, _ in near), default=0)
    return [one for count, one in near if count == fewest]
