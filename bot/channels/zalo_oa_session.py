"""The Official Account as an aiogram session: the methods that conversations use become Zalo's calls."""

import logging
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramEntityTooLarge, TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    GetFile,
    SendAudio,
    SendChatAction,
    SendDocument,
    SendLocation,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import Chat, File, InputFile, Message
from aiohttp import ClientError, ClientTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels import zalo_oa_messages as messages
from bot.channels.channel import outgoing_number
from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_errors import (
    LaterForOne,
    NoMoney,
    Verdict,
    WindowShut,
    ZaloAway,
    ZaloError,
    as_delivery_error,
)
from bot.channels.zalo_oa_files import Unfit, Uploads
from bot.channels.zalo_oa_money import Purse, Window, key_of_message, window_of
from bot.channels.zalo_oa_templates import Templates
from bot.channels.zalo_text import buttons_of
from bot.traffic import in_bulk
from content.catalogue import LANGUAGES, tell
from content.zalo_prices import prices
from db.alarms import end_alarm, raise_alarm
from db.zalo_account import note_allowance
from db.zalo_people import Person, person_at

log = logging.getLogger(__name__)

Json = dict[str, Any]
REMEMBERED = 20_000
BUTTONS_REST = 3600.0
"""Seconds without buttons after Zalo refused a message that it took without them."""
AGED = timedelta(hours=24)
"""A window this old is worth a button that opens it anew."""
_OK, _NOW = 200, timedelta(0)
ALARM, NO_MONEY = "zalo_account", "zalo_budget"


@dataclass(frozen=True)
class Habits:
    """What an office may switch: buttons at all, and the picture on the card that asks for a number."""

    buttons: bool
    picture: str | None
    plain_media: bool
    """Files may be fetched without TLS: from a stand-in on this machine."""


@dataclass(frozen=True)
class Till:
    """What a message of a reply is paid for as."""

    method: Any
    person: Person
    window: Window
    key: str

    def of(self, position: int) -> "Till":
        """The reply's message at this place, from 1: each is paid for by itself."""
        return self if position == 1 else replace(self, key=f"{self.key}/{position}")


