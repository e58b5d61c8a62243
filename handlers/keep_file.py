"""Voice notes, photos, files and places that people send: kept for staff, never lost, never a dead end."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from aiogram.types import Message

from db.registrations import Attachment
from handlers import call_words, person_talk
from handlers.abroad import report
from handlers.consent import ask_consent, has_consent
from handlers.form import draft
from handlers.form.inputs import Spoken
from handlers.helping.asking import is_helping
from handlers.person import call_person
from handlers.registration import repeat, take
from handlers.stage import Stage
from handlers.talk import Talk


@dataclass(frozen=True)
class File:
    """What a message carries besides words."""

    kind: str
    file_id: str | None = None
    mime: str | None = None
    size: int | None = None
    place: tuple[float, float] | None = None


SPOKEN = ("voice", "audio", "video_note")
"""Kinds that can answer a question."""


def file_of(message: Message) -> File | None:
    """The file that a message carries, None when it carries nothing worth keeping."""
    if message.photo:
        largest = message.photo[-1]
        return File("photo", largest.file_id, "image/jpeg", largest.file_size)
    if message.location:
        return File("location", place=(message.location.latitude, message.location.longitude))
    for kind in ("voice", "audio", "video_note", "document", "video"):
        found: Any = getattr(message, kind)
        if found is not None:
            return File(kind, found.file_id, getattr(found, "mime_type", None), found.file_size)
    return None


async def take_file(talk: Talk, file: File) -> None:
    """Keep a file for staff; in a form a voice note is the answer to the question."""
    if talk.account.state == Stage.form.state and is_helping(draft.load(talk.data)):
        repeat(talk, lead=(talk.text("helped.words_only"),))
        return
    if not has_consent(talk):
        ask_consent(talk, "staff_contact", "consent.ask_for_file")
        return
    if await person_talk.takes_file(talk, file.kind, partial(_keep, talk, file, in_form=False)):
        return
    in_form = talk.account.state == Stage.form.state
    attachment = await _keep(talk, file, in_form=in_form)
    if in_form and file.kind in SPOKEN:
        await take(talk, Spoken(attachment.id))
    elif talk.account.state == Stage.report.state:
        await report.keep(talk, "")
    elif in_form:
        repeat(talk, lead=(talk.text("file.kept"),))
    elif not await call_words.takes_file(talk):
        await call_person(talk, topic="file", lead=(talk.text("file.received"),))


async def _keep(talk: Talk, file: File, *, in_form: bool) -> Attachment:
    progress = draft.load(talk.data) if in_form else None
    where = {} if file.place is None else {"sealed": talk.seal.close_word(f"{file.place[0]},{file.place[1]}")}
    attachment = Attachment(
        identity_id=await talk.turn.identity_id(),
        question=progress.at if progress else None,
        kind=file.kind,
        file_id=file.file_id,
        mime=file.mime,
        size=file.size,
        detail=where,
        stored_at=talk.now if file.file_id is None else None,
        created_at=talk.now,
        due_at=talk.now,
    )
    talk.turn.session.add(attachment)
    await talk.turn.session.flush()
    return attachment
