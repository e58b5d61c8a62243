"""A helped person lives where the officer's people live: known where there is one place, refused outside."""

from collections.abc import Mapping
from typing import Any

from content.places import display_name, unit
from db.bounds import LOOKING, Bounds, bounds_of
from db.home_places import find_home, home_communes, home_hamlets
from db.staff import Staff
from handlers.form.engine import Ask, Outcome
from handlers.form.progress import Progress
from handlers.helping.asking import MEMORY
from handlers.talk import Talk


async def first_answers(talk: Talk, bounds: Bounds) -> dict[str, Any]:
    """What need not be asked, since there is one place only; the communes to choose from are remembered."""
    session = talk.turn.session
    communes = await home_communes(session, bounds)
    talk.data[MEMORY]["communes"] = None if communes is None else list(communes)
    known: dict[str, Any] = {"commune": communes[0]} if communes is not None and len(communes) == 1 else {}
    hamlets = await home_hamlets(session, bounds)
    if known and not bounds.places and len(hamlets) == 1:
        known["hamlet"] = hamlets[0]
    return known


async def fault(talk: Talk, staff: Staff, before: Progress, after: Progress, outcome: Outcome) -> str | None:
    """What to say when this input put the person outside the officer's places."""
    if not isinstance(outcome, Ask) or _home(after.answers) == _home(before.answers):
        return None
    return await _outside(talk, staff, after.answers)


def _home(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: answers[key] for key in ("commune", "hamlet") if key in answers}


async def _outside(talk: Talk, staff: Staff, answers: Mapping[str, Any]) -> str | None:
    bounds = await bounds_of(talk.turn.session, staff)
    communes = await home_communes(talk.turn.session, bounds)
    if communes is not None and "commune" in answers and answers["commune"] not in communes:
        return talk.text("helped.not_your_commune", communes=", ".join(_names(talk, communes)))
    if "hamlet" in answers and "commune" in answers and not await covers(talk, bounds, answers):
        hamlets = ", ".join(await home_hamlets(talk.turn.session, bounds))
        return talk.text("helped.not_your_hamlet", hamlets=hamlets)
    return None


async def covers(talk: Talk, bounds: Bounds, answers: Mapping[str, Any]) -> bool:
    """Whether the person lives within these bounds."""
    return bounds.covers(*await find_home(talk.turn.session, answers.get("commune"), answers.get("hamlet")))


def may_help(staff: Staff, bounds: Bounds) -> bool:
    """Whether this officer may register anybody."""
    return staff.role not in LOOKING and not bounds.is_nothing


def _names(talk: Talk, communes: Any) -> list[str]:
    return [display_name(place, talk.lang) for code in communes if (place := unit(code))]
