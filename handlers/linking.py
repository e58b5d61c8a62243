"""Joining one person's Zalo, Telegram and web chat by a short code, and taking them apart again."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from aiogram.methods import SendMessage

from content.catalogue import LANGUAGES, tell
from content.fold import fold
from db import linking as links
from db.linking import LinkedAccount
from db.outbox import owe
from db.people import Worker
from db.register import worker_of
from handlers.consent import ask_consent, has_consent
from handlers.menu import entry, show_menu
from handlers.person import offer_person
from handlers.talk import Choice, Talk

TRIES = 5
"""Wrong codes before an account is sent to the office."""
SHUT_FOR = timedelta(hours=24)
WISH = "link"
"""What the agreement is asked for, and gone on with."""
_CODE = re.compile(r"(?:[a-z\u1780-\u17d3 ]{1,30} )?([1-9]\d{3}) ?(\d{4})")


async def show(talk: Talk) -> None:
    """Which accounts are joined, and what can be done about it."""
    if not has_consent(talk):
        ask_consent(talk, WISH)
        return
    accounts = await _accounts(talk)
    choices = [Choice(talk.text(f"link.{what}"), f"link:{what}") for what in ("code", "enter")]
    if len(accounts) < 2:
        talk.say("link.what", choices, _back(talk))
        return
    choices += [Choice(talk.text(f"link.{what}"), f"link:{what}") for what in ("prefer", "unlink")]
    names = ", ".join(_name(talk, account) for account in accounts)
    talk.say("link.accounts", choices, _back(talk), accounts=names, first=_name(talk, accounts[0]))


async def give_code(talk: Talk) -> None:
    """Make a code; whoever asks has shown who they are, if anything is kept of them."""
    code = await links.new_code(talk.turn.session, talk.seal, await talk.turn.identity_id(), talk.now)
    minutes = int(links.CODE_LIVES.total_seconds()) // 60
    talk.say("link.given", below=_back(talk), code=f"{code[:4]} {code[4:]}", minutes=minutes)


def ask_code(talk: Talk) -> None:
    """Say that the code is to be typed; at the menu it is known by its shape."""
    talk.say("link.ask_code", below=_back(talk))


def code_in(text: str) -> str | None:
    """The code that a message is, with at most a word before it."""
    found = _CODE.fullmatch(fold(text))
    return found[1] + found[2] if found else None


async def take_code(talk: Talk, code: str) -> str | None:
    """Use a code that was typed; returns the step that must wait until this chat's person has shown who they are."""
    if not has_consent(talk):
        ask_consent(talk, WISH)
        return None
    if _is_shut(talk):
        offer_person(talk, "link.shut")
        return None
    other = await links.use_code(talk.turn.session, talk.seal, code, talk.now)
    if other is None:
        _note_wrong(talk)
        return None
    talk.data.pop("wrong_codes", None)
    return await _meet(talk, other)


async def _meet(talk: Talk, other: int) -> str | None:
    """Join what can be joined at once: the side that has nothing kept follows the side that has."""
    mine = await worker_of(talk.turn.session, await talk.turn.identity_id())
    theirs = await worker_of(talk.turn.session, other)
    if other == await talk.turn.identity_id():
        talk.say("link.same_chat", below=_back(talk))
    elif mine is None and theirs is None:
        show_menu(talk, "link.nobody")
    elif mine is None and theirs is not None:
        await _join(talk, theirs, await talk.turn.identity_id(), other)
    elif theirs is None:
        return f"link:join:{other}"
    elif mine is not None and mine.id == theirs.id:
        show_menu(talk, "link.already")
    else:
        offer_person(talk, "link.both")
    return None


def _is_shut(talk: Talk) -> bool:
    """Too many wrong codes shut the door for a day."""
    count, until = talk.data.get("wrong_codes", [0, ""])
    if until and datetime.fromisoformat(until) <= talk.now:
        talk.data.pop("wrong_codes")
        return False
    return bool(count >= TRIES)


def _note_wrong(talk: Talk) -> None:
    count = talk.data.get("wrong_codes", [0, ""])[0] + 1
    talk.data["wrong_codes"] = [count, (talk.now + SHUT_FOR).isoformat()]
    if count < TRIES:
        talk.say("link.wrong", below=_back(talk))
    else:
        offer_person(talk, "link.shut")


