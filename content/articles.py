"""Articles: longer texts of the office in both languages, with facts by name, from ``content/<lang>/articles/*.md``."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from content.facts.filling import fill
from content.message_files import HERE, LANGUAGES
from content.pages import pages

FENCE = "+++"
KINDS = ("guide", "news", "story")
TOPICS = ("abroad", "training", "work")
_KEYS = {"title", "kind", "topic", "sources", "reviewed_by", "date", "keywords", "order", "consent"}
_CONSENT = {"who", "when", "how"}


class ArticleError(ValueError):
    """A file is no article; the words say which and why."""


@dataclass(frozen=True)
class Consent:
    """That the person whom a story tells of agreed to it: who, when, and how that is proved."""

    who: str
    when: date
    how: str


@dataclass(frozen=True)
class Article:
    """One text in one language; ``slug`` is the same in both."""

    slug: str
    lang: str
    title: str
    kind: str
    topic: str
    sources: tuple[str, ...]
    reviewed_by: str
    """Who has read it and found it right; empty until somebody has."""
    date: date
    keywords: tuple[str, ...]
    order: int
    consent: Consent | None
    body: str

    def pages(self) -> list[str]:
        """The messages that it is told in, with the facts of today."""
        return pages(fill(self.lang, self.body, {}))


@cache
def articles() -> Mapping[tuple[str, str], Article]:
    """Every article by slug and language. Raises ``ArticleError``."""
    return read_articles(HERE)


def article(slug: str, lang: str) -> Article | None:
    """One article; None when there is none of that name."""
    return articles().get((slug, lang))


def of_topic(topic: str, lang: str, kind: str | None = None) -> list[Article]:
    """The articles of a topic in their order."""
    found = [one for one in articles().values() if one.topic == topic and one.lang == lang and kind in (None, one.kind)]
    return sorted(found, key=lambda one: (one.order, one.slug))


def read_articles(folder: Path) -> dict[tuple[str, str], Article]:
    """Read both languages' articles under a folder. Raises ``ArticleError``, also for one that a language lacks."""
    found = {
        (one.slug, lang): one
        for lang in LANGUAGES
        for one in map(_read, sorted((folder / lang / "articles").glob("*.md")))
    }
    if wrong := next(_unlike(found), None):
        raise ArticleError(wrong)
    return found


def _unlike(found: Mapping[tuple[str, str], Article]) -> Iterator[str]:
    for slug in sorted({slug for slug, _ in found}):
        both = [found.get((slug, lang)) for lang in LANGUAGES]
        missing = [lang for lang, one in zip(LANGUAGES, both, strict=True) if one is None]
        if missing:
            yield f"{slug}: there is no text in {missing[0]}"
        elif len({(one.kind, one.topic, one.order) for one in both if one}) > 1:
            yield f"{slug}: the languages differ in kind, topic or order"


def _read(file: Path) -> Article:
    try:
        _, head, body = file.read_text(encoding="utf-8").split(f"{FENCE}\n", 2)
        fields = tomllib.loads(head)
    except ValueError as error:
        raise ArticleError(f"{file.name}: the head between two lines of {FENCE} can't be read: {error}") from error
    if fault := _fault(fields) or (None if body.strip() else "there is no text"):
        raise ArticleError(f"{file.parents[1].name}/{file.name}: {fault}")
    consent = Consent(**fields["consent"]) if "consent" in fields else None
    return Article(
        slug=file.stem,
        lang=file.parents[1].name,
        title=fields["title"],
        kind=fields["kind"],
        topic=fields["topic"],
        sources=tuple(fields["sources"]),
        reviewed_by=fields["reviewed_by"],
        date=fields["date"],
        keywords=tuple(fields.get("keywords", ())),
        order=fields.get("order", 100),
        consent=consent,
        body=body.strip(),
    )


def _fault(fields: Mapping[str, Any]) -> str | None:
    """What is wrong with a head; None when nothing is."""
    missing = _KEYS - {"keywords", "order", "consent"} - fields.keys()
    if missing or fields.keys() - _KEYS:
        return f"it lacks {sorted(missing)} or has {sorted(fields.keys() - _KEYS)} too many"
    if fields["kind"] not in KINDS or fields["topic"] not in TOPICS:
        return "there is no such kind or topic"
    if not fields["title"].strip() or type(fields["date"]) is not date:
        return "the title is empty, or the date is no day"
    if not fields["sources"] and fields["kind"] != "story":
        return "it has no source"
    consent = fields.get("consent", {})
    if fields["kind"] == "story" and (consent.keys() != _CONSENT or type(consent["when"]) is not date):
        return "a story needs a consent: who, when (a day) and how"
    if fields["kind"] == "story" and not (str(consent["who"]).strip() and str(consent["how"]).strip()):
        return "the consent of a story says nothing"
    return None
