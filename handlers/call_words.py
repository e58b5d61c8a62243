"""What somebody says after asking for a person: kept, sealed, with the call, until that person answers."""

from datetime import datetime, timedelta

from content.answer import NO_ANSWER
from content.commands import command
from content.fold import clean, fold
from db.registrations import HelpRequest
from db.seal import Seal
from handlers import consent
from handlers.person import CALLED, newest_call
from handlers.stage import Stage
from handlers.talk import Choice, Talk

WISH = "message"
"""What is gone on with after the agreement."""
LISTENS_FOR = timedelta(days=1)
"""So long after a call, words that ask the bot for nothing are taken to be for the person."""
MOST = 3000
"""Letters kept with one call; after that the person knows enough to call back."""
_SHORTEST, _TELLING = 3, 5


async def takes(talk: Talk, text: str) -> bool:
    """Keep words that the bot does not understand for the person who was called; False when nobody is."""
    if not _is_called(talk) or not _says_something(text):
        return False
    call = await newest_call(talk)
    if call is None:
        talk.data.pop(CALLED, None)
        return False
    if not consent.has_consent(talk):
        consent.ask_consent(talk, WISH, "person.consent")
        return True
    _add(talk.seal, call, text)
    lines = [talk.text("person.words_kept", office=talk.office.names[talk.lang])]
    if call.phone is None:
        talk.account.state = Stage.callback.state
        lines.append(talk.text("person.ask_phone"))
    talk.send("\n".join(lines), below=(Choice(talk.text("button.menu"), "go:menu"),))
    return True


async def takes_file(talk: Talk) -> bool:
    """Leave a file with the open call, which shows the account's files: nobody is called once more for each."""
    if not _is_called(talk) or await newest_call(talk) is None:
        return False
    office = talk.office.names[talk.lang]
    talk.say("person.file_kept", below=(Choice(talk.text("button.menu"), "go:menu"),), office=office)
    return True


async def keep_along(talk: Talk, text: str) -> None:
    """Keep a whole sentence with the call although the bot acts on it, too: it may say what the call is for."""
    if _is_called(talk) and consent.has_consent(talk) and len(text.split()) >= _TELLING:
        call = await newest_call(talk)
        if call is not None:
            _add(talk.seal, call, text)


def _is_called(talk: Talk) -> bool:
    called = talk.data.get(CALLED)
    return called is not None and talk.now - datetime.fromisoformat(called) <= LISTENS_FOR


def _says_something(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= _SHORTEST and fold(text) not in NO_ANSWER and command(text) is None


def _add(seal: Seal, call: HelpRequest, text: str) -> None:
    told = [seal.open(call.detail).decode()] if call.detail else []
    call.detail = seal.close("\n".join((*told, clean(text)))[:MOST].encode())


def ask(talk: Talk) -> None:
    """After the agreement: what was written before it was not kept."""
    talk.say("person.write", below=(Choice(talk.text("button.menu"), "go:menu"),))
