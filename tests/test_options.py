"""The choices of every question are found by the words that people use for them, in both languages."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from content.answer import ELSEWHERE, place_choices
from content.catalogue import HERE
from content.fold import fold
from content.forms import FORMS, FORMS_FOR_OTHER
from content.loan_guide import CHOICES as LOAN_QUESTIONS
from content.options import DECISIONS, UNCLEAR, choose, label_key, options
from content.reading.khmer import has_khmer
from db.ratings import SCORES
from handlers.consent import CHOICES as CONSENT
from handlers.form.engine import REVIEW_CHOICES
from handlers.helping.asking import ANSWERS as HELPED_ANSWERS
from handlers.helping.asking import KINDS as HELPED_KINDS
from handlers.rating_more import ways as rating_ways

TABLE = Path(__file__).with_name("data") / "choices.tsv"
NOTHING = "-"
TARGET = 0.98

ASKED = {
    q.words: q.choices
    for forms in (FORMS, FORMS_FOR_OTHER)
    for form in forms.values()
    for q in form.questions
    if q.choices
}
OTHERS = {
    "language": ("vi", "km"),
    "consent": CONSENT,
    "resume": ("resume", "restart", "later"),
    "whom": ("me", "other"),
    "review": REVIEW_CHOICES,
    "sure": ("yes", "no"),
    "commune": place_choices(),
    "helped_agree": HELPED_ANSWERS,
    "helped_kind": HELPED_KINDS,
    "rating": SCORES,
    "rating_more": rating_ways("bad"),
    **{key: values for key, values in LOAN_QUESTIONS.items() if key not in ASKED},
}
FIELDS = {f"field:{name}": tuple(q.key for q in form.questions) for name, form in FORMS.items()}
EVERY = ASKED | OTHERS | FIELDS
"""Every question that is answered by a choice, with its values; which fields can be corrected depends on the form."""


SAME_LETTERS = {("job_where", "xã")}
"""Words that are another choice's own word once their accents are left out: "xa" is far away."""


def _synonyms() -> dict[str, dict[str, list[str]]]:
    with (HERE / "synonyms.toml").open("rb") as file:
        return tomllib.load(file)


def _rows() -> list[tuple[str, str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(question, expected, text) for question, expected, text in rows]


def _chosen(question: str, text: str) -> str:
    return choose(question.split(":")[0], EVERY[question], text) or NOTHING


def test_choices_are_read_as_people_mean_them(capsys: pytest.CaptureFixture[str]) -> None:
    rows = _rows()
    wrong = [(*row, found) for row in rows if (found := _chosen(row[0], row[2])) != row[1]]
    accuracy = 1 - len(wrong) / len(rows)
    with capsys.disabled():
        print(f"\nchoices read right: {len(rows) - len(wrong)} of {len(rows)} ({accuracy:.1%})")
        for question, expected, text, found in wrong:
            print(f"  {question} {text!r}: expected {expected}, read {found}")
    assert accuracy >= TARGET


def test_nobody_agrees_deletes_or_sends_by_a_misreading() -> None:
    grave = {"consent": "yes", "helped_agree": "yes", "sure": "yes", "review": "send"}
    wrong = [
        (question, text)
        for question, expected, text in _rows()
        if question in grave and _chosen(question, text) == grave[question] != expected
    ]
    assert wrong == []


def test_table_is_large_names_every_value_and_has_nothing_twice() -> None:
    rows = _rows()
    twice = [key for key, count in Counter((question, text) for question, _, text in rows).items() if count > 1]
    named = {(question.split(":")[0], expected) for question, expected, _ in rows}
    shown = {(q.split(":")[0], value) for q, values in EVERY.items() for value in values if q != "commune"}
    assert len(rows) >= 200
    assert twice == []
    assert shown - named == set()
    assert {has_khmer(text) for *_, text in rows} == {True, False}


def test_synonyms_belong_to_questions_and_values_that_exist() -> None:
    known: dict[str, set[str]] = {}
    for question, values in EVERY.items():
        known.setdefault(question.split(":")[0], set()).update(values)
    known["commune"] = {ELSEWHERE}
    assert {key: set(values) - {UNCLEAR} for key, values in _synonyms().items()} == known


@pytest.mark.parametrize("question", EVERY)
def test_every_label_and_synonym_chooses_its_own_value(question: str) -> None:
    key = question.split(":")[0]
    wrong = [
        (option.value, word, found)
        for option in options(key, EVERY[question])
        for word in option.words
        if (found := choose(key, EVERY[question], word)) != option.value
    ]
    assert wrong == []


@pytest.mark.parametrize("question", EVERY)
def test_words_without_accents_never_choose_another_value(question: str) -> None:
    key = question.split(":")[0]
    wrong = [
        (option.value, word, found)
        for option in options(key, EVERY[question])
        for word in option.words
        if (question, word) not in SAME_LETTERS
        and (found := choose(key, EVERY[question], fold(word))) not in (option.value, None)
    ]
    assert wrong == []


def test_fields_are_called_by_their_own_messages() -> None:
    assert label_key("field", "name") == "field.name"
    assert label_key("sex", "male") == "choice.sex.male"


@pytest.mark.parametrize("question", EVERY)
def test_words_listed_as_unclear_choose_nothing(question: str) -> None:
    key = question.split(":")[0]
    words = _synonyms().get(key, {}).get(UNCLEAR, [])
    assert [(word, found) for word in words if (found := choose(key, EVERY[question], word)) is not None] == []


@pytest.mark.parametrize("question", sorted(DECISIONS))
@pytest.mark.parametrize("around", ["{} nhưng để tôi hỏi chồng", "khoan, {}", "nếu {} thì sao", "{}?", "không biết {}"])
def test_a_decision_inside_other_words_is_not_one(question: str, around: str) -> None:
    words = [word for option in options(question, EVERY[question]) for word in option.words if option.value != "more"]
    found = {(word, choose(question, EVERY[question], around.format(word))) for word in words}
    assert {(word, value) for word, value in found if value not in (None, "more", "no")} == set()
