"""The desk's own words by key, in the language of whoever is at it; what workers read comes from ``content``."""

from collections.abc import Mapping
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


_role_names: dict[str, dict[str, str]] = {}
"""What the office calls its roles, by language and key, in place of the catalogue's words."""


def call_roles(names: Mapping[str, Mapping[str, str]]) -> None:
    """Use the office's own names of roles, by language and role; what it does not name keeps the catalogue's."""
    _role_names.clear()
    _role_names.update({lang: {f"role.{role}": name for role, name in own.items()} for lang, own in names.items()})


def language() -> str:
    """The language of the page that is being made."""
    lang = get_locale()
    return lang if lang in LANGUAGES else FIRST


def word(key: str, **values: object) -> str:
    """Say one of the desk's own messages, in Vietnamese where the language lacks it."""
    lang = language()
    said = _role_names.get(lang, {}).get(key) or words(lang).get(key) or words(FIRST)[key]
    return said.format_map(values) if values else said


def told(key: str) -> str | None:
    """A message that workers know, or None: the label of a field, a choice, a kind."""
    return messages(language()).get(key)
