"""The desk's own words by key, in the language of whoever is at it; what workers read comes from ``content``."""

from functools import cache
from pathlib import Path
from typing import Any

from babel.support import Translations
from starlette_admin.i18n import get_locale

from content.catalogue import LANGUAGES, messages

FOLDER = Path(__file__).with_name("translations")
DOMAIN = "desk"
FIRST = "vi"
"""The language that every word exists in."""


@cache
def words(lang: str) -> dict[str, str]:
    """All words of a language. Raises ``FileNotFoundError`` before the catalogues were compiled."""
    file = FOLDER / lang / "LC_MESSAGES" / f"{DOMAIN}.mo"
    if not file.exists():
        if lang == FIRST:
            raise FileNotFoundError(f"{file.name} is missing: run `make setup`, which compiles the catalogues")
        return {}
    with file.open("rb") as mo:
        catalogue: dict[Any, Any] = Translations(mo, domain=DOMAIN)._catalog
    return {key: said for key, said in catalogue.items() if isinstance(key, str) and key}


def language() -> str:
    """The language of the page that is being made."""
    lang = get_locale()
    return lang if lang in LANGUAGES else FIRST


def word(key: str, **values: object) -> str:
    """Say one of the desk's own messages, in Vietnamese where the language lacks it."""
    said = words(language()).get(key) or words(FIRST)[key]
    return said.format_map(values) if values else said


def told(key: str) -> str | None:
    """A message that workers know, or None: the label of a field, a choice, a kind."""
    return messages(language()).get(key)
