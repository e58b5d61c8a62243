"""Taps under notices: they work at any time, and what was being asked stays asked."""

from collections.abc import Sequence

from content.notices.card import ending
from db.notice_queries import NoticeRow
from db.notices import NOTICE_KINDS
from handlers.again import ask_again
from handlers.notices import following
from handlers.notices.answer import take_answer
from handlers.notices.browse import ALL, published, show_coming, show_costs, show_list, show_more, show_notice
from handlers.notices.files import has_files, show_files
from handlers.talk import Talk


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Act on a tap, then put the open question again; False for a tap that means nothing."""
    state, offered = talk.account.state, talk.data.get("offered")
    settled = await _act(talk, parts)
    if settled and state is not None and talk.account.state == state:
        if offered is not None:
            talk.data["offered"] = offered
        ask_again(talk)
    return settled is not None


async def _act(talk: Talk, parts: Sequence[str]) -> bool | None:
    """True when it is done, False when a question of its own is now open, None when it means nothing."""
    match parts:
        case ["list", kind, page] if page.isdecimal() and kind in (ALL, *NOTICE_KINDS):
            await show_list(talk, kind, min(int(page), 999))
        case ["coming"]:
            await show_coming(talk)
        case ["follow"]:
            await following.show_following(talk)
        case ["follow" | "unfollow" as verb, what]:
            return await following.toggle(talk, what, on=verb == "follow")
        case ["mute"]:
            await following.be_silent(talk)
        case ["unmute"]:
            await following.speak_again(talk)
        case [what, number, *more] if number.isascii() and number.isdecimal() and len(number) < 19:
            return await _about(talk, what, int(number), more)
        case _:
            return None
    return True


async def _about(talk: Talk, what: str, number: int, more: Sequence[str]) -> bool | None:
    notice = await published(talk, number)
    if notice is None:
        return True
    match what, more:
        case "see", []:
            show_notice(talk, notice)
        case "cost", [] if notice.kind == "overseas":
            show_costs(talk, notice)
        case "more", []:
            show_more(talk, notice)
        case "file", [kind]:
            _files(talk, notice, kind)
        case "answer", [answer]:
            return await take_answer(talk, notice, answer)
        case _:
            return None
    return True


def _files(talk: Talk, notice: NoticeRow, kind: str) -> None:
    """The files of one kind; the notice itself where they are gone, or it is over."""
    if has_files(talk, notice, kind) and ending(notice, talk.lang, talk.now) is None:
        show_files(talk, notice, kind)
    else:
        show_notice(talk, notice)
