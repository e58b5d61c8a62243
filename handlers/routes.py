"""The aiogram routers: each handler reads the update, calls one plain function, and returns.

Filters are coroutines, though they wait for nothing: aiogram runs plain functions, and magic filters with ``F``, in a
thread of their own, which takes longer than the rest of the routing.
"""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from content.fold import clean
from handlers import officer, steer, taps, words
from handlers.form.inputs import SharedPhone
from handlers.keep_file import file_of, take_file
from handlers.language import ask_language, keep_wish, read_language
from handlers.person import offer_person
from handlers.registration import repeat, take
from handlers.stage import Stage
from handlers.talk import Talk
from handlers.unreadable import is_unreadable, receive_unreadable

SOURCE_LIMIT = 64
"""Telegram's own limit for the payload of a deep link."""


def build_router() -> Router:
    """Make the router of all conversations. Order matters: the first handler that fits takes the update."""
    router = Router(name="worker")
    router.message.register(ignore_group, is_in_group)
    router.edited_message.register(ignore_group, is_in_group)
    router.my_chat_member.register(note_membership)
    router.message.register(link_officer, has_officer_code)
    router.message.register(begin, CommandStart())
    router.message.register(receive_unreadable, is_unreadable)
    router.message.register(meet, is_newcomer)
    router.callback_query.register(meet_tap, is_newcomer)
    router.message.register(choose_language, is_choosing_language)
    router.message.register(hear, has_words)
    router.message.register(share_phone, has_contact)
    router.message.register(receive_file, has_file)
    router.message.register(receive_other)
    router.edited_message.register(correct)
    router.callback_query.register(tap)
    return router


async def is_in_group(message: Message) -> bool:
    """Others read along."""
    return message.chat.type != ChatType.PRIVATE


async def has_officer_code(message: Message) -> bool:
    """The message is the code by which an officer links this chat, typed or in a link."""
    return officer.code_in(message.text or "") is not None


async def link_officer(message: Message, talk: Talk) -> None:
    """An officer's code."""
    await officer.link(talk, officer.code_in(message.text or "") or "")


async def is_newcomer(_: Message | CallbackQuery, talk: Talk) -> bool:
    """Nobody speaks with us before a language is known."""
    return talk.account.lang is None


async def is_choosing_language(message: Message, talk: Talk) -> bool:
    """The language question was the last one, and these words answer it."""
    return bool("lang_order" in talk.data and message.text and read_language(talk, message.text) is not None)


async def has_words(message: Message) -> bool:
    """The message is written."""
    return bool(message.text)


async def has_contact(message: Message) -> bool:
    """The message is a phone number from the address book."""
    return message.contact is not None


async def has_file(message: Message) -> bool:
    """The message carries something that staff may want."""
    return file_of(message) is not None


async def ignore_group(_: Message, talk: Talk) -> None:
    """A worker's matters are not spoken of in a group."""
    talk.turn.forget = True


async def note_membership(event: ChatMemberUpdated, talk: Talk) -> None:
    """The person blocked the bot, or let it in again."""
    if event.chat.type != ChatType.PRIVATE:
        talk.turn.forget = True
        return
    talk.account.blocked_at = talk.now if event.new_chat_member.status == "kicked" else None


async def begin(message: Message, command: CommandObject, talk: Talk) -> None:
    """/start, perhaps with the source of a poster or link."""
    if command.args and talk.account.source is None:
        talk.account.source = clean(command.args)[:SOURCE_LIMIT]
    if talk.account.lang is None:
        await meet(message, talk)
    else:
        steer.home(talk)


async def meet(message: Message, talk: Talk) -> None:
    """A newcomer's first words: greet in both languages, keep the wish, ask for the language."""
    text = words.words_of(message) or ""
    chosen = read_language(talk, text) if "lang_order" in talk.data or text.strip() else None
    if chosen is not None:
        await taps.choose_language(talk, chosen)
        return
    if text and not text.startswith("/"):
        keep_wish(talk, text)
    ask_language(talk, _guess(message))


def _guess(message: Message | CallbackQuery) -> str | None:
    """The language of the phone: km for a Khmer one."""
    code = message.from_user.language_code if message.from_user else None
    return code.split("-")[0].lower() if code else None


async def meet_tap(query: CallbackQuery, talk: Talk) -> None:
    """A newcomer's button: the language, or one from before a deletion."""
    if query.data and query.data.startswith("lang:"):
        await taps.tapped(talk, query.data)
    else:
        talk.toast()
        ask_language(talk, _guess(query))


async def choose_language(message: Message, talk: Talk) -> None:
    """The language, by number or in words."""
    chosen = read_language(talk, message.text or "")
    assert chosen is not None
    await taps.choose_language(talk, chosen)


async def hear(message: Message, talk: Talk) -> None:
    """Written words."""
    talk.data.pop("lang_order", None)
    await words.hear(talk, message.text or "")


async def share_phone(message: Message, talk: Talk) -> None:
    """A shared contact answers the question for a number, and nothing else."""
    contact = message.contact
    assert contact is not None
    own = message.from_user is not None and contact.user_id == message.from_user.id
    if talk.account.state == Stage.form.state:
        await take(talk, SharedPhone(contact.phone_number, own))
    else:
        offer_person(talk, "file.contact_unasked")


async def receive_file(message: Message, talk: Talk) -> None:
    """A voice note, photo, file or place."""
    file = file_of(message)
    assert file is not None
    await take_file(talk, file)


async def receive_other(_: Message, talk: Talk) -> None:
    """A sticker, a poll, a game: a friendly word, and the open question again."""
    if talk.account.state == Stage.form.state:
        talk.say("unknown.sticker")
        repeat(talk)
    else:
        offer_person(talk, "unknown.sticker")


async def correct(_: Message, talk: Talk) -> None:
    """A message was edited after it was answered: say how answers are corrected."""
    if talk.account.state == Stage.form.state:
        talk.say("form.edited")
        repeat(talk)


async def tap(query: CallbackQuery, talk: Talk) -> None:
    """A button."""
    await taps.tapped(talk, query.data or "")
