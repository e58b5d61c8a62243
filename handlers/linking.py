"""Joining one person's Zalo, Telegram and web chat by a short code, and taking them apart again."""

import re
from collections.abc import Sequence

from aiogram.methods import SendMessage

from content.catalogue import LANGUAGES, tell
from content.fold import fold
from content.numbered import message_to
from db import linking as links
from db import wrong_codes
from db.linking import LinkedAccount
from db.offers import offer
from db.outbox import owe
from db.register import worker_of
from handlers.consent import ask_consent, has_consent
from handlers.menu import entry, show_menu
from handlers.person import offer_person
from handlers.talk import Choice, Talk

KIND = "accounts"
"""Under which wrong codes are counted; those of officers are counted apart."""
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
    talk.say("link.given", below=_back(talk), code=f"{code[:4]} {code[4:]}", minutes=_minutes())


def _minutes() -> int:
    return int(links.CODE_LIVES.total_seconds()) // 60


def ask_code(talk: Talk) -> None:
    """Say that the code is to be typed; at the menu it is known by its shape."""
    talk.say("link.ask_code", below=_back(talk))


def code_in(text: str) -> str | None:
    """The code that a message is, with at most a word before it."""
    found = _CODE.fullmatch(fold(text))
    return found[1] + found[2] if found else None


async def take_code(talk: Talk, code: str) -> None:
    """Take a code that was typed: whoever is kept is asked whether it was they, and nothing is joined before."""
    session, here = talk.turn.session, await talk.turn.identity_id()
    if not has_consent(talk):
        ask_consent(talk, WISH)
    elif await wrong_codes.are_all_shut(session, talk.now):
        offer_person(talk, "link.shut_all")
    elif await wrong_codes.is_shut(session, await _guesser(talk), KIND, talk.now):
        offer_person(talk, "link.shut")
    elif (other := await links.claim_code(session, talk.seal, code, here, talk.now)) is None:
        await _note_wrong(talk)
    else:
        await wrong_codes.forgive(session, here, KIND)
        await _meet(talk, other)


async def _meet(talk: Talk, other: int) -> None:
    """Ask the side that has something kept; a code that can join nothing is used up, and why is said."""
    here = await talk.turn.identity_id()
    mine, theirs = await worker_of(talk.turn.session, here), await worker_of(talk.turn.session, other)
    there = await links.account(talk.turn.session, other)
    if mine is None and theirs is not None and there is not None:
        await _ask_owner(talk, there)
        return
    if mine is not None and theirs is None and there is not None:
        choices = [Choice(talk.text(f"link.button.{what}"), f"link:own_{what}:{other}") for what in ("yes", "no")]
        talk.say("link.sure", choices, _back(talk), channel=_channel(talk.lang, there.channel))
        return
    await links.use_up(talk.turn.session, other)
    if other == here:
        talk.say("link.same_chat", below=_back(talk))
    elif mine is None or theirs is None:
        show_menu(talk, "link.nobody")
    elif mine.id == theirs.id:
        show_menu(talk, "link.already")
    else:
        offer_person(talk, "link.both")


async def _ask_owner(talk: Talk, there: LinkedAccount) -> None:
    """Have the chat that gave the code asked whether it was they: a code can be talked out of somebody."""
    here, lang = await talk.turn.identity_id(), _lang_of(talk, there)
    connection = await talk.turn.session.connection()
    choices = [(tell(lang, f"link.button.{what}"), f"link:{what}:{here}") for what in ("yes", "no")]
    words = tell(lang, "link.ask_owner", channel=_channel(lang, talk.account.channel))
    await offer(connection, there.channel, there.chat_id, choices)
    await owe(connection, there.channel, there.chat_id, message_to(there.chat_id, words, choices, lang), talk.now)
    yes = talk.text("link.button.yes")
    talk.say("link.waits", below=_back(talk), channel=_channel(talk.lang, there.channel), yes=yes, minutes=_minutes())


async def answer_owner(talk: Talk, newcomer: int, *, yes: bool) -> None:
    """Whoever gave the code says whether it was they who typed it elsewhere."""
    here = await talk.turn.identity_id()
    there = await links.account(talk.turn.session, newcomer)
    if there is None or not await links.is_waiting(talk.turn.session, here, newcomer, talk.now):
        show_menu(talk, "link.late")
        return
    await links.use_up(talk.turn.session, here)
    worker = await worker_of(talk.turn.session, here)
    if not yes:
        await tell_account(talk, there, "link.refused_told")
        offer_person(talk, "link.refused")
    elif worker is None or await worker_of(talk.turn.session, newcomer) is not None:
        offer_person(talk, "link.both")
    else:
        await links.link(talk.turn.session, worker.id, newcomer)
        await tell_account(talk, there, "link.done")
        show_menu(talk, "link.done", channel=_channel(talk.lang, there.channel))


async def refuse(talk: Talk, other: int) -> None:
    """Whoever typed somebody else's code did not ask for it themselves."""
    if await links.is_waiting(talk.turn.session, other, await talk.turn.identity_id(), talk.now):
        await links.use_up(talk.turn.session, other)
    offer_person(talk, "link.refused")


async def _guesser(talk: Talk) -> wrong_codes.Guesser:
    return wrong_codes.Guesser.at(talk.seal, await talk.turn.identity_id(), talk.turn.address)


async def _note_wrong(talk: Talk) -> None:
    if await wrong_codes.note_wrong(talk.turn.session, await _guesser(talk), KIND, talk.now):
        offer_person(talk, "link.shut")
    else:
        talk.say("link.wrong", below=_back(talk))


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
    there = await links.account(talk.turn.session, other)
    waits = await links.is_waiting(talk.turn.session, other, await talk.turn.identity_id(), talk.now)
    if there is None or not waits:
        show_menu(talk, "link.late")
        return
    await links.use_up(talk.turn.session, other)
    if worker is None or await worker_of(talk.turn.session, other) is not None:
        offer_person(talk, "link.both")
        return
    await links.link(talk.turn.session, worker.id, other)
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
    lang = _lang_of(talk, account)
    text = tell(lang, key, channel=_channel(lang, talk.account.channel))
    connection = await talk.turn.session.connection()
    message = SendMessage(chat_id=account.chat_id, text=text)
    await owe(connection, account.channel, account.chat_id, message, talk.now)


def _lang_of(talk: Talk, account: LinkedAccount) -> str:
    return account.lang if account.lang in LANGUAGES else talk.lang


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
