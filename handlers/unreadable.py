"""Messages whose content a channel keeps from us, as those of protected accounts: a person is the only way on."""

from datetime import timedelta

from aiogram.types import Message
from sqlalchemy import select

from content.catalogue import LANGUAGES
from db.registrations import HelpRequest
from handlers.person import call_person, tell_how_to_reach
from handlers.registration import repeat
from handlers.stage import Stage
from handlers.talk import Talk

MARK = "unreadable"
"""The attribute by which a channel marks such a message."""
ASKED_LATELY = timedelta(days=1)
"""Within this nobody is called twice: such an account can't write anything else."""


async def is_unreadable(message: Message) -> bool:
    """The channel says that there was a message, and not what it said."""
    return bool(getattr(message, MARK, False))


async def receive_unreadable(_: Message, talk: Talk) -> None:
    """Say so with the office's number, in both languages while none is chosen, and have somebody get in touch."""
    if talk.account.state == Stage.form.state:
        repeat(talk, lead=(talk.text("unknown.unreadable"),))
        return
    is_waiting = await _is_waiting(talk)
    chosen = talk.account.lang
    for lang in (chosen,) if chosen else LANGUAGES:
        talk.account.lang = lang
        talk.say("unknown.unreadable")
        if is_waiting:
            tell_how_to_reach(talk)
        else:
            await call_person(talk)
        is_waiting = True
    talk.account.lang = chosen


async def _is_waiting(talk: Talk) -> bool:
    """Whether staff has been asked for this account lately."""
    query = select(HelpRequest.id).where(
        HelpRequest.identity_id == await talk.turn.identity_id(),
        HelpRequest.done_at.is_(None),
        HelpRequest.created_at > talk.now - ASKED_LATELY,
    )
    return await talk.turn.session.scalar(query.limit(1)) is not None
