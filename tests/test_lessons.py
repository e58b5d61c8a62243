"""Lessons say the same in both languages, shortly, in the glossary's words, and name only facts that there are."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from content.facts.files import facts_of_files
from content.facts.filling import FACT, names_in
from content.facts.uses import told
from content.lesson import LessonError, Words, lessons, read_lessons
from tests.test_catalogue import BRACKETED, GLOSSARY, INVISIBLE, LATIN, LONGEST, LONGEST_LABEL, NOT_THE_TERM

CARD = """
topic = "abroad"
order = 1
title = {{ vi = "Bài", km = "មេរៀន" }}
[[card]]
key = "one"
text = {{ vi = "Lời", km = "{km}" }}
question = {{ vi = "Hỏi?", km = "សួរ?" }}
because = {{ vi = "Vì", km = "ព្រោះ" }}
answer = [{{ vi = "A", km = "ក", right = true }}, {{ vi = "B", km = "ខ", right = {second} }}]
"""


def texts() -> Iterator[Words]:
    for lesson in lessons().values():
        yield lesson.title
        for card in lesson.cards:
            yield from (card.text, card.question, card.because)


def labels() -> Iterator[Words]:
    return (answer.words for lesson in lessons().values() for card in lesson.cards for answer in card.answers)


def test_texts_are_short_and_tell_the_same_facts() -> None:
    for words in texts():
        assert names_in(words["vi"]) == names_in(words["km"])
        for said in words.values():
            assert len(said) <= LONGEST
            assert len(re.findall(r"[.!?។](?=\s|$)", FACT.sub("", said))) <= 2, said
            assert not INVISIBLE.search(said)
    assert [words for words in labels() if max(map(len, words.values())) > LONGEST_LABEL - 4] == []


def test_facts_that_lessons_tell_are_there_and_count_as_used() -> None:
    named = {name for words in texts() for name in names_in(words["vi"])}
    assert named
    assert named <= facts_of_files().keys()
    assert {name for where, name in told() if where.startswith("lessons/")} == named


def test_khmer_keeps_vietnamese_words_in_brackets_or_quotes() -> None:
    assert [words for words in (*texts(), *labels()) if LATIN.findall(BRACKETED.sub(" ", words["km"]))] == []


@pytest.mark.parametrize(("term", "allowed"), GLOSSARY, ids=[term for term, _ in GLOSSARY])
def test_khmer_uses_the_words_of_the_glossary(term: str, allowed: tuple[str, ...]) -> None:
    other = NOT_THE_TERM.get(term, "\0")
    word = re.compile(rf"\b{re.escape(term)}\b")
    concerned = [words for words in (*texts(), *labels()) if word.search(words["vi"].lower().replace(other, ""))]
    assert [words for words in concerned if not any(said in words["km"] for said in allowed)] == []


@pytest.mark.parametrize(
    ("km", "second", "says"), [("", "false", "empty"), ("ពាក្យ", "true", "one of them right"), ("\\x", "false", "bad")]
)
def test_a_file_that_is_no_lesson_says_why(tmp_path: Path, km: str, second: str, says: str) -> None:
    (tmp_path / "bad.toml").write_text(CARD.format(km=km, second=second), encoding="utf-8")
    with pytest.raises(LessonError, match=r"bad\.toml") as refused:
        read_lessons(tmp_path)
    assert says in str(refused.value) or says == "bad"


def test_a_lesson_that_is_right_is_read(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text(CARD.format(km="ពាក្យ", second="false"), encoding="utf-8")
    assert [card.key for card in read_lessons(tmp_path)["good"].cards] == ["one"]
