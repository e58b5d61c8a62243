"""The main menu, and help."""

from collections.abc import Sequence

from handlers.form import draft
from handlers.talk import Choice, Talk

ENTRIES = (
    "register_job",
    "register_training",
    "register_overseas",
    "loans",
    "notices",
    "my_registrations",
    "staff_contact",
)
"""Most wanted first; each is an intent, and the message ``menu.<intent>``."""
PAGES = {"register_training": "training:home", "register_overseas": "abroad:home"}
"""Entries that open a page where one can learn first; registering is its first line."""


def entry(talk: Talk, intent: str) -> Choice:
    """The button for an intent."""
    return Choice(talk.text(f"menu.{intent}"), f"go:{intent}")


def show_menu(talk: Talk, key: str = "menu.title", lead: Sequence[str] = (), **values: object) -> None:
    """Leave whatever was open (an unfinished form stays kept) and show what there is, in one message."""
    talk.account.state = None
    talk.data.pop("loan_guide", None)  # household and ethnicity, asked for one answer only
    below = [_language(talk)]
    if draft.is_any(talk.data):
        below.insert(0, Choice(talk.text("button.resume"), "form:resume"))
    talk.send("\n".join((*lead, talk.text(key, **values))), _entries(talk), below)


def _entries(talk: Talk) -> list[Choice]:
    return [Choice(talk.text(f"menu.{intent}"), PAGES.get(intent, f"go:{intent}")) for intent in ENTRIES]


def _language(talk: Talk) -> Choice:
    return Choice(talk.text("button.language"), "go:change_language")


def show_help(talk: Talk) -> None:
    """Say in short how to use the chat, and how to reach a person."""
    talk.say("help.text", below=(entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu")))
