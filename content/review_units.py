"""Every Khmer text beside its Vietnamese, by a key: workers' messages, desk words, lessons and articles."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from content.articles import Article, read_articles
from content.catalogue import HERE, LANGUAGES
from content.lesson import Words, read_lessons

ROOT = HERE.parent
"""Where the folders of the program lie."""
MESSAGES, DESK = Path("content"), Path("desk/translations")
LESSONS, ARTICLES, DESK_WORDS = "lessons", "articles", "staff"
"""How keys of these begin, before a slash; messages have their own dotted keys."""
APPROVALS = Path("content/km/reviewed.toml")
"""Who approved which text of a lesson or an article; messages carry it in their ``.po``."""
REVIEWED = "đã duyệt:"
"""How a translator's comment in the Khmer ``.po`` begins once a native reader approved the message below it."""
LONGEST_MESSAGE, LONGEST_PARAGRAPH, LONGEST_CARD, LONGEST_LABEL = 1000, 500, 300, 56


@dataclass(frozen=True)
class Unit:
    """One text in both languages; ``reviewed`` says who approved it and when, empty until somebody did."""

    key: str
    vi: str
    km: str
    reviewed: str
    longest: int

    @property
    def mark(self) -> str:
        """What changes when either text changes."""
        return mark_of(self.vi, self.km)


def mark_of(vietnamese: str, khmer: str) -> str:
    """The mark of two texts."""
    return hashlib.sha256(f"{vietnamese}\0{khmer}".encode()).hexdigest()[:12]


def units(root: Path = ROOT) -> dict[str, Unit]:
    """Every text, in the order of the keys."""
    found = [*_messages(root / MESSAGES, ""), *_messages(root / DESK, f"{DESK_WORDS}/")]
    given = approvals(root)
    for key, vi, km, longest in (*_of_lessons(root), *_of_articles(root)):
        by, mark = given.get(key, ("", ""))
        found.append(Unit(key, vi, km, by if mark == mark_of(vi, km) else "", longest))
    return {unit.key: unit for unit in sorted(found, key=lambda unit: unit.key)}


def _messages(folder: Path, begin: str) -> Iterator[Unit]:
    vietnamese, khmer = (_catalogue(folder / lang / "LC_MESSAGES", lang) for lang in LANGUAGES)
    for message in khmer:
        if message.id and message.string:
            said = vietnamese.get(message.id)
            vi = str(said.string) if said else ""
            yield Unit(f"{begin}{message.id}", vi, str(message.string), _in_comments(message), LONGEST_MESSAGE)


def _catalogue(folder: Path, lang: str) -> Catalog:
    """Read a folder's messages of all subjects with the translators' comments."""
    whole = Catalog(locale=lang)
    for file in sorted(folder.glob("*.po")):
        with file.open("rb") as po:
            for message in read_po(po, locale=lang):
                if message.id:
                    whole[message.id] = message
    return whole


def _in_comments(message: object) -> str:
    comments = getattr(message, "user_comments", ())
    found = [comment.removeprefix(REVIEWED).strip() for comment in comments if comment.startswith(REVIEWED)]
    return found[-1] if found else ""


def approvals(root: Path) -> dict[str, tuple[str, str]]:
    """Who approved which text of a lesson or an article, with the mark of the texts that were approved."""
    file = root / APPROVALS
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return {key: (str(one["by"]), str(one["mark"])) for key, one in table.items()}


_Told = tuple[str, str, str, int]


def _of_lessons(root: Path) -> Iterator[_Told]:
    for lesson in read_lessons(root / MESSAGES / "lessons").values():
        begin = f"{LESSONS}/{lesson.key}"
        yield _told(f"{begin}/title", lesson.title, LONGEST_LABEL)
        for card in lesson.cards:
            for part, words in (("text", card.text), ("question", card.question), ("because", card.because)):
                yield _told(f"{begin}/{card.key}/{part}", words, LONGEST_CARD)
            for number, answer in enumerate(card.answers, 1):
                yield _told(f"{begin}/{card.key}/answer{number}", answer.words, LONGEST_LABEL)


def _told(key: str, words: Words, longest: int) -> _Told:
    return key, words["vi"], words["km"], longest


def _of_articles(root: Path) -> Iterator[_Told]:
    read: Mapping[tuple[str, str], Article] = read_articles(root / MESSAGES)
    for slug in sorted({slug for slug, _ in read}):
        vi, km = read[slug, "vi"], read[slug, "km"]
        yield f"{ARTICLES}/{slug}/00", vi.title, km.title, LONGEST_LABEL
        both = zip(paragraphs(vi.body), paragraphs(km.body), strict=True)
        for number, (said, khmer) in enumerate(both, 1):
            yield f"{ARTICLES}/{slug}/{number:02}", said, khmer, LONGEST_PARAGRAPH


def paragraphs(body: str) -> list[str]:
    """The texts between the empty lines of an article; each is a message or more."""
    return re.split(r"\n\s*\n", body.strip())
