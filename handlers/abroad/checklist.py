"""The checklist for a contract: ten points to tick with an officer, kept for the next time, and on paper."""

from content.contract_paper import POINTS, ContractPaper
from db.contract_checks import keep_ticks, ticked_by
from handlers import consent
from handlers.abroad.home import SHOWN, after
from handlers.picture import show_picture
from handlers.talk import Choice, Talk

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
    back = Choice(talk.text("abroad.checklist.title"), "check:show:0")
    talk.send("\n".join(lines), [Choice(talk.text("abroad.paper.get"), "check:paper")], after(talk, back))


async def show_paper(talk: Talk) -> None:
    """The sheet of paper as a picture: any shop prints it, and the phone keeps it."""
    paper = ContractPaper(talk.lang, await _ticked(talk), talk.today)
    show_picture(talk, paper.name, talk.text("abroad.paper.caption"))
    talk.say("abroad.paper.keep", below=after(talk, Choice(talk.text("abroad.checklist.title"), "check:show:0")))


def kept_lines(talk: Talk, ticked: frozenset[str]) -> list[str]:
    """What is kept of the checklist, for who asks what is kept about them."""
    points = [talk.text(f"abroad.point.{point}.title") for point in POINTS if point in ticked]
    return [talk.text("my.ticked", points=", ".join(points))] if points else []


async def _ticked(talk: Talk) -> frozenset[str]:
    ticked = await ticked_by(talk.turn.session, talk.account.id) if talk.account.id is not None else frozenset[str]()
    return ticked & frozenset(POINTS)


def _line(talk: Talk, point: str, ticked: frozenset[str], length: str) -> str:
    return f"{'☑' if point in ticked else '☐'} {talk.text(f'abroad.point.{point}.{length}')}"
