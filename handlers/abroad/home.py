"""The page of work abroad: register, or learn first; each section at most five entries at once."""

from content.articles import article
from handlers import stories
from handlers.articles import choice_of
from handlers.talk import Choice, Talk

SHOWN = 5
SECTIONS: dict[str, tuple[str, ...]] = {
    "home": ("register", "learn", "money", "safe", "paper"),
    "learn": ("abroad-steps", "abroad-japan", "abroad-korea", "abroad-taiwan", "abroad-other", "abroad-support",
              "abroad-home"),
    "money": ("fee", "abroad-never-charged", "abroad-support", "loans"),
    "safe": ("firm", "abroad-warning-signs", "report", "abroad-help", "staff"),
    "paper": ("checklist", "lessons", "notices"),
}  # fmt: skip
"""What each section offers: an article by its name, or one of ``LEADS``."""
LEADS = {
    "register": "go:register_overseas",
    "learn": "abroad:learn",
    "money": "abroad:money",
    "safe": "abroad:safe",
    "paper": "abroad:paper",
    "fee": "fee:ask",
    "loans": "go:loans",
    "staff": "go:staff_contact",
    "firm": "firm:ask",
    "report": "report:ask",
    "checklist": "check:show:0",
    "lessons": "lesson:list:abroad",
    "notices": "notice:list:overseas:0",
}


def show_home(talk: Talk) -> None:
    """What there is about work abroad, registering first."""
    show_section(talk, "home")


def show_section(talk: Talk, section: str, page: int = 0) -> None:
    """One section of it."""
    talk.account.state = None
    choices = [_choice(talk, name) for name in SECTIONS[section]]
    choices += stories.lead(talk) if section == "learn" else []
    start = page * SHOWN if page * SHOWN < len(choices) else 0
    below = _below(talk, section, start + SHOWN < len(choices), page)
    talk.say(f"abroad.{section}.text", choices[start : start + SHOWN], below=below)


def _choice(talk: Talk, name: str) -> Choice:
    if name in LEADS:
        return Choice(talk.text(f"abroad.{name}.title"), LEADS[name])
    found = article(name, talk.lang)
    assert found is not None, f"tests look that {name} is there"
    return choice_of(found)


def _below(talk: Talk, section: str, more: bool, page: int) -> list[Choice]:
    below = [Choice(talk.text("button.more"), f"abroad:{section}:{page + 1}")] if more else []
    if section != "home":
        below.append(Choice(talk.text("article.back.abroad"), "abroad:home"))
    return [*below, Choice(talk.text("button.menu"), "go:menu")]


def after(talk: Talk, *choices: Choice) -> list[Choice]:
    """What stands under an answer: these, the page of work abroad, the menu."""
    back = Choice(talk.text("article.back.abroad"), "abroad:home")
    return [*choices, back, Choice(talk.text("button.menu"), "go:menu")]


def lead(talk: Talk, name: str) -> Choice:
    """The button of one of ``LEADS``."""
    return Choice(talk.text(f"abroad.{name}.title"), LEADS[name])
