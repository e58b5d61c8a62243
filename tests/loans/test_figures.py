"""Each figure that a text about loans shows comes from a fact; a changed fact changes both languages."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from content.catalogue import LANGUAGES, messages, tell
from content.facts.book import FactBook
from content.facts.fact import Fact
from content.facts.files import facts_of_files
from content.facts.filling import FACT, fill, names_in
from content.facts.live import fact, live
from content.facts.units import written
from content.loans import programmes

OF_LOANS = ("loans.", "choice.loan_")
ALLOWED = re.compile(r"^\d+\. |\b01/(?:TD|UQ)\b|(?:[Cc]ách|វិធី) [12]|(?:20 (?:triệu|លាន)|36)(?=[.។])", re.MULTILINE)
"""The numbers of steps and ways, the names of forms, and the examples of how to type an amount and months."""
DIGIT = re.compile(r"[0-9០-៩]")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_about_loans_has_a_figure_of_its_own(lang: str) -> None:
    bare = {
        key: ALLOWED.sub("", FACT.sub("", words))
        for key, words in messages(lang).items()
        if key.startswith(OF_LOANS) or key.startswith("fact.")
    }
    assert {key: words for key, words in bare.items() if DIGIT.search(words)} == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_figure_that_is_shown_is_a_fact_with_a_source(lang: str) -> None:
    shown = 0
    for key, words in messages(lang).items():
        for name in names_in(words):
            known = fact(name)
            if known is not None and known.confirmed:
                shown += 1
                assert known.source and known.checked and known.confidence in "HM", key
                if len(names_in(words)) == 1:
                    assert written(known, lang) in tell(lang, key) or ":" in words, key
    assert shown > 50


def changed(name: str, value: Decimal) -> FactBook:
    first, *rest = facts_of_files()[name]
    other: tuple[Fact, ...] = (replace(first, value=value, formula=None), *rest)
    return FactBook({**facts_of_files(), name: other})


TOLD = sorted(
    name
    for name, periods in facts_of_files().items()
    if periods[0].confirmed and isinstance(periods[0].value, Decimal) and name.startswith("loan.")
)


@pytest.mark.parametrize("name", TOLD)
def test_a_changed_fact_changes_both_languages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {lang: {key: fill(lang, words, {}) for key, words in messages(lang).items()} for lang in LANGUAGES}
    monkeypatch.setattr(live, "book", changed(name, Decimal(77)))
    differ = {
        lang: {key for key, words in messages(lang).items() if fill(lang, words, {}) != texts[lang][key]}
        for lang in LANGUAGES
    }
    assert differ["vi"] == differ["km"] != set(), name


def test_unconfirmed_figures_are_nowhere() -> None:
    unsure = [periods[0] for periods in facts_of_files().values() if not periods[0].confirmed and periods[0].value]
    assert unsure, "the files know figures that are not to be told"
    for one in unsure:
        for lang in LANGUAGES:
            using = [words for words in messages(lang).values() if one.name in names_in(words)]
            assert using or not one.name.startswith("loan.")
            assert not any(written(one, lang) in fill(lang, words, {}) for words in using)


def test_every_programme_has_its_facts() -> None:
    names = [name for one in programmes().values() for name in (one.rate, one.most, one.longest) if name]
    assert [name for name in names if name not in live.book] == []
