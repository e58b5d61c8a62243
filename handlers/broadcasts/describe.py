"""One broadcast in words: what, to whom, how many by which way, when, and how it stands."""

from collections.abc import AsyncIterator, Iterator

from sqlalchemy import select

from content.notices.card import title
from content.places import named
from db import funnel, recipients
from db.audiences import Audience, groups
from db.broadcasting import head_count
from db.broadcasts import Broadcast
from db.composing import OPEN
from db.notice_queries import NoticeRow
from db.places import Place
from handlers.talk import Talk

PLACES_NAMED = 3
_IN_WORDS = {"places", "kinds", "groups", "without_told"}
"""Of an audience; whatever else the desk's form chose is to be read there."""


async def describe(talk: Talk, broadcast: Broadcast, notice: NoticeRow) -> tuple[str, int]:
    """Its lines, and how many people it reaches. Raises ``db.audiences.UnknownGroup``."""
    state = talk.text(f"broadcast.state.{broadcast.state}")
    lines = [talk.text("broadcast.head", number=str(broadcast.id), title=title(notice, talk.lang), state=state)]
    lines.append(talk.text("broadcast.whom", whom=await _whom(talk, broadcast)))
    if broadcast.within is not None:
        lines.append(talk.text("broadcast.within"))
    lines += _plan(talk, broadcast)
    if broadcast.state not in OPEN:
        return "\n".join([*lines, await _standing(talk, broadcast)]), broadcast.expected or 0
    people, reach = await _reach(talk, broadcast)
    return "\n".join([*lines, *reach]), people


async def _whom(talk: Talk, broadcast: Broadcast) -> str:
    if broadcast.corrects:
        return talk.text("broadcast.the_told")
    audience = Audience.model_validate(broadcast.audience)
    parts = [part async for part in _parts(talk, audience)]
    if audience.model_fields_set - _IN_WORDS:
        parts.append(talk.text("broadcast.see_desk"))
    if audience.without_told:
        parts.append(talk.text("broadcast.without_told"))
    return "; ".join(parts)


async def _parts(talk: Talk, audience: Audience) -> AsyncIterator[str]:
    if audience.groups:
        saved = [group.name for group in await groups(talk.turn.session) if group.id in audience.groups]
        yield talk.text("broadcast.of_group", names=", ".join(saved))
    if len(audience.places) > PLACES_NAMED:
        yield talk.text("broadcast.places", count=len(audience.places))
    elif audience.places:
        query = select(Place.kind, Place.name).where(Place.id.in_(audience.places)).order_by(Place.name)
        found = await talk.turn.session.execute(query)
        yield ", ".join(named(place.kind, place.name, talk.lang) for place in found)
    if audience.kinds:
        yield ", ".join(talk.text(f"kind.{kind}") for kind in audience.kinds)
    if not audience.model_fields_set - {"without_told"}:
        yield talk.text("broadcast.everybody")


def _plan(talk: Talk, broadcast: Broadcast) -> Iterator[str]:
    if broadcast.start_at is not None and broadcast.state in (*OPEN, "released"):
        at = broadcast.start_at.astimezone(talk.office.zone)
        yield talk.text("broadcast.starts", hour=f"{at:%H:%M}", day=at.date())
    if broadcast.repeat:
        yield talk.text("broadcast.repeats")
    if broadcast.urgent:
        yield talk.text("broadcast.urgent", why=broadcast.urgent_why)


async def _reach(talk: Talk, broadcast: Broadcast) -> tuple[int, list[str]]:
    """How many will be written to and by which way; how many only a call reaches."""
    connection, served = await talk.turn.session.connection(), talk.sending.served
    if broadcast.corrects:
        people = await head_count(connection, broadcast, served, talk.now)
        return people, [talk.text("broadcast.people", people=people)]
    audience = Audience.model_validate(broadcast.audience)
    found = await recipients.preview(
        connection, audience, served, talk.now, notice_id=broadcast.notice_id, within=broadcast.within
    )
    lines = [talk.text("broadcast.people_about" if found.about else "broadcast.people", people=found.people)]
    ways = {talk.text(f"link.channel.{channel}"): people for channel, people in found.by_channel.items()}
    lines += [talk.text("broadcast.reach", way=way, people=people) for way, people in ways.items()]
    if found.people:
        lines.append(talk.text("broadcast.langs", **{lang: found.by_language.get(lang, 0) for lang in ("vi", "km")}))
    if calls := sum(found.unreachable.values()):
        lines.append(talk.text("broadcast.to_call", people=calls))
    return found.people, lines


async def _standing(talk: Talk, broadcast: Broadcast) -> str:
    one = await funnel.progress(await talk.turn.session.connection(), broadcast.id, talk.now)
    assert one is not None, "it was just read"
    whole = one.funnel.whole or one.expected or 0
    return talk.text("broadcast.progress", done=one.funnel.settled, whole=whole)
