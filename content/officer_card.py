"""A case as an officer reads it in their own chat: who, where, what is wanted, by when, and what may be tapped."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from content.catalogue import tell
from content.places import display_name, unit
from content.reading.phones import mask_phone, show_phone

OUTCOMES = ("called", "no_answer", "call_again", "met", "referred")
WHEN = ("evening", "tomorrow", "later")
"""When to call again."""


@dataclass(frozen=True)
class CaseFacts:
    """What a card says of a case."""

    number: int
    name: str | None
    birth_year: int | None
    phone: str | None
    commune: tuple[str, str] | None
    """Code and version."""
    hamlet: str | None
    kind: str
    status: str
    lang: str | None
    due_at: datetime | None


def card(lang: str, facts: CaseFacts, zone: ZoneInfo, *, phones: bool = True) -> str:
    """The case in a few lines."""
    place = unit(*facts.commune) if facts.commune else None
    where = ", ".join(part for part in (facts.hamlet, display_name(place, lang) if place else "") if part)
    lines = [
        tell(lang, "officer.card.head", number=str(facts.number), kind=tell(lang, f"kind.{facts.kind}")),
        tell(lang, "officer.card.who", name=_who(lang, facts)),
    ]
    if where:
        lines.append(tell(lang, "officer.card.where", where=where))
    phone = (show_phone if phones else mask_phone)(facts.phone) if facts.phone else ""
    lines.append(tell(lang, "officer.card.phone", phone=phone) if phone else tell(lang, "officer.card.no_phone"))
    if facts.lang == "km":
        lines.append(tell(lang, "officer.card.khmer"))
    lines.append(tell(lang, "officer.card.status", status=tell(lang, f"officer.status.{facts.status}")))
    if facts.due_at is not None:
        lines.append(tell(lang, "officer.card.due", day=facts.due_at.astimezone(zone).date()))
    return "\n".join(lines)


def buttons(lang: str, number: int) -> list[tuple[str, str]]:
    """The outcomes to tap: label and data."""
    return [(tell(lang, f"officer.outcome.{outcome}"), f"of:{outcome}:{number}") for outcome in OUTCOMES]


def _who(lang: str, facts: CaseFacts) -> str:
    name = facts.name or tell(lang, "officer.card.no_name")
    return f"{name} ({facts.birth_year})" if facts.birth_year else name