async def go_on(talk: Talk, purpose: str) -> None:
    """Do what had to wait for the year of birth."""
    match purpose.split(":"):
        case ["link", "code"]:
            await give_code(talk)
        case ["link", "join", other]:
            await _join_other(talk, int(other))
        case ["link", "drop", other]:
            await drop(talk, int(other))
        case _:
            show_menu(talk)


async def _join_other(talk: Talk, other: int) -> None:
    """Join the account whose code was typed before the year was asked, if it still has nobody of its own."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    if worker is None or await worker_of(talk.turn.session, other) is not None:
        offer_person(talk, "link.both")
    else:
        await _join(talk, worker, other, other)


async def _join(talk: Talk, worker: Worker, newcomer: int, other: int) -> None:
    """Let ``newcomer`` speak for the worker too, and tell both chats; ``other`` is the one that is not here."""
    there = await links.account(talk.turn.session, other)
    if there is None:  # deleted since
        _note_wrong(talk)
        return
    await links.link(talk.turn.session, worker.id, newcomer)
    await tell_account(talk, there, "link.told")
    show_menu(talk, "link.done", channel=_channel(talk.lang, there.channel))


async def ask_which(talk: Talk, what: str) -> None:
    """Ask which account is to come first ("prefer"), or to be let go ("drop")."""
    accounts = await _accounts(talk)
    if len(accounts) < 2:
        await show(talk)
        return
    choices = [Choice(_name(talk, account), f"link:{what}:{account.identity_id}") for account in accounts[:5]]
    talk.say("link.which_first" if what == "prefer" else "link.which_drop", choices, _back(talk))


async def prefer(talk: Talk, identity_id: int) -> None:
    """Have messages go to this account first."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    chosen = _find(await _accounts(talk), identity_id)
    if worker is None or chosen is None:
        show_menu(talk, "button.old")
        return
    await links.prefer(talk.turn.session, worker.id, identity_id, talk.now)
    show_menu(talk, "link.preferred", channel=_name(talk, chosen))


async def drop(talk: Talk, identity_id: int) -> None:
    """Let one of the accounts speak for the person no more; the last one stays, for deletion is something else."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    accounts = await _accounts(talk)
    gone = _find(accounts, identity_id)
    if worker is None or gone is None or len(accounts) < 2:
        show_menu(talk, "button.old")
        return
    await links.unlink(talk.turn.session, worker.id, gone)
    if gone.identity_id == await talk.turn.identity_id():
        _forget(talk)
        for account in accounts:
            if account is not gone:
                await tell_account(talk, account, "link.dropped_told")
    else:
        await tell_account(talk, gone, "link.dropped_told")
    show_menu(talk, "link.dropped", channel=_name(talk, gone))


def _forget(talk: Talk) -> None:
    """This chat's own memory of the person, which the turn would write back."""
    for key in links.KNOWS_THE_PERSON:
        talk.data.pop(key, None)
    talk.account.state = None


async def tell_account(talk: Talk, account: LinkedAccount, key: str) -> None:
    """Tell another account of the person what was done from this chat."""
    lang = account.lang if account.lang in LANGUAGES else talk.lang
    text = tell(lang, key, channel=_channel(lang, talk.account.channel))
    connection = await talk.turn.session.connection()
    message = SendMessage(chat_id=account.chat_id, text=text)
    await owe(connection, account.channel, account.chat_id, message, talk.now)


async def _accounts(talk: Talk) -> Sequence[LinkedAccount]:
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    return await links.accounts_of(talk.turn.session, worker.id) if worker else []


def _find(accounts: Sequence[LinkedAccount], identity_id: int) -> LinkedAccount | None:
    return next((account for account in accounts if account.identity_id == identity_id), None)


def _name(talk: Talk, account: LinkedAccount) -> str:
    name = _channel(talk.lang, account.channel)
    is_here = (account.channel, account.chat_id) == (talk.account.channel, talk.account.chat_id)
    return talk.text("link.here", channel=name) if is_here else name


def _channel(lang: str, channel: str) -> str:
    return tell(lang, f"link.channel.{channel}")


def _back(talk: Talk) -> tuple[Choice, ...]:
    return entry(talk, "my_registrations"), Choice(talk.text("button.menu"), "go:menu")
