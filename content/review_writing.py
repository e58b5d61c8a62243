"""Writing what was taken from a reader into catalogues, lessons and articles, all or nothing."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from babel.messages.pofile import normalize

from content.review_return import Taken
from content.review_texts import approvals_file, article_with, lesson_with
from content.review_units import (
    APPROVALS,
    ARTICLES,
    DESK,
    DESK_WORDS,
    LESSONS,
    MESSAGES,
    REVIEWED,
    approvals,
    mark_of,
    units,
)

WIDTH = 110
_KEY = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
_DAY = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")


def apply(taken: Iterable[Taken], root: Path, today: date) -> list[Path]:
    """Write what was taken under ``root``; everything else in the files stays as it is. Returns the changed files."""
    kinds: dict[str, list[Taken]] = {"": [], DESK_WORDS: [], LESSONS: [], ARTICLES: []}
    for one in taken:
        kinds[one.unit.key.partition("/")[0] if "/" in one.unit.key else ""].append(one)
    after = {
        **_catalogues(root / MESSAGES, {one.unit.key: one for one in kinds[""]}, today),
        **_catalogues(
            root / DESK, {one.unit.key.removeprefix(f"{DESK_WORDS}/"): one for one in kinds[DESK_WORDS]}, today
        ),
        **_texts(root, kinds[LESSONS], kinds[ARTICLES]),
        **_approved(root, [*kinds[LESSONS], *kinds[ARTICLES]], today),
    }
    for file, text in after.items():
        unfinished = file.with_name(f"{file.name}.new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    return list(after)


def _catalogues(folder: Path, taken: Mapping[str, Taken], today: date) -> dict[Path, str]:
    after = {}
    for file in sorted((folder / "km" / "LC_MESSAGES").glob("*.po")):
        before = file.read_text(encoding="utf-8")
        changed = "\n\n".join(_block(block, taken, today) for block in before.split("\n\n"))
        if changed != before:
            after[file] = changed
    return after


def _block(block: str, taken: Mapping[str, Taken], today: date) -> str:
    found = _KEY.search(block)
    one = taken.get(found[1]) if found else None
    if found is None or one is None:
        return block
    comments = [line for line in block.split("\n") if line.startswith("#") and not line.startswith(f"# {REVIEWED}")]
    if one.reader:
        comments.append(f"# {REVIEWED} {_signed(one.reader, today)}")
    elif not one.changed:
        comments = [line for line in block.split("\n") if line.startswith("#")]
    end = block[len(block.rstrip("\n")) :]
    return "\n".join([*comments, f'msgid "{found[1]}"', f"msgstr {normalize(one.words, width=WIDTH)}{end}"])


def _texts(root: Path, of_lessons: Iterable[Taken], of_articles: Iterable[Taken]) -> dict[Path, str]:
    after: dict[Path, str] = {}
    for folder, ending, rewrite, taken in (
        (root / MESSAGES / "lessons", "toml", lesson_with, of_lessons),
        (root / MESSAGES / "km" / "articles", "md", article_with, of_articles),
    ):
        for one in taken:
            if one.changed:
                file = folder / f"{one.unit.key.split('/')[1]}.{ending}"
                before = after[file] if file in after else file.read_text(encoding="utf-8")
                after[file] = rewrite(before, one.unit, one.words)
    return after


def _approved(root: Path, taken: Iterable[Taken], today: date) -> dict[Path, str]:
    """The file of approvals with the new ones, without those whose words are gone."""
    before = approvals(root)
    standing = units(root)
    given = {key: one for key, one in before.items() if key in standing and standing[key].reviewed}
    for one in taken:
        if one.reader:
            given[one.unit.key] = (_signed(one.reader, today), mark_of(one.unit.vi, one.words))
        elif one.changed:
            given.pop(one.unit.key, None)
    return {root / APPROVALS: approvals_file(given)} if given != before else {}


def _signed(reader: str, today: date) -> str:
    """The reader's name with the day, unless they wrote one themselves."""
    return reader if _DAY.search(reader) else f"{reader}, {today.day}/{today.month}/{today.year}"
