"""A person's answers as staff read them: label and words, sealed facts opened for those who need them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from content.reading.phones import mask_phone, show_phone
from db.keep import SEALED
from db.people import Worker
from db.register import open_field
from db.seal import Seal, SealBroken
from desk.access import Viewer
from desk.placebook import PlaceBook
from desk.words import told, word

SHOWN = (
    "name",
    "birth_year",
    "sex",
    "commune",
    "hamlet",
    "phone",
    "phone_owner",
    "schooling",
    "work_state",
    "idle_time",
)
"""The person's own facts in the order of the form."""


@dataclass(frozen=True)
class Line:
    """One answer; ``voice`` is the attachment that holds it when it was spoken, ``hint`` explains the words."""

    label: str
    words: str
    voice: int | None = None
    hint: str = ""
    call: str = ""
    """The number to dial, for those who may see it."""


def phone_for(viewer: Viewer, phone: str | None) -> str:
    """The number as this viewer may read it."""
    if not phone:
        return ""
    return show_phone(phone) if viewer.sees_phones else mask_phone(phone)


def label(key: str) -> str:
    """What the question is called; a key without words shows itself."""
    return told(f"field.{key}") or key


def choice(key: str, value: Any) -> str:
    """The answer in words: a choice's own, or what the person wrote."""
    return told(f"choice.{key}.{value}") or str(value)


def person_lines(worker: Worker, viewer: Viewer, book: PlaceBook, seal: Seal) -> Iterator[Line]:
    """The person's own facts."""
    for key in SHOWN:
        yield _fact(key, worker, viewer, book)
    if viewer.sees_private:
        for key in SEALED:
            yield Line(label(key), _opened(key, getattr(worker, key), seal))


def need_lines(answers: Mapping[str, Any]) -> Iterator[Line]:
    """What was asked for this need only."""
    for key, value in answers.items():
        yield from _line(key, value)


def draft_lines(answers: Mapping[str, Any], viewer: Viewer, book: PlaceBook) -> Iterator[Line]:
    """What an unfinished form holds so far, without its sealed answers."""
    for key, value in answers.items():
        if key in SEALED or value is None:
            continue
        if key == "commune":
            yield Line(label(key), book.name(book.id_of(str(value))) or choice(key, value))
        elif key == "phone":
            yield Line(label(key), phone_for(viewer, str(value)))
        else:
            yield from _line(key, value)


def _fact(key: str, worker: Worker, viewer: Viewer, book: PlaceBook) -> Line:
    if key == "commune":
        return Line(label(key), book.name(worker.place_id), hint=book.new_name(worker.place_id))
    if key == "phone":
        call = worker.phone or "" if viewer.sees_phones else ""
        return Line(label(key), phone_for(viewer, worker.phone), call=call)
    value = getattr(worker, key)
    return Line(label(key), choice(key, value) if value is not None else "")


def _line(key: str, value: Any) -> Iterator[Line]:
    if isinstance(value, dict):
        if "voice" in value:
            yield Line(label(key), word("person.spoken"), voice=value["voice"])
    elif value is not None:
        yield Line(label(key), choice(key, value))


def _opened(key: str, sealed: bytes | None, seal: Seal) -> str:
    try:
        value = open_field(seal, sealed)
    except SealBroken:
        return word("person.seal_broken")
    return choice(key, value) if value is not None else ""
