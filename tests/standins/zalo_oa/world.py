"""What the stand-in knows: the account, its people and their windows, tokens, quotas, templates, what was sent."""

import hashlib
import itertools
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Json = dict[str, Any]

APP_ID, APP_SECRET, OA_SECRET, OA_ID = "360846524940903967", "app_secret_demo", "oa_secret_demo", "388613280878808645"


@dataclass
class Sent:
    """A message that the account sent."""

    msg_id: str
    text: str
    buttons: list[Json]
    raw: Json
    paid: bool


@dataclass
class Chat:
    """One person's chat with the account."""

    user_id: str
    last_interaction: datetime | None = None
    follows: bool = False
    banned: bool = False
    messages: list[Sent] = field(default_factory=list)
    unread: deque[Sent] = field(default_factory=deque)


@dataclass
class Tokens:
    """OAuth's side: one access token in force, refresh tokens that work once."""

    access: str = ""
    expires_at: datetime | None = None
    refresh: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    """Code to the PKCE challenge that it was given under."""
    refreshes: int = 0


@dataclass
class World:
    """All of it, with the rules that have no HTTP in them."""

    now: Callable[[], datetime]
    people: dict[str, Chat] = field(default_factory=dict)
    tokens: Tokens = field(default_factory=Tokens)
    violations: list[str] = field(default_factory=list)
    """What a client did that the real service would refuse as a mistake of the program."""
    faults: deque[Json] = field(default_factory=deque)
    """Answers to give to the next calls of a path: {path, error | status | drop, before, skip, gate with bell}."""
    uploads: dict[str, datetime] = field(default_factory=dict)
    templates: dict[str, Json] = field(default_factory=dict)
    by_template: list[Json] = field(default_factory=list)
    calls: deque[datetime] = field(default_factory=deque)
    per_minute: int = 4000
    sub_quota: int = 0
    buttons_allowed: bool = True
    charged: int = 0
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    broken: list[Exception] = field(default_factory=list)

    def chat(self, user_id: str) -> Chat:
        return self.people.setdefault(user_id, Chat(user_id))

    def new_id(self) -> str:
        return f"{next(self.numbers):06d}{secrets.token_hex(7)}"

    def millis(self) -> str:
        return str(int(self.now().timestamp() * 1000))

    def new_pair(self) -> Json:
        """A new pair: the old access token dies at this moment."""
        self.tokens.access, refresh = secrets.token_urlsafe(60), secrets.token_urlsafe(60)
        self.tokens.expires_at = self.now() + timedelta(hours=25)
        self.tokens.refresh.add(refresh)
        return {"access_token": self.tokens.access, "refresh_token": refresh, "expires_in": "90000"}

    def token_error(self, given: str) -> int:
        if given != self.tokens.access or not given:
            return -216
        assert self.tokens.expires_at is not None
        return -220 if self.now() >= self.tokens.expires_at else 0

    def is_over_rate(self) -> bool:
        """Counts one call; whether the minute is full."""
        now = self.now()
        while self.calls and now - self.calls[0] >= timedelta(minutes=1):
            self.calls.popleft()
        self.calls.append(now)
        return len(self.calls) > self.per_minute

    def window_error(self, chat: Chat) -> int:
        if chat.banned:
            return -227
        if chat.last_interaction is None:
            return -232
        return -230 if self.now() - chat.last_interaction > timedelta(days=7) else 0

    def quota(self, chat: Chat) -> Json | None:
        """What a consultation message is taken from; None: it is charged."""
        assert chat.last_interaction is not None
        if self.now() - chat.last_interaction <= timedelta(hours=48):
            return {"quota_type": "reply"}
        if self.sub_quota > 0:
            self.sub_quota -= 1
            return {"quota_type": "sub_quota", "remain": str(self.sub_quota), "total": "500"}
        return None

    def sign(self, body: bytes, timestamp: str) -> str:
        return "mac=" + hashlib.sha256((APP_ID).encode() + body + timestamp.encode() + OA_SECRET.encode()).hexdigest()
