"""The monthly list in words: the cells of a person's line, and each hamlet's numbers as a sentence."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row

from content.reading.phones import mask_phone, show_phone
from db.monthly_reading import Numbers
from db.register import open_field
from db.seal import Seal, SealBroken
from desk.access import Viewer
from desk.answers import choice
from desk.words import told, word

COLUMNS = (
    "count",
    "name",
    "birth_year",
    "sex",
    "phone",
    "schooling",
    "reason",
    "idle_time",
    "wish",
    "privilege",
    "progress",
    "change",
)
"""The columns of the paper; ``wish`` and ``change`` are the wide ones."""


def title(month: date) -> str:
    """What the list is called."""
    return word("monthly.title", month=month.month, year=month.year)


def hamlet_name(hamlet: str) -> str:
    """A hamlet with its kind: people write it with or without; an empty one is not told."""
    if not hamlet:
        return word("monthly.no_hamlet")
    return hamlet if hamlet.lower().startswith(("ấp ", "khóm ")) else word("monthly.hamlet", name=hamlet)


def sentence(numbers: Numbers) -> str:
    """All numbers of a place in one line."""
    return word("monthly.numbers", **{key: thousands(value) for key, value in vars(numbers).items()})


def thousands(number: int) -> str:
    """3.010."""
    return f"{number:,}".replace(",", ".")


def cells(row: Row[Any], viewer: Viewer, seal: Seal) -> Sequence[str | int]:
    """A person's line without its count; private facts only for those who need them."""
    return (
        row.name or "",
        row.birth_year or "",
        choice("sex", row.sex) if row.sex else "",
        _phone(row.phone, viewer),
        choice("schooling", row.schooling) if row.schooling else "",
        _reason(row),
        choice("idle_time", row.idle_time) if row.idle_time else "",
        _wish(row.wish),
        _privilege(row, seal) if viewer.sees_private else "",
        word(f"status.{row.status}") if row.change != "left" else "",
        _change(row),
    )


def _phone(phone: str | None, viewer: Viewer) -> str:
    if not phone:
        return ""
    return show_phone(phone) if viewer.sees_phones else mask_phone(phone)


def _reason(row: Row[Any]) -> str:
    reasons = [f"monthly.{row.work_state}"] if row.work_state else []
    return ", ".join(word(key) for key in [*reasons, *(["monthly.learn"] if row.learns else [])])


def _wish(wish: str | None) -> str:
    return "; ".join(_one_wish(part) for part in (wish or "").split("; ") if part)


def _one_wish(part: str) -> str:
    if part == "voice:":
        return word("person.spoken")
    if part.startswith("market:"):
        return told(f"choice.market.{part.removeprefix('market:')}") or part
    return part


def _privilege(row: Row[Any], seal: Seal) -> str:
    """What gives the person a preference by the plan: a poor household, an ethnic minority."""
    said = []
    for key, ordinary in (("household", ("ordinary", "unsaid")), ("ethnicity", ("kinh", "unsaid"))):
        try:
            value = open_field(seal, getattr(row, key))
        except SealBroken:
            return word("person.seal_broken")
        if value is not None and value not in ordinary:
            said.append(choice(key, value))
    return ", ".join(said)


def _change(row: Row[Any]) -> str:
    if row.change == "left":
        return word("monthly.left", why=word(f"monthly.left_to.{row.left_to}"))
    return word(f"monthly.change.{row.change}") if row.change != "same" else ""
