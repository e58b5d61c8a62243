"""Names and licence numbers of firms, compared as people type them: short, without accents, half remembered."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from rapidfuzz import fuzz

from content.fold import fold

_KINDS = (
    "trach nhiem huu han",
    "mot thanh vien",
    "hai thanh vien",
    "tong cong ty",
    "cong ty",
    "co phan",
    "tap doan",
    "limited liability company",
    "joint stock company",
    "co ltd",
    "corporation",
    "company",
    "tnhh",
    "mtv",
    "jsc",
    "corp",
    "cty",
    "ctcp",
    "cp",
    "tm",
    "dv",
)
"""What nearly every firm's name has in it, longest first: it tells none from another."""
_KIND = re.compile(rf"\b(?:{'|'.join(_KINDS)})\b")
_AROUND_NUMBER = frozenset(("so", "giay", "phep", "gp", "gpkd", "ldtbxh", "bldtbxh", "bnv", "cua", "cong", "ty", "la"))
"""Words that may stand around a licence number; with any other, digits are part of a name."""
_ASKING = re.compile(
    r"\b(?:(?:co|la) )?(?:giay phep|duoc phep|lua dao|that|uy tin|dang tin|hop phap) (?:khong|ko|hong|hay khong)\b"
    r"|\b(?:kiem tra|tra cuu|cho hoi|hoi ve|xem giup|giup toi)\b|មានអាជ្ញាបណ្ណទេ|សូមពិនិត្យ|ក្រុមហ៊ុន"
)
"""What is asked about a firm, around its name."""
_LIKE, _SHOWN = 76.0, 4
"""From this likeness (of 100) on a name is near enough to be taken for another, and so many are shown."""


class Firm(Protocol):
    """What is compared of a firm in a list."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def short_name(self) -> str | None: ...  # noqa: D102

    @property
    def number_key(self) -> str: ...  # noqa: D102


F = TypeVar("F", bound=Firm)


class Found(StrEnum):
    """How what was typed stands to the list."""

    exact = "exact"
    """It names exactly one firm."""
    near = "near"
    """It names none, but resembles some; or several share it."""
    none = "none"


def core(name: str) -> str:
    """What tells a firm from others: its folded name without the words for its kind."""
    folded = fold(name)
    return " ".join(_KIND.sub(" ", folded).split()) or folded


def named_in(text: str) -> str:
    """The firm's name in a question about it; the text as it is where it asks nothing."""
    folded = fold(text)
    return " ".join(_ASKING.sub(" ", folded).split()) if _ASKING.search(folded) else text


def number_key(words: str) -> str:
    """A licence number as it is compared: letters and digits only."""
    return re.sub(r"[^0-9a-z]", "", fold(words))


def number_keys(typed: str) -> tuple[str, ...]:
    """The keys that typed words may be: the whole, and the bare number where little else is said."""
    told = [word for word in fold(typed).split() if word not in _AROUND_NUMBER]
    bare = told if len(told) == 1 and told[0].isdigit() else []
    return tuple(dict.fromkeys(key for key in (number_key(typed), *bare) if key))


def same_number(typed: str, firm: Firm) -> bool:
    """Whether the words are the firm's licence number, said whole or by the digits that it begins with."""
    return not number_keys_of(firm).isdisjoint(number_keys(typed))


def number_keys_of(firm: Firm) -> frozenset[str]:
    """Every key by which a firm's licence is found."""
    beginning = re.match(r"\d+", firm.number_key)
    return frozenset((firm.number_key, *([beginning.group()] if beginning else [])))


def same_name(typed: str, firm: Firm) -> bool:
    """Whether the words are the firm's name, or its short name, accents and kind aside."""
    names = [core(name) for name in (firm.name, firm.short_name) if name]
    return core(typed) in names


def likeness(typed: str, firm: Firm) -> float:
    """How much the words resemble the firm's name or short name, 0 to 100."""
    said = core(typed)
    names = [core(name) for name in (firm.name, firm.short_name) if name]
    return max(max(fuzz.ratio(said, name), fuzz.token_set_ratio(said, name) - 2.0) for name in names)


@dataclass(frozen=True)
class Match(Generic[F]):
    """The firms that are meant or resembled, likest first."""

    found: Found
    firms: Sequence[F]


def match(typed: str, firms: Iterable[F]) -> Match[F]:
    """Compare what was typed with the firms that it may mean."""
    candidates = list(firms)
    exact = [firm for firm in candidates if same_number(typed, firm) or same_name(typed, firm)]
    if len(exact) == 1:
        return Match(Found.exact, exact)
    ranked = sorted(candidates, key=lambda firm: -likeness(typed, firm))
    near = [*exact, *(firm for firm in ranked if firm not in exact and likeness(typed, firm) >= _LIKE)]
    return Match(Found.near if near else Found.none, near[:_SHOWN])
