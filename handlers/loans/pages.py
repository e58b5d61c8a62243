"""Reading about loans: the first page, the programmes, one programme, its papers, and the topics around them."""

from collections.abc import Callable

from content.loans import Programme, programmes
from handlers.menu import entry
from handlers.talk import Choice, Talk

PAGE = 5
"""Programmes shown at once."""
TOPICS = ("all", "guide", "sum", "how", "trouble")


def show_loans(talk: Talk) -> None:
    """The first word on the policy bank's loans, and where to go on."""
    talk.account.state = None
    talk.say("loans.intro", topic_choices(talk), below=(Choice(talk.text("button.menu"), "go:menu"),))


def topic_choices(talk: Talk) -> list[Choice]:
    """The buttons of what there is to read, ask and reckon."""
    return [Choice(talk.text(f"loans.{topic}.title"), f"loans:{topic}") for topic in TOPICS]


def show_programmes(talk: Talk, page: int = 0) -> None:
    """The programmes, five at a time."""
    talk.account.state = None
    keys = list(programmes())
    page = page if page * PAGE < len(keys) else 0
    choices = [programme_choice(talk, key) for key in keys[page * PAGE : (page + 1) * PAGE]]
    more = (page + 1) * PAGE < len(keys)
    turn = Choice(talk.text("button.more" if more else "button.first_page"), f"loans:all:{page + 1 if more else 0}")
    talk.say("loans.all.ask", choices, below=(turn, entry(talk, "loans")))


def programme_choice(talk: Talk, key: str) -> Choice:
    """The button that opens a programme."""
    return Choice(title(talk, key), f"loans:of:{key}")


def title(talk: Talk, key: str) -> str:
    """What a programme is called."""
    return talk.text(f"loans.{key}.title")


def show_programme(talk: Talk, key: str) -> None:
    """Who it is for; then how much, at what rate and for how long, with where that is written."""
    talk.account.state = None
    programme = programmes()[key]
    opening = f"{title(talk, key)}\n{talk.text(f'loans.{key}.who')}"
    if programme.terms is None:
        talk.send(opening, [entry(talk, "staff_contact")], (_all(talk),))
        return
    talk.send(opening)
    last = f"loans.{programme.terms}.terms"
    if programme.more:
        talk.say(last)
        last = f"loans.{programme.terms}.more"
    talk.say(last, _beyond(talk, programme), (_all(talk),))


def _beyond(talk: Talk, programme: Programme) -> list[Choice]:
    choices = [Choice(talk.text("loans.papers.title"), f"loans:papers:{programme.key}")]
    choices.append(Choice(talk.text("loans.how.title"), "loans:how"))
    if programme.rate is not None:
        choices.append(Choice(talk.text("loans.sum.title"), f"loans:sum:{programme.key}"))
    return [*choices, _guide(talk)]


def show_papers(talk: Talk, key: str) -> None:
    """The papers of a programme, and what comes after them."""
    talk.account.state = None
    talk.say(f"loans.papers.{programmes()[key].papers}")
    talk.say("loans.cheats.text", [Choice(talk.text("loans.how.title"), "loans:how")], (_all(talk),))


def show_how(talk: Talk) -> None:
    """The steps, where and when, what it costs (nothing), and whom to ask before borrowing."""
    talk.account.state = None
    talk.say("loans.how.text")
    talk.say("loans.how.where")
    _end(talk, "loans.ask_first", Choice(talk.text("loans.cheats.title"), "loans:cheats"), _guide(talk))


def show_trouble(talk: Talk) -> None:
    """Whom to tell today when paying back is hard, and what waiting costs."""
    talk.account.state = None
    talk.say("loans.trouble.text")
    _end(talk, "loans.trouble.late")


def show_cheats(talk: Talk) -> None:
    """What nobody may take, and what to do when somebody does."""
    talk.account.state = None
    _end(talk, "loans.cheats.text", _guide(talk))


TEXTS: dict[str, Callable[[Talk], None]] = {
    "all": show_programmes,
    "how": show_how,
    "trouble": show_trouble,
    "cheats": show_cheats,
}
"""The pages that are opened by name."""


def _end(talk: Talk, key: str, *more: Choice) -> None:
    talk.say(key, [*more, entry(talk, "staff_contact")], (entry(talk, "loans"),))


def _guide(talk: Talk) -> Choice:
    return Choice(talk.text("loans.guide.title"), "loans:guide")


def _all(talk: Talk) -> Choice:
    return Choice(talk.text("loans.all.title"), "loans:all")
