"""Finding the article that a question is about, in the words of either language, with or without accents."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from content.articles import Article, articles
from content.fold import fold
from content.lexicon import lexicon
from content.spelling import has_khmer, khmer_form

KEYWORD, TITLE, BODY = 3.0, 1.0, 0.25
"""What a keyword, a word of the title and one of the text are worth; the latter two times their rarity."""
ENOUGH = 3.0
MOST = 3


@dataclass(frozen=True)
class _Entry:
    slug: str
    keywords: tuple[str, ...]
    title: frozenset[str]
    body: frozenset[str]


def find_articles(text: str, lang: str) -> list[Article]:
    """The articles that fit the words best, best first, in the language of the dialogue; none when none fits well."""
    scores = _scores(text)
    best = max(scores.values(), default=0.0)
    near = sorted((slug for slug, score in scores.items() if score >= max(ENOUGH, best / 2)), key=lambda s: -scores[s])
    return [articles()[slug, lang] for slug in near[:MOST]]


def _scores(text: str) -> Mapping[str, float]:
    folded = fold(text)
    words = [word for word in folded.split() if word not in lexicon().manners]
    scores: dict[str, float] = {}
    for entry in _index():
        keywords = sum(_says(folded, keyword) * _weight(keyword) for keyword in entry.keywords)
        rest = sum(_rarity(w) * (TITLE if w in entry.title else BODY) for w in words if w in entry.title | entry.body)
        score = keywords + (rest if keywords else rest / 2)
        scores[entry.slug] = max(score, scores.get(entry.slug, 0.0))  # each language has an entry
    return scores


def _says(folded: str, keyword: str) -> bool:
    return khmer_form(keyword) in khmer_form(folded) if has_khmer(keyword) else f" {keyword} " in f" {folded} "


def _weight(keyword: str) -> float:
    """A keyword of several words says more than one of a single word."""
    parts = 2 if has_khmer(keyword) else min(len(keyword.split()), 3)
    return KEYWORD * (0.7 + 0.3 * parts)


@cache
def _index() -> Sequence[_Entry]:
    return [
        _Entry(
            slug,
            tuple(fold(keyword) for keyword in one.keywords),
            frozenset(fold(one.title).split()),
            frozenset(fold(one.body).split()),
        )
        for (slug, _), one in articles().items()
    ]


@cache
def _spread() -> Mapping[str, int]:
    return Counter(word for entry in _index() for word in entry.title | entry.body)


def _rarity(word: str) -> float:
    return math.log(1 + len(_index()) / _spread()[word])
