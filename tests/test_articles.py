"""Articles stand in both languages, say the same facts, are short and in the glossary's words, and can be found."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from content.article_search import find_articles
from content.articles import Article, ArticleError, articles, of_topic, read_articles
from content.catalogue import LANGUAGES
from content.facts.filling import FACT, names_in
from content.facts.live import fact, live
from content.pages import LONGEST, LONGEST_LIST
from handlers.abroad.home import LEADS, SECTIONS
from handlers.training import ENTRIES
from tests.test_catalogue import BRACKETED, GLOSSARY, INVISIBLE, LATIN, LONGEST_LABEL, NOT_THE_TERM

SLUGS = sorted({slug for slug, _ in articles()})
HEAD = """+++
title = "Một chuyện"
kind = "{kind}"
topic = "work"
sources = ["Nguồn"]
reviewed_by = ""
date = 2026-11-24
{more}
+++
Lời kể.
"""


def both(slug: str) -> tuple[Article, Article]:
    return articles()[slug, "vi"], articles()[slug, "km"]


@pytest.mark.parametrize("slug", SLUGS)
def test_both_languages_tell_the_same_facts_in_as_many_messages(slug: str) -> None:
    vi, km = both(slug)
    assert names_in(vi.body) == names_in(km.body)
    assert len(re.split(r"\n\s*\n", vi.body)) == len(re.split(r"\n\s*\n", km.body))
    assert vi.sources == km.sources


@pytest.mark.parametrize("slug", SLUGS)
def test_messages_and_titles_are_short(slug: str) -> None:
    for one in both(slug):
        assert len(one.title) <= LONGEST_LABEL - 4
        assert not INVISIBLE.search(one.title + one.body)
        for page in one.pages():
            assert len(page) <= (LONGEST_LIST if "- " in page else LONGEST), page
            assert "{" not in page


def test_a_paragraph_has_at_most_two_sentences() -> None:
    long = {
        (slug, lang): paragraph
        for (slug, lang), one in articles().items()
        for paragraph in re.split(r"\n\s*\n", one.body)
        if "\n- " not in paragraph and len(re.findall(r"[.!?។](?=\s|$)", FACT.sub("", paragraph))) > 2
    }
    assert long == {}


def test_every_amount_is_a_fact() -> None:
    figure = re.compile(r"\d[\d.,]*\s*(?:%|triệu|tỷ|đồng|tháng|năm|USD|លាន|ដុង|ខែ|ឆ្នាំ)")
    assert {key: figure.findall(one.body) for key, one in articles().items() if figure.search(one.body)} == {}


def test_a_changed_fact_changes_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "overseas.support.language"
    known = fact(name)
    assert known is not None
    before = [page for one in both("abroad-support") for page in one.pages() if "4 triệu" in page or "4 លាន" in page]
    assert len(before) == 2
    changed = replace(known, value=Decimal(6_500_000), corrected=True)
    monkeypatch.setattr(live, "book", live.book.corrected([changed]))
    vi, km = ("\n".join(one.pages()) for one in both("abroad-support"))
    assert "6,5 triệu đồng" in vi
    assert "6,5 លានដុង" in km


def test_what_nobody_confirmed_is_asked_for_instead_of_told() -> None:
    vi, km = ("\n".join(one.pages()) for one in both("unemployment-benefit"))
    assert "60" not in vi + km
    assert "Trung tâm" in vi
    told = "\n".join(both("abroad-help")[0].pages())
    assert "981 84" not in told
    assert "111" in told


def test_khmer_keeps_vietnamese_words_in_brackets_or_quotes() -> None:
    abbreviations = {"EPS", "TOPIK", "ILO"}
    stray = {
        slug: found
        for slug in SLUGS
        if (found := set(LATIN.findall(BRACKETED.sub(" ", articles()[slug, "km"].body))) - abbreviations)
    }
    assert stray == {}


@pytest.mark.parametrize(("term", "allowed"), GLOSSARY, ids=[term for term, _ in GLOSSARY])
def test_khmer_uses_the_words_of_the_glossary(term: str, allowed: tuple[str, ...]) -> None:
    other = NOT_THE_TERM.get(term, "\0")
    word = re.compile(rf"\b{re.escape(term)}\b")
    wrong = {}
    for slug in SLUGS:
        for vi, km in zip(*(re.split(r"\n\s*\n", f"{one.title}\n\n{one.body}") for one in both(slug)), strict=True):
            if word.search(vi.lower().replace(other, "")) and not any(words in km for words in allowed):
                wrong[slug] = (vi, km)
    assert wrong == {}


def test_every_article_of_a_page_is_there_and_every_one_is_on_a_page() -> None:
    shown = {name for names in SECTIONS.values() for name in names if name not in LEADS}
    shown |= {name for name in ENTRIES if name not in ("register", "courses")}
    assert shown == {slug for slug in SLUGS if articles()[slug, "vi"].kind != "story"}, (
        "stories have a list of their own"
    )
    assert next(one.slug for one in of_topic("abroad", "km")) == "abroad-steps"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("đi nhật tốn bao nhiêu tiền dịch vụ", "abroad-japan"),
        ("cac buoc di nuoc ngoai", "abroad-steps"),
        ("đi hàn quốc eps cần gì?", "abroad-korea"),
        ("dau hieu lua dao", "abroad-warning-signs"),
        ("tôi mất việc có được trợ cấp thất nghiệp không", "unemployment-benefit"),
        ("con tôi xong lớp 9 nên làm gì", "training-ninth-grade"),
        ("có ai được thu tiền môi giới không", "abroad-never-charged"),
        ("ទៅកូរ៉េត្រូវធ្វើអ្វីខ្លះ", "abroad-korea"),
        ("បាត់ការងារ មានប្រាក់ឧបត្ថម្ភទេ", "unemployment-benefit"),
        ("គេបោកប្រាស់", "abroad-warning-signs"),
    ],
)
def test_articles_are_found_in_peoples_own_words(text: str, slug: str) -> None:
    for lang in LANGUAGES:
        found = find_articles(text, lang)
        assert slug in [one.slug for one in found]
        assert {one.lang for one in found} == {lang}


@pytest.mark.parametrize("text", ["xin chào", "hôm nay trời mưa", "?", "", "asdf qwer", "ថ្ងៃនេះភ្លៀង"])
def test_what_is_about_nothing_finds_nothing(text: str) -> None:
    assert find_articles(text, "vi") == []


def write(folder: Path, text: str, langs: tuple[str, ...] = LANGUAGES) -> Path:
    for lang in langs:
        (folder / lang / "articles").mkdir(parents=True)
        (folder / lang / "articles" / "one.md").write_text(text, encoding="utf-8")
    return folder


def test_a_story_is_kept_with_the_consent_of_whom_it_tells_of(tmp_path: Path) -> None:
    consent = 'consent = { who = "Bà A", when = 2026-11-01, how = "giấy ký ở xã" }'
    told = read_articles(write(tmp_path, HEAD.format(kind="story", more=consent)))["one", "km"]
    assert told.consent is not None
    assert (told.consent.who, told.consent.when) == ("Bà A", date(2026, 11, 1))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD.format(kind="story", more=""), "needs a consent"),
        (HEAD.format(kind="story", more='consent = { who = "", when = 2026-11-01, how = "" }'), "says nothing"),
        (HEAD.format(kind="advert", more=""), "no such kind"),
        (HEAD.format(kind="guide", more='colour = "red"'), "too many"),
        (HEAD.format(kind="guide", more="").replace("date = 2026-11-24\n", ""), "lacks"),
        (HEAD.format(kind="guide", more="").replace("Lời kể.\n", ""), "no text"),
        ("Lời kể không có đầu.", "can't be read"),
    ],
)
def test_a_file_that_is_no_article_says_why(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ArticleError, match=says):
        read_articles(write(tmp_path, text))


def test_an_article_that_a_language_lacks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "km" / "articles").mkdir(parents=True)
    with pytest.raises(ArticleError, match="no text in km"):
        read_articles(write(tmp_path, HEAD.format(kind="guide", more=""), ("vi",)))


def test_no_story_is_invented() -> None:
    assert [one.slug for one in articles().values() if one.kind == "story" and one.consent is None] == []
