"""Taking a reader's corrections and approvals back into the catalogues; what could do harm is refused."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.pofile import normalize

from content.review import REVIEWED, approval, words_of
from content.review_file import Returned, mark_of

LONGEST = 1000
LONGEST_NAME = 80
WIDTH = 110
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_KHMER = re.compile("[\u1780-\u17ff]")
_KEY = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


@dataclass(frozen=True)
class Taken:
    """What is done to one message: its words from now on, and who approved them, if anybody did."""

    key: str
    words: str
    reader: str
    changed: bool


@dataclass
class Outcome:
    """What came of a file; ``refused`` says for each row why."""

    taken: list[Taken] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What readers remarked, for whoever keeps the texts."""
    unchanged: int = 0


def judge(rows: Iterable[Returned], vietnamese: Catalog, khmer: Catalog) -> Outcome:
    """Decide about every row. An empty cell changes nothing, neither a text nor an approval."""
    outcome, seen = Outcome(), set[str]()
    for row in rows:
        if row.key in seen:
            outcome.refused.append(f"row {row.row}, {row.key}: stands in the file twice")
            continue
        seen.add(row.key)
        if row.note:
            outcome.notes.append(f"{row.key}: {row.note}")
        reader = "" if row.reader == approval(khmer, row.key) else row.reader
        if not row.correction and not reader:
            outcome.unchanged += 1
        elif fault := _fault(row, vietnamese, khmer):
            outcome.refused.append(f"row {row.row}, {row.key}: {fault}")
        else:
            before = words_of(khmer, row.key)
            words = row.correction or before
            outcome.taken.append(Taken(row.key, words, reader, words != before))
    return outcome


def _fault(row: Returned, vietnamese: Catalog, khmer: Catalog) -> str | None:
    said = words_of(vietnamese, row.key)
    if not said:
        return "there is no such message any more"
    if row.mark != mark_of(said, words_of(khmer, row.key)):
        return "the Vietnamese or the Khmer has changed since the file went out; send this message again"
    if len(row.reader) > LONGEST_NAME or "\n" in row.reader:
        return "the reader's name is too long"
    return _fault_of_words(row.correction, said) if row.correction else None


def _fault_of_words(words: str, vietnamese: str) -> str | None:
    try:
        names = placeholders(words)
    except ValueError:
        return "a brace is open or stands alone"
    if names != placeholders(vietnamese):
        return "the words in braces must stay as they are: " + " ".join(
            f"{{{name}}}" for name in placeholders(vietnamese)
        )
    if not _KHMER.search(words):
        return "there is no Khmer in it"
    if _INVISIBLE.search(words):
        return "it holds an invisible sign"
    return "it is too long" if len(words) > LONGEST else None


def placeholders(words: str) -> list[str]:
    """The placeholders of a text, facts with what they tell of them. Raises ``ValueError`` for a lone brace."""
    parts = Formatter().parse(words)
    return sorted(f"{name}:{spec}" if spec else name for _, name, spec, _ in parts if name is not None)


def apply(outcome: Outcome, folder: Path, today: date) -> None:
    """Write what was taken into the catalogues of a folder; everything else in them stays as it is."""
    taken = {one.key: one for one in outcome.taken}
    for file in sorted(folder.glob("*.po")):
        before = file.read_text(encoding="utf-8")
        after = rewritten(before, taken, today)
        if after != before:
            unfinished = file.with_suffix(".po.new")
            unfinished.write_text(after, encoding="utf-8")
            unfinished.replace(file)


def rewritten(po: str, taken: Mapping[str, Taken], today: date) -> str:
    """A catalogue's text with the taken messages in it."""
    return "\n\n".join(_block(block, taken, today) for block in po.split("\n\n"))


def _block(block: str, taken: Mapping[str, Taken], today: date) -> str:
    found = _KEY.search(block)
    one = taken.get(found[1]) if found else None
    if one is None:
        return block
    comments = [line for line in block.split("\n") if line.startswith("#") and not line.startswith(f"# {REVIEWED}")]
    if one.reader:
        comments.append(f"# {REVIEWED} {_signed(one.reader, today)}")
    elif not one.changed:
        comments = [line for line in block.split("\n") if line.startswith("#")]
    end = block[len(block.rstrip("\n")) :]
    return "\n".join([*comments, f'msgid "{one.key}"', f"msgstr {normalize(one.words, width=WIDTH)}{end}"])


def _signed(reader: str, today: date) -> str:
    """The reader's name with the day, unless they wrote one themselves."""
    return (
        reader if re.search(r"\d{1,2}/\d{1,2}/\d{4}", reader) else f"{reader}, {today.day}/{today.month}/{today.year}"
    )
