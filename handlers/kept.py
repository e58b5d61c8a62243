"""Telling what is kept besides registrations: who has reported a fraud or ticked a contract sees that too."""

from content.reading.phones import show_phone
from db.help_requests import REPORT
from db.kept import Kept, kept_of
from db.linking import other_accounts
from db.ratings import Rating
from db.registrations import HelpRequest
from handlers.abroad.checklist import kept_lines
from handlers.talk import Talk


async def kept(talk: Talk) -> Kept:
    """What is kept of this person's accounts; nothing of an account that has no row yet."""
    session, identity_id = talk.turn.session, await talk.turn.identity_id()
    others = [account.identity_id for account in await other_accounts(session, identity_id)]
    return await kept_of(session, [identity_id, *others])


def lines(talk: Talk, found: Kept) -> list[str]:
    """It in words, a line each."""
    told = kept_lines(talk, found.ticked)
    told += [_line(talk, request) for request in found.requests]
    told += [_face(talk, rating) for rating in found.ratings]
    told += [talk.text("my.files", count=found.files)] if found.files else []
    return told + ([talk.text("my.corrections", count=found.corrections)] if found.corrections else [])


def _face(talk: Talk, rating: Rating) -> str:
    face = talk.text(f"choice.rating.{rating.score}")
    line = talk.text("my.rating", number=str(rating.registration_id), face=face)
    return f"{line}: {rating.words}" if rating.words else line


def _line(talk: Talk, request: HelpRequest) -> str:
    key = "my.report" if request.topic == REPORT else "my.call"
    day = request.created_at.astimezone(talk.office.zone).date()
    line = talk.text(key, number=str(request.id), day=f"{day:%d/%m/%Y}")
    phone = show_phone(request.phone) if request.phone else ""
    said = talk.seal.open(request.detail).decode() if request.detail else ""
    return ": ".join(filter(None, (", ".join(filter(None, (line, phone))), said)))
