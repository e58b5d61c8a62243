"""The messages, by key and language; figures and dates in them are formatted for the reader's language."""

import logging
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from babel.support import Translations

log = logging.getLogger(__name__)

LANGUAGES = ("vi", "km")
HERE = Path(__file__).parent


@cache
def messages(lang: str) -> dict[str, str]:
    """All messages of a language by key, from the catalogue of each subject (``bot.po``, ``loans.po``, …).

    Raises ``FileNotFoundError`` before the catalogues were compiled.
    """
    files = sorted((HERE / lang / "LC_MESSAGES").glob("*.mo"))
    if not files:
        raise FileNotFoundError(f"{lang} has no messages: run `make setup`, which compiles the catalogues")
    return {key: words for file in files for key, words in read_compiled(file).items()}


def read_compiled(file: Path) -> dict[str, str]:
    """The messages of one compiled catalogue by key."""
    with file.open("rb") as mo:
        catalogue: dict[Any, Any] = Translations(mo)._catalog
    return {key: words for key, words in catalogue.items() if isinstance(key, str) and key}


def other(lang: str) -> str:
    """The other language."""
    return LANGUAGES[1 - LANGUAGES.index(lang)]


def say(value: object, lang: str) -> str:
    """Write one value as the reader's language writes it; words stay as they are.

    Khmer gets Vietnamese digits and separators on purpose (domain.md G3): that is how money is read in the district.
    """
    match value:
        case str():
            return value
        case bool():
            raise TypeError("a yes or no is said by two messages, not by a value")
        case int() | Decimal():
            return format_decimal(value, locale="vi")
        case datetime():
            return format_datetime(value, "HH:mm d/M/yyyy", locale="vi")
        case date():
            return format_date(value, "EEEE d/M/yyyy", locale=lang)
        case time():
            return format_time(value, "HH:mm", locale="vi")
    raise TypeError(f"a {type(value).__name__} has no form for people")


def tell(lang: str, key: str, **values: object) -> str:
    """Return the message ``key`` in ``lang`` with its placeholders filled.

    A key that one language lacks is answered in the other, and logged: the tests fail on it, a worker never does.
    """
    words = messages(lang).get(key)
    if words is None:
        log.error("Message %s is missing in %s", key, lang)
        words = messages(other(lang))[key]
    return words.format_map({name: say(value, lang) for name, value in values.items()}) if values else words
