"""Speaking with one worker in one turn: in their language, in short messages, with choices that have numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from aiogram.methods import AnswerCallbackQuery, SendMessage
from aiogram.types import CallbackQuery

from content.catalogue import LANGUAGES, tell
from content.office import Office
from db.account import Account
from db.files import FileStore
from db.release_rules import Rules
from db.seal import Seal
from db.turn import Turn

Markup = dict[str, Any]
"""A keyboard in the Bot API's own shape."""


@dataclass(frozen=True)
class Choice:
    """A button: its words, and what comes back when it is tapped."""

    label: str
    data: str


@dataclass
class Talk:
    """What handlers speak through. ``unseen`` is a message written before our last question arrived."""

    turn: Turn
    office: Office
    seal: Seal
    files: FileStore
    sending: Rules
    unseen: bool = False
    tap: CallbackQuery | None = None
    told: dict[str, Any] = field(default_factory=dict)
    """What these very words told about the writer, for a form that they open."""
    answered_tap: bool = field(default=False, init=False)

    @property
    def account(self) -> Account:
        """The account that is written with."""
        return self.turn.account

    @property
    def data(self) -> dict[str, Any]:
        """The conversation's own memory."""
        return self.turn.account.data

    @property
    def lang(self) -> str:
        """The worker's language; Vietnamese until one is chosen."""
        return self.account.lang if self.account.lang in LANGUAGES else LANGUAGES[0]

    @property
    def now(self) -> datetime:
        """The moment of this turn."""
        return self.turn.now

    @property
    def today(self) -> date:
        """The day where the office is."""
        return self.now.astimezone(self.office.zone).date()

    def text(self, key: str, **values: object) -> str:
        """A message in the worker's language."""
        return tell(self.lang, key, **values)

    def say(
        self,
        key: str,
        choices: Iterable[Choice] = (),
        below: Sequence[Choice] = (),
        **values: object,
    ) -> None:
        """Owe the worker a message; ``choices`` are numbered, one a line, ``below`` are small ones without numbers."""
        self.send(self.text(key, **values), choices, below)

    def send(self, text: str, choices: Iterable[Choice] = (), below: Sequence[Choice] = (), *, first: int = 1) -> None:
        """Owe the worker words that are put together already; numbering starts at ``first``."""
        choices = list(choices)
        if choices:
            self.data["offered"] = [[choice.label, choice.data] for choice in choices]
        elif below and self.account.state is None:
            # at the menu a number means a line of the newest message, and this one has none
            self.data.pop("offered", None)
        if choices or below:
            # where a screen has no buttons, people type what the small ones say
            self.data["below"] = [[choice.label, choice.data] for choice in below]
        rows = [
            [_button(self.text("choice.numbered", number=str(number), label=choice.label), choice.data)]
            for number, choice in enumerate(choices, first)
        ]
        if below:
            rows.append([_button(choice.label, choice.data) for choice in below])
        self._owe(text, {"inline_keyboard": rows} if rows else None)

    def ask_phone(self, text: str) -> None:
        """Ask for a number, with a key by which the phone shares its own."""
        key = {"text": self.text("button.share_phone"), "request_contact": True}
        self._owe(text, {"keyboard": [[key]], "resize_keyboard": True, "one_time_keyboard": True})

    def put_keys_away(self, text: str) -> None:
        """Say something and take the sharing key off the screen."""
        self._owe(text, {"remove_keyboard": True})

    def toast(self, text: str | None = None) -> None:
        """Acknowledge the tap, once; some channels show the text for a moment."""
        if self.tap is not None and not self.answered_tap:
            self.answered_tap = True
            self.turn.replies.append(AnswerCallbackQuery(callback_query_id=self.tap.id, text=text))

    def _owe(self, text: str, markup: Markup | None) -> None:
        # Made of checked parts and copied from a blank, so that aiogram need not check each button again:
        # that would take longer than everything else in a turn.
        words: dict[str, Any] = {"chat_id": self.account.chat_id, "text": text}
        if markup is not None:
            words["reply_markup"] = markup
        self.turn.replies.append(_BLANK.model_copy(update=words))


_BLANK = SendMessage(chat_id=0, text="")


def _button(label: str, data: str) -> dict[str, str]:
    return {"text": label, "callback_data": data}