class ZaloSession(BaseSession):
    """Performs methods; a person is known by our own number, Zalo's id stands in the account."""

    def __init__(
        self,
        engine: AsyncEngine,
        client: ZaloClient,
        purse: Purse,
        templates: Templates,
        habits: Habits,
        clock: Callable[[], datetime],
        app: str,
    ) -> None:
        # a file's id is its address, so that its path is one already
        super().__init__(api=TelegramAPIServer(base="", file="{path}"))
        self._engine = engine
        self.client = client
        self.purse = purse
        self.templates = templates
        self._habits = habits
        self._clock = clock
        self.app = app
        self._uploads = Uploads(client, clock)
        self._people: OrderedDict[int, Person] = OrderedDict()
        self._parts: OrderedDict[int, int] = OrderedDict()
        """How many messages of a reply have gone already, by its row: a second try goes on with the next."""
        self._no_buttons_until = 0.0
        self._alarmed: set[str] = set()

    def remember(self, person: Person) -> None:
        """Keep somebody in mind: the last word after a deletion still finds them."""
        self._people[person.chat_id] = person
        self._people.move_to_end(person.chat_id)
        if len(self._people) > REMEMBERED:
            self._people.popitem(last=False)

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ASYNC109 - aiogram names it
        """Perform one method. Raises aiogram's errors."""
        match method:
            case AnswerCallbackQuery() | SendChatAction() | EditMessageReplyMarkup():
                return True  # Zalo has nothing like it
            case GetFile():
                return File(file_id=method.file_id, file_unique_id=method.file_id[-40:], file_path=method.file_id)
            case SendMessage() | EditMessageText():
                # nothing can be edited on Zalo: the new words are a new message
                return await self._deliver(method, self._words)
            case SendPhoto() | SendDocument() | SendVoice() | SendAudio() | SendLocation():
                return await self._deliver(method, self._media(bot))
        raise TelegramBadRequest(method, f"Zalo has no {type(method).__name__}")

    async def _deliver(self, method: Any, compose: "Callable[[Any, Person], Awaitable[list[Json]]]") -> Message:
        person = await self._person(method)
        self._stay_out_of_a_talk(method, person)
        window = window_of(person.interacted_at, self._clock())
        try:
            if window is Window.SHUT:
                sent = await self._by_template(method, person)
            else:
                sent = await self._compose_and_send(method, person, window, compose)
        except Unfit as error:
            raise TelegramBadRequest(method, str(error)) from error
        except (ZaloError, ZaloAway) as error:
            await self._alarm(error)
            raise as_delivery_error(method, error, self._clock()) from error
        await self._all_clear()
        return _message(person.chat_id, sent)

    def _stay_out_of_a_talk(self, method: Any, person: Person) -> None:
        """A broadcast waits while somebody at the Official Account's own chat tool talks with the person."""
        if in_bulk.get() and person.human_until is not None and (left := person.human_until - self._clock()) > _NOW:
            raise LaterForOne(method, "a person is talking with them", int(left.total_seconds()) + 1)

    async def _by_template(self, method: Any, person: Person) -> Json:
        words = getattr(method, "text", None) or getattr(method, "caption", None) or ""
        try:
            sent = await self.templates.send(person, words)
        except ZaloError as error:
            if error.verdict not in (Verdict.BUG, Verdict.SHAPE):
                raise
            log.error("Zalo refuses the template (%d): those who are silent are to be called", error.code)
            sent = None
        if sent is not None:
            return sent
        await self.templates.call_instead(person, words)
        raise WindowShut(method, "silent for more than seven days")

    async def _compose_and_send(self, method: Any, person: Person, window: Window, compose: Any) -> Json:
        try:
            return await self._send_all(method, person, window, await compose(method, person))
        except ZaloError as error:
            if error.verdict is not Verdict.UPLOAD:
                raise
            self._uploads.forget()
            return await self._send_all(method, person, window, await compose(method, person))

    async def _person(self, method: Any) -> Person:
        person = await person_at(self._engine, method.chat_id) or self._people.get(method.chat_id)
        if person is None:
            raise TelegramForbiddenError(method, "this account is no more")
        return person

    async def _words(self, method: SendMessage | EditMessageText, person: Person) -> list[Json]:
        markup, words = method.reply_markup, method.text or ""
        buttons = buttons_of(markup)
        if key := _contact_key(markup):
            return self._ask_info(key, words)
        if not buttons and person.interacted_at is not None and self._clock() - person.interacted_at > AGED:
            lang = person.lang if person.lang in LANGUAGES else LANGUAGES[0]
            buttons = [{"text": tell(lang, "button.menu"), "callback_data": "go:menu"}]
        return messages.texts(words, buttons, taps=self._taps())

    def _ask_info(self, key: str, words: str) -> list[Json]:
        asked = messages.texts(words, (), taps=False)
        if self._habits.picture is None or not self._taps():
            return asked
        return [*asked, messages.ask_info(key, words, self._habits.picture)]

    def _taps(self) -> bool:
        return self._habits.buttons and time.monotonic() >= self._no_buttons_until

    def _media(self, bot: Bot) -> "Callable[[Any, Person], Awaitable[list[Json]]]":
        async def compose(method: Any, _: Person) -> list[Json]:
            buttons = buttons_of(method.reply_markup)
            match method:
                case SendLocation():
                    words = f"https://www.google.com/maps?q={method.latitude},{method.longitude}"
                    return messages.texts(words, buttons, taps=self._taps())
                case SendPhoto():
                    return await self._photo(bot, method, buttons)
                case SendDocument() if isinstance(method.document, InputFile):
                    name = method.document.filename or "file"
                    token = await self._uploads.file(name, await _bytes(bot, method.document))
                    return [messages.file(token), *self._caption(method.caption, buttons)]
            return self._link(method, buttons)

        return compose

    async def _photo(self, bot: Bot, method: SendPhoto, buttons: list[Json]) -> list[Json]:
        caption = method.caption or ""
        together = caption if len(caption) <= limits.TEXT and not buttons else ""
        if isinstance(method.photo, InputFile):
            source = {"attachment_id": await self._uploads.image(await _bytes(bot, method.photo))}
        else:
            source = {"url": _address(method.photo)}
        return [messages.picture(together, **source), *self._caption("" if together else caption, buttons)]

    def _caption(self, caption: str | None, buttons: list[Json]) -> list[Json]:
        return messages.texts(caption, buttons, taps=self._taps()) if caption else []

    def _link(self, method: Any, buttons: list[Json]) -> list[Json]:
        """Voice and other files: Zalo lets nobody send them, so that an address stands for them, or their caption."""
        source = next(getattr(method, name) for name in ("voice", "audio", "document") if hasattr(method, name))
        address = "" if isinstance(source, InputFile) else _address(source)
        words = "\n".join(part for part in (method.caption, address) if part)
        if not words:
            raise Unfit("Zalo takes no such file")
        return messages.texts(words, buttons, taps=self._taps())

    async def _send_all(self, method: Any, person: Person, window: Window, parts: list[Json]) -> Json:
        number, till = outgoing_number.get(), Till(method, person, window, key_of_message())
        begin = self._parts.get(number, 0) if number is not None else 0
        sent: Json = {}
        for position, part in enumerate(parts[begin:], begin + 1):
            sent = await self._plainer_if_refused(part, till.of(position))
            if number is not None and position < len(parts):
                self._parts[number] = position
                if len(self._parts) > REMEMBERED:
                    self._parts.popitem(last=False)
        if number is not None:
            self._parts.pop(number, None)
        return sent

    async def _pay_and_send(self, part: Json, till: "Till") -> Json:
        """Send one message: what may cost is reserved before, and settled by what Zalo says that it was taken from."""
        if till.window is Window.BILLED and not await self.purse.take(prices().outside_window, till.key):
            await raise_alarm(self._engine, NO_MONEY, self._clock())
            raise NoMoney(till.method, "this month's budget is used up")
        try:
            sent = await self.client.consult(till.person.address, part)
        except (ZaloError, ZaloAway) as error:
            if till.window is Window.BILLED:
                await self.purse.give_back(till.key, error)
            raise
        await self._settle(sent.get("quota"), till)
        return sent

    async def _settle(self, quota: Any, till: "Till") -> None:
        """No quota in the answer: it was charged."""
        if till.window is Window.BILLED:
            await self.purse.settle(till.key, 0 if quota else prices().outside_window)
        elif not quota:
            log.warning("Zalo charged a message that was sent within the free window")
            await self.purse.spend(prices().outside_window, till.key)
        if (left := _left_in_plan(quota)) is not None:
            await note_allowance(self._engine, self.app, left)

    async def _plainer_if_refused(self, part: Json, till: "Till") -> Json:
        """Send; what is refused for its shape is sent once more without its buttons, which rest for a while then."""
        try:
            return await self._pay_and_send(part, till)
        except ZaloError as error:
            buttons = buttons_of(getattr(till.method, "reply_markup", None))
            if error.verdict is not Verdict.SHAPE or "attachment" not in part:
                raise
            if "text" not in part and "elements" in part["attachment"]["payload"]:
                return await self._without_card(part, error)
            log.warning("Zalo refused buttons (%d): numbered text for an hour", error.code)
            plain = messages.texts(part["text"], buttons, taps=False)
            sent = [await self._pay_and_send(one, till.of(n)) for n, one in enumerate(plain, 1)]
            self._no_buttons_until = time.monotonic() + BUTTONS_REST
            return sent[-1]

    async def _without_card(self, part: Json, error: ZaloError) -> Json:
        payload: Json = part["attachment"]["payload"]
        if payload["template_type"] != "request_user_info":
            raise error
        log.warning("Zalo refused the card that asks for a number (%d): the question stands without it", error.code)
        return {}

    async def _alarm(self, error: ZaloError | ZaloAway) -> None:
        """Somebody must act, also where a young token is refused; of a lost one its keeper tells."""
        refused = isinstance(error, ZaloError) and error.verdict is Verdict.TOKEN and not error.ours
        if isinstance(error, ZaloError) and (refused or error.verdict is Verdict.HUMAN):
            self._alarmed.add(ALARM)
            await raise_alarm(self._engine, ALARM, self._clock(), code=error.code)

    async def _all_clear(self) -> None:
        if ALARM in self._alarmed:
            self._alarmed.discard(ALARM)
            await end_alarm(self._engine, ALARM)

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109 - aiogram names it
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """What a person sent, from Zalo's own servers. Raises aiogram's errors."""
        method, taken = GetFile(file_id=""), 0
        if not (self._habits.plain_media or _is_open_address(url)):
            raise TelegramBadRequest(method, "an address that is none of Zalo's")
        try:
            limit = ClientTimeout(total=timeout)
            # an address that leads elsewhere may lead into our own network
            async with self.client.session().get(url, timeout=limit, allow_redirects=False) as answer:
                if raise_for_status and answer.status != _OK:
                    raise TelegramNetworkError(method, f"HTTP {answer.status}")
                async for chunk in answer.content.iter_chunked(chunk_size):
                    taken += len(chunk)
                    if taken > limits.MEDIA_BYTES:
                        raise TelegramEntityTooLarge(method, "larger than anybody needs")
                    yield chunk
        except (ClientError, TimeoutError) as error:
            raise TelegramNetworkError(method, type(error).__name__) from error

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()


