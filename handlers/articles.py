"""Reading an article, one short message after the other, and finding one from free text."""

from content.article_search import find_articles
from content.articles import Article, article
from handlers.menu import ENTRIES, entry
from handlers.talk import Choice, Talk

PAGES = ("abroad", "training")
"""The topics with a page of their own."""


def choice_of(one: Article) -> Choice:
    """The button that opens an article."""
    return Choice(one.title, f"art:{one.slug}:0")


def tapped(talk: Talk, rest: list[str]) -> bool:
    """Act on an article's button; False for one that is gone."""
    match rest:
        case [slug, number] if number.isdecimal() and (found := article(slug, talk.lang)):
            show_page(talk, found, int(number))
            return True
    return False


def show_page(talk: Talk, one: Article, number: int) -> None:
    """One message of an article, with the way on; the last one says where it comes from."""
    told = one.pages()
    number = min(number, len(told) - 1)
    head = one.title if number == 0 else f"{one.title} ({number + 1}/{len(told)})"
    on = [Choice(talk.text("article.next"), f"art:{one.slug}:{number + 1}")] if number + 1 < len(told) else []
    below = [_back(talk, one), Choice(talk.text("button.menu"), "go:menu")]
    lines = [head, "", told[number]]
    if not on:
        lines += ["", _end(talk, one)]
        below.insert(0, entry(talk, "staff_contact"))
    talk.send("\n".join(lines), on, below)


def _back(talk: Talk, one: Article) -> Choice:
    """The list of stories or the page of the topic; work at home has no page, one registers."""
    if one.kind == "story":
        return Choice(talk.text("article.stories"), "story:list:0")
    page = f"{one.topic}:home" if one.topic in PAGES else "go:register_job"
    return Choice(talk.text(f"article.back.{one.topic}"), page)


def _end(talk: Talk, one: Article) -> str:
    """Where it comes from: the sources, or that the person agreed to its being told."""
    if one.consent is not None:
        return talk.text("article.story", day=f"{one.consent.when:%d/%m/%Y}")
    return talk.text("article.source", sources="; ".join(one.sources), day=f"{one.date:%d/%m/%Y}")


def offer_found(talk: Talk, text: str, intent: str) -> bool:
    """Offer the articles that the words seem to ask for, and what else they may want; False when there is none."""
    found = find_articles(text, talk.lang)
    if not found:
        return False
    choices = [choice_of(one) for one in found]
    if intent in ENTRIES and intent != "staff_contact":
        choices.append(entry(talk, intent))
    below = (entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu"))
    talk.say("article.found", choices, below)
    return True
