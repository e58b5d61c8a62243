"""The desk's own words by key, in the language of whoever is at it; what workers read comes from ``content``."""

from functools import cache
from pathlib import Path

from starlette_admin.i18n import get_locale

from content.catalogue import LANGUAGES, messages, read_compiled

FOLDER = Path(__file__).with_name("translations")
FRAME = "admin.mo"
"""starlette-admin's own words, which it looks up by itself."""
FIRST = "vi"
"""The language that every word exists in."""


@cache
def words(lang: str) -> dict[str, str]:
    """All words of a language, from the catalogue of each room.

    Raises ``FileNotFoundError`` before the catalogues were compiled.
    """
    files = sorted((FOLDER / lang / "LC_MESSAGES").glob("*.mo"))
    if not files and lang == FIRST:
        raise FileNotFoundError("The desk has no words: run `make setup`, which compiles the catalogues")
    return {key: said for file in files if file.name != FRAME for key, said in read_compiled(file).items()}


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
