"""Where the window is shut: an approved template in place of the words, by Zalo's id, else by phone, else a call."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.zalo_oa_client import ZaloClient
from bot.channels.zalo_oa_errors import Verdict, ZaloAway, ZaloError
from bot.channels.zalo_oa_money import Purse, key_of_message
from bot.channels.zalo_text import clip
from bot.traffic import in_bulk
from content.zalo_prices import prices
from db.zalo_people import Person
from db.zalo_templates import Approved, Reached, approved, ask_to_call, reached_at

log = logging.getLogger(__name__)

Json = dict[str, Any]
_NOT_BY_ID = -249
TOPIC = 150
"""Characters of the message's first line that stand in the list of those to be called."""


class Templates:
    """Sends a template instead of a text, once a message, within the budget."""

    def __init__(
        self, engine: AsyncEngine, client: ZaloClient, purse: Purse, office: str, clock: Callable[[], datetime]
    ) -> None:
        self._engine = engine
        self._client = client
        self._purse = purse
        self._office = office
        self._clock = clock

    async def send(self, person: Person, words: str) -> Json | None:
        """Send what stands for these words; None where no template does, or there is no money for one.

        Raises ``ZaloError`` and ``ZaloAway``.
        """
        purpose = "notice" if in_bulk.get() else "reminder"
        template = await approved(self._engine, purpose, person.lang)
        if template is None:
            return None
        reached = await reached_at(self._engine, person.chat_id)
        values = self._values(template, words, reached)
        key = key_of_message()
        sent = await self._by_id(person, template, values, key)
        return sent if sent is not None else await self._by_phone(reached, template, values, f"{key}:p")

    async def call_instead(self, person: Person, words: str) -> None:
        """Put somebody on the list of those to be called; a broadcast's own list has them already."""
        if not in_bulk.get():
            await ask_to_call(self._engine, person.chat_id, _title(words)[:TOPIC], self._clock())

    def _values(self, template: Approved, words: str, reached: Reached) -> Json:
        title, _, text = words.strip().partition("\n")
        known = {"title": title, "text": text.strip() or title, "name": reached.name or "", "office": self._office}
        return filled(known, template)

    async def _by_id(self, person: Person, template: Approved, values: Json, key: str) -> Json | None:
        price = template.price_uid or prices().by_uid
        if not await self._purse.take(price, key):
            return None
        try:
            sent = await self._client.template_by_uid(person.address, template.template_id, values)
        except (ZaloError, ZaloAway) as error:
            await self._purse.give_back(key, error)
            if isinstance(error, ZaloAway) or (error.verdict is not Verdict.USER and error.code != _NOT_BY_ID):
                raise
            return None
        await self._purse.settle(key, price)
        return sent

    async def _by_phone(self, reached: Reached, template: Approved, values: Json, key: str) -> Json | None:
        """By the person's own number; what it cost is known when Zalo says that it arrived, naming the key."""
        price = template.price_phone or prices().by_phone
        if reached.phone is None or not await self._purse.take(price, key):
            return None
        try:
            return await self._client.template_by_phone(reached.phone, template.template_id, values, key)
        except (ZaloError, ZaloAway) as error:
            await self._purse.give_back(key, error)
            if isinstance(error, ZaloAway) or error.verdict is not Verdict.USER:
                raise
            return None


def filled(known: Mapping[str, str], template: Approved) -> dict[str, str]:
    """What a template is filled with: what Zalo knows of and we have a value for, no longer than it takes."""
    params = template.params
    wanted = {name: value for name, value in template.fields.items() if params is None or name in params}
    return {name: clipped(known, value, (params or {}).get(name)) for name, value in wanted.items()}


def clipped(known: Mapping[str, str], wanted: str, most: int | None = None) -> str:
    """The value that a field wants (``title``, or ``title:30`` for at most so many characters), never over ``most``."""
    name, _, ours = wanted.partition(":")
    value = " ".join(known[name].split())
    return clip(value, min(int(ours) if ours else len(value), most or len(value)))


def _title(words: str) -> str:
    return words.strip().partition("\n")[0]