def _contact_key(markup: Any) -> str | None:
    """The label of the key by which Telegram's phones share their number; None where there is none."""
    plain = markup if isinstance(markup, dict) else markup.model_dump() if markup is not None else {}
    keys = [key for row in plain.get("keyboard") or () for key in row]
    return next((key["text"] for key in keys if key.get("request_contact")), None)


def _is_open_address(url: str) -> bool:
    """An https address with a name that is not this machine's or a neighbour's."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not host.replace(".", "").isdigit() and ":" not in host


def _address(source: str) -> str:
    """Where a file lies; a file id of another channel is none. Raises ``Unfit``."""
    if not source.startswith(("https://", "http://")):
        raise Unfit("a file id of another channel")
    return source


async def _bytes(bot: Bot, source: InputFile) -> bytes:
    return b"".join([chunk async for chunk in source.read(bot)])


def _message(chat_id: int, sent: Json) -> Message:
    """What is used of a sent message: Zalo's own time, and what Zalo calls it."""
    moment = int(sent.get("sent_time") or time.time() * 1000)
    when = datetime.fromtimestamp(moment / 1000, UTC)
    name = str(sent.get("message_id") or sent.get("msg_id") or "")
    return Message.model_construct(message_id=0, date=when, chat=Chat.model_construct(id=chat_id), external_id=name)


def _left_in_plan(quota: Any) -> int | None:
    """What is left of the plan's own messages, where the answer tells it; numbers may be words."""
    if not isinstance(quota, dict) or quota.get("quota_type") != "sub_quota":
        return None
    left = str(quota.get("remain"))
    return int(left) if left.isdecimal() else None
