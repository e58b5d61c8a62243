"""The checklist for a contract: ten points to tick with an officer, kept for the next time."""

from db.contract_checks import keep_ticks, ticked_by
from handlers import consent
from handlers.abroad.home import SHOWN, after
from handlers.talk import Choice, Talk

POINTS = ("job", "place", "hours", "wage", "deductions", "lodging", "insurance", "travel", "early_end", "disputes")
"""What a contract must say, after article 19 of Law 69/2020."""
WISH = "check:show:0"
"""What is gone on with after the agreement."""


async def show(talk: Talk, page: int = 0) -> None:
    """Five points with their boxes."""
    talk.account.state = None
    ticked = await _ticked(talk)
    page = page if 0 <= page * SHOWN < len(POINTS) else 0
    points = POINTS[page * SHOWN : (page + 1) * SHOWN]
    choices = [Choice(_line(talk, point, ticked, "title"), f"check:{point}:{page}") for point in points]
    other = Choice(talk.text("abroad.checklist.other_page"), f"check:show:{(page + 1) % (len(POINTS) // SHOWN)}")
    whole = Choice(talk.text("abroad.checklist.whole"), "check:whole")
    talk.say("abroad.checklist.text", choices, after(talk, other, whole), done=len(ticked), count=len(POINTS))


async def tick(talk: Talk, point: str, page: int) -> None:
    """Tick a point, or take its tick away; keeping anything needs an agreement."""
    if not consent.has_consent(talk):
        consent.ask_consent(talk, WISH, "abroad.checklist.consent")
        return
    identity_id = await talk.turn.identity_id()
    ticked = await ticked_by(talk.turn.session, identity_id)
    await keep_ticks(talk.turn.session, identity_id, ticked ^ {point}, talk.now)
    await show(talk, page)


async def show_whole(talk: Talk) -> None:
    """All points in one text, to be read at leisure, shown to an officer or printed."""
    ticked = await _ticked(talk)
    lines = [talk.text("abroad.checklist.head", day=f"{talk.today:%d/%m/%Y}")]
    lines += [_line(talk, point, ticked, "text") for point in POINTS]
    missing = len(POINTS) - len(ticked)
    lines.append(talk.text("abroad.checklist.missing", count=missing) if missing else talk.text("abroad.checklist.all"))
    talk.send("\n".join(lines), below=after(talk, Choice(talk.text("abroad.checklist.title"), "check:show:0")))


async def _ticked(talk: Talk) -> frozenset[str]:
    ticked = await ticked_by(talk.turn.session, talk.account.id) if talk.account.id is not None else frozenset[str]()
    return ticked & frozenset(POINTS)


def _line(talk: Talk, point: str, ticked: frozenset[str], length: str) -> str:
    return f"{'☑' if point in ticked else '☐'} {talk.text(f'abroad.point.{point}.{length}')}"
