"""The page of training: register, the courses that are coming, who is supported, what comes after school and work."""

from content.articles import article
from handlers import stories
from handlers.abroad.home import SHOWN
from handlers.articles import choice_of
from handlers.talk import Choice, Talk

ENTRIES = ("register", "courses", "training-support", "training-apply", "training-ninth-grade", "training-parents",
           "unemployment-benefit", "labour-registration")  # fmt: skip
LEADS = {"register": "go:register_training", "courses": "notice:list:course:0"}


def show_home(talk: Talk, page: int = 0) -> None:
    """What there is about training, registering first."""
    talk.account.state = None
    choices = [*(_choice(talk, name) for name in ENTRIES), *stories.lead(talk)]
    start = page * SHOWN if page * SHOWN < len(choices) else 0
    other = Choice(talk.text("button.more" if not start else "button.first_page"), f"training:home:{0 if start else 1}")
    talk.say("training.text", choices[start : start + SHOWN], (other, Choice(talk.text("button.menu"), "go:menu")))


def tapped(talk: Talk, rest: list[str]) -> bool:
    """Act on a button of the page."""
    match rest:
        case ["home"]:
            show_home(talk)
        case ["home", page] if page.isascii() and page.isdecimal() and len(page) < 3:
            show_home(talk, int(page))
        case _:
            return False
    return True


def _choice(talk: Talk, name: str) -> Choice:
    if name in LEADS:
        return Choice(talk.text(f"training.{name}.title"), LEADS[name])
    found = article(name, talk.lang)
    assert found is not None, f"tests look that {name} is there"
    return choice_of(found)
