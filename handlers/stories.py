"""The stories of people who made it, which the office adds with their agreement; nothing is shown without one."""

from content.articles import TOPICS, Article, of_topic
from handlers.articles import choice_of
from handlers.talk import Choice, Talk

SHOWN = 5
LIST = "story:list:0"


def stories(lang: str) -> list[Article]:
    """Every story, of all topics."""
    return [one for topic in TOPICS for one in of_topic(topic, lang, "story")]


def lead(talk: Talk) -> list[Choice]:
    """The button that lists them; none without a story."""
    return [Choice(talk.text("article.stories"), LIST)] if stories(talk.lang) else []


def tapped(talk: Talk, rest: list[str]) -> bool:
    """Act on a button of the list."""
    match rest:
        case ["list", page] if page.isascii() and page.isdecimal() and len(page) < 3:
            show_list(talk, int(page))
            return True
    return False


def show_list(talk: Talk, page: int) -> None:
    """Five stories, and the way to the next five."""
    talk.account.state = None
    told = stories(talk.lang)
    start = page * SHOWN if page * SHOWN < len(told) else 0
    more = start + SHOWN < len(told)
    below = [Choice(talk.text("button.more"), f"story:list:{page + 1}")] if more else []
    below.append(Choice(talk.text("button.menu"), "go:menu"))
    talk.say("article.stories.text", map(choice_of, told[start : start + SHOWN]), below)
