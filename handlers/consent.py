"""Agreement before anything personal is kept: asked plainly, kept with its proof, and "no" is a fine answer."""

from datetime import datetime

from sqlalchemy import update

from content.consent_text import TEXT_VERSION
from db.people import Consent
from handlers.menu import show_menu
from handlers.stage import Stage
from handlers.talk import Choice, Talk

CHOICES = ("yes", "no", "more")
"""Silence or doubt is never a yes: only the whole words of a choice are taken for it."""
LEARN_FIRST = {"register_overseas": "abroad:home", "register_training": "training:home"}
"""Wishes that one may read about before agreeing to anything."""


def has_consent(talk: Talk) -> bool:
    """Whether this account agreed to the text in force."""
    return talk.data.get("consent") == TEXT_VERSION


def ask_consent(talk: Talk, wish: str, key: str = "consent.ask") -> None:
    """Ask to agree, and remember what the person wanted to do."""
    talk.data["wish"], talk.data["consent_words"] = wish, key
    talk.account.state = Stage.consent.state
    choices = [Choice(talk.text(f"choice.consent.{value}"), f"consent:{value}") for value in CHOICES]
    page = LEARN_FIRST.get(wish.partition(":")[0])
    first = [Choice(talk.text("consent.learn_first"), page)] if page else []
    talk.say(key, choices, first, office=talk.office.names[talk.lang])


def ask_consent_again(talk: Talk) -> None:
    """Put the same question in the same words, for the same wish."""
    ask_consent(talk, talk.data.get("wish", "menu"), talk.data.get("consent_words", "consent.ask"))


async def agree(talk: Talk) -> None:
    """Keep the agreement with its proof: which text, in which language, where and when."""
    talk.turn.session.add(
        Consent(
            identity_id=await talk.turn.identity_id(),
            text_version=TEXT_VERSION,
            lang=talk.lang,
            channel=talk.account.channel,
            given_at=talk.now,
        )
    )
    talk.data["consent"] = TEXT_VERSION


def refuse(talk: Talk) -> None:
    """A no is respected: nothing is kept, everything can still be read."""
    talk.data.pop("wish", None)
    show_menu(talk, "consent.refused")


async def withdraw(talk: Talk, now: datetime) -> None:
    """Mark every agreement of this account as taken back."""
    mine = Consent.identity_id == await talk.turn.identity_id()
    query = update(Consent).where(mine, Consent.withdrawn_at.is_(None)).values(withdrawn_at=now)
    await talk.turn.session.execute(query)
    talk.data.pop("consent", None)
