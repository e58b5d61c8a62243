"""JSON as it crosses the wire, certified by python-telegram-bot's types."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from telegram import TelegramObject

from tests.standins.telegram.errors import broken

Json: TypeAlias = dict[str, Any]


class WireDisagreement(AssertionError):
    """The stand-in wrote something that python-telegram-bot reads differently."""


def certified(kind: type[TelegramObject], wire: Json) -> Json:
    """`wire` itself, after python-telegram-bot has read it and written the same again."""
    again = kind.de_json(wire, None).to_dict()
    if unknown := set(wire) - fields(kind) - _RENAMED:
        raise WireDisagreement(f"{kind.__name__} knows no {sorted(unknown)}")
    if not _same(wire, again):
        raise WireDisagreement(f"{kind.__name__}: wrote {wire}, read back {again}")
    return wire


_RENAMED = frozenset({"from"})


_fields: dict[str, frozenset[str]] = {}


def fields(kind: type[TelegramObject]) -> frozenset[str]:
    """The names python-telegram-bot knows for the fields of `kind`."""
    if kind.__name__ not in _fields:
        # Some constants, such as remove_keyboard, are fields and no parameters.
        slots = {name for one in kind.__mro__ for name in getattr(one, "__slots__", ())}
        known = slots | set(inspect.signature(kind).parameters)
        _fields[kind.__name__] = frozenset(name for name in known if name[0] != "_") - {"api_kwargs"}
    return _fields[kind.__name__]


def require_known(kind: type[TelegramObject], value: Mapping[str, Any], where: str) -> None:
    """Refuses what a real server would silently ignore: a misspelt field is a bug of the bot's."""
    if unknown := set(value) - fields(kind):
        raise broken(f"{where}: {kind.__name__} has no field {', '.join(sorted(unknown))}")


def read(kind: type[TelegramObject], value: Any, where: str) -> None:
    """Lets python-telegram-bot read what the bot sent, and refuses what it cannot."""
    if not isinstance(value, dict):
        raise broken(f"{where}: an object is expected, not {value!r}")
    require_known(kind, value, where)
    try:
        again = kind.de_json(value, None).to_dict()
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise broken(f"{where}: can't parse {kind.__name__}: {error}") from error
    if not _same(value, again):
        raise broken(f"{where}: {kind.__name__} reads back as {again}")


def _same(sent: Any, again: Any) -> bool:
    if isinstance(sent, dict):
        return isinstance(again, dict) and all(_same(sent.get(key), again.get(key)) for key in _both(sent, again))
    if isinstance(sent, list | tuple):
        return isinstance(again, list | tuple) and len(sent) == len(again) and all(map(_same, sent, again))
    return bool(sent == again) or (not sent and not again)


def _both(sent: Json, again: Json) -> Iterable[str]:
    return sent.keys() | again.keys()
