"""What is coming: by kind when there is much, nearest first; one notice, and what lies behind it."""

from content.notices.card import Card, card, cost_sheet, files_for, line, more
from content.notices.notice import NoticeLike
from db.notice_queries import NoticeRow, coming, count_coming, read_notice
from db.register import worker_of
from db.responses import own_places
from handlers.menu import show_menu
from handlers.notices.files import ask_which
from handlers.person import offer_person
from handlers.talk import Choice, Talk

SHOWN = 4
"""Notices on one page of the list; the fifth line is "more"."""
ALL = "all"


async def show_notices(talk: Talk) -> None:
    """Leave whatever was open and show what is coming."""
    talk.account.state = None
    await show_coming(talk)


async def show_coming(talk: Talk) -> None:
    """The list, or the kinds to choose from where the list would be long."""
    counts = await count_coming(talk.turn.session, talk.now)
    if len(counts) > 1 and sum(counts.values()) > SHOWN:
        kinds = [Choice(talk.text(f"notices.kind.{kind}"), f"notice:list:{kind}:0") for kind in counts]
        talk.say("notices.kinds", [Choice(talk.text("notices.all"), f"notice:list:{ALL}:0"), *kinds], _below(talk))
    elif counts:
        await show_list(talk, ALL, 0)
    else:
        talk.say("notices.none", below=_below(talk))


async def show_list(talk: Talk, kind: str, page: int) -> None:
    """One page of what is coming."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    found = await coming(
        talk.turn.session,
        talk.now,
        talk.office.zone.key,
        kinds=() if kind == ALL else (kind,),
        own=await own_places(talk.turn.session, worker),
        limit=SHOWN + 1,
        offset=page * SHOWN,
    )
    if not found:
        talk.say("notices.none", below=_below(talk))
        return
    choices = [Choice(line(notice, talk.lang, talk.office), f"notice:see:{notice.id}") for notice in found[:SHOWN]]
    if len(found) > SHOWN:
        choices.append(Choice(talk.text("button.more"), f"notice:list:{kind}:{page + 1}"))
    talk.say("notices.title", choices, _below(talk))


def _below(talk: Talk) -> tuple[Choice, ...]:
    follow = Choice(talk.text("notices.button.follow"), "notice:follow")
    return follow, Choice(talk.text("button.menu"), "go:menu")


async def published(talk: Talk, number: int) -> NoticeRow | None:
    """The notice, as far as workers may know of it; of any other it is said that the button is old."""
    notice = await read_notice(talk.turn.session, number)
    if notice is not None and notice.state != "draft":
        return notice
    talk.toast(talk.text("button.old"))
    if talk.account.state is None:
        show_menu(talk, "button.old")
    return None


def show_notice(talk: Talk, notice: NoticeLike) -> None:
    """Read one notice out, with its answers."""
    show_card(talk, card(notice, talk.lang, talk.office, talk.now))


def show_card(talk: Talk, shown: Card) -> None:
    """Send a card: its choices stand under its last message."""
    for text in shown.texts[:-1]:
        talk.send(text)
    below = (Choice(talk.text("menu.notices"), "go:notices"), Choice(talk.text("button.menu"), "go:menu"))
    talk.send(shown.texts[-1], [Choice(*choice) for choice in shown.choices], below)


def show_costs(talk: Talk, notice: NoticeLike) -> None:
    """The cost sheet of a contract abroad; whoever has questions or needs a loan goes on from there."""
    choices = [
        Choice(talk.text("notices.button.call_me"), f"notice:answer:{notice.id}:call_me"),
        Choice(talk.text("menu.loans"), "go:loans"),
        Choice(talk.text("notices.button.back"), f"notice:see:{notice.id}"),
    ]
    talk.send(cost_sheet(notice, talk.lang), choices, (Choice(talk.text("button.menu"), "go:menu"),))


def show_more(talk: Talk, notice: NoticeRow) -> None:
    """All employers of a large fair, and the files."""
    for text in more(notice, talk.lang):
        talk.send(text)
    if files_for(notice, talk.lang):
        ask_which(talk, notice)
    else:
        offer_person(talk, "notice.more.end")
