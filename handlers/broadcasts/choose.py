"""What to send and to whom: the broadcasts under way, the notices that are out, the saved groups; by numbers."""

from collections.abc import Sequence

from content.notices.card import line, title
from db.audiences import Audience, groups
from db.bounds import PUBLISHING, bounds_of
from db.composing import audience_of, audience_of_group, begin, under_way
from db.notice_queries import NoticeRow, coming, read_notice
from db.staff import Staff
from handlers.broadcasts.show import below, show
from handlers.talk import Choice, Talk

SHOWN = 4
"""Choices on a page; the fifth is "more"."""
OWN = "own"
"""Instead of a group's number: the notice's own place and kind."""


def publishes(staff: Staff) -> tuple[str, ...]:
    """The kinds of notices that they may write broadcasts of."""
    return PUBLISHING.get(staff.role, ())


async def show_home(talk: Talk, staff: Staff, page: int) -> None:
    """Begin a new one, or go on with one that is under way."""
    talk.account.state = None
    size = SHOWN - 1
    found = await under_way(talk.turn.session, publishes(staff), talk.lang, limit=size + 1, offset=page * size)
    choices = [Choice(talk.text("broadcast.button.new"), "bc:new:0")]
    choices += [Choice(_row(talk, one.id, one.title, one.state), f"bc:see:{one.id}") for one in found[:size]]
    talk.say("broadcast.home", [*choices, *_more(talk, len(found) > size, f"bc:home:{page + 1}")], _to_menu(talk))


def _row(talk: Talk, number: int, name: str | None, state: str) -> str:
    said = talk.text(f"broadcast.state.{state}")
    return talk.text("broadcast.row", number=str(number), title=name or "", state=said)


async def show_notices(talk: Talk, staff: Staff, page: int) -> None:
    """The published notices that are not over."""
    found = await coming(
        talk.turn.session,
        talk.now,
        talk.office.zone.key,
        kinds=publishes(staff),
        limit=SHOWN + 1,
        offset=page * SHOWN,
    )
    if not found:
        talk.say("broadcast.no_notices", below=below(talk))
        return
    choices = [Choice(line(one, talk.lang, talk.office), f"bc:whom:{one.id}:0") for one in found[:SHOWN]]
    choices += _more(talk, len(found) > SHOWN, f"bc:new:{page + 1}")
    talk.say("broadcast.which_notice", choices, below(talk))


async def show_groups(talk: Talk, staff: Staff, number: int, page: int) -> None:
    """Whom this notice goes to: its own place and kind, or a saved group."""
    notice = await _published(talk, staff, number)
    if notice is None:
        return
    size = SHOWN - 1
    saved = (await groups(talk.turn.session))[page * size :]
    choices = [Choice(talk.text("broadcast.button.own"), f"bc:for:{number}:{OWN}")]
    choices += [Choice(group.name, f"bc:for:{number}:{group.id}") for group in saved[:size]]
    choices += _more(talk, len(saved) > size, f"bc:whom:{number}:{page + 1}")
    talk.say("broadcast.to_whom", choices, below(talk), title=title(notice, talk.lang))


async def choose(talk: Talk, staff: Staff, number: int, whom: str) -> None:
    """Begin it, and show how many it would reach."""
    notice = await _published(talk, staff, number)
    if notice is None:
        return
    audience = audience_of(notice) if whom == OWN else await _group(talk, int(whom))
    if audience is None:
        talk.say("broadcast.wrong_audience", below=below(talk))
        return
    session = talk.turn.session
    within = (await bounds_of(session, staff)).places
    await show(talk, staff, await begin(session, notice, audience, staff, talk.now, within=within))


async def _group(talk: Talk, number: int) -> Audience | None:
    known = {group.id for group in await groups(talk.turn.session)}
    return audience_of_group(number) if number in known else None


async def _published(talk: Talk, staff: Staff, number: int) -> NoticeRow | None:
    """The notice, if it may be sent and is theirs to send; otherwise that is said."""
    notice = await read_notice(talk.turn.session, number)
    if notice is not None and notice.state == "published" and notice.kind in publishes(staff):
        return notice
    talk.say("broadcast.not_published", below=below(talk))
    return None


def _more(talk: Talk, there_are: bool, data: str) -> Sequence[Choice]:
    return [Choice(talk.text("button.more"), data)] if there_are else []


def _to_menu(talk: Talk) -> list[Choice]:
    return [Choice(talk.text("button.menu"), "go:menu")]
