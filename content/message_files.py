"""The compiled message catalogues: every message of a language by key."""

from functools import cache
from pathlib import Path
from typing import Any

from babel.support import Translations

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
