"""Vietnamese (and later Khmer) for starlette-admin, which brings neither: ``python -m desk.i18n`` compiles them."""

from pathlib import Path

from babel.support import Translations
from starlette_admin import i18n

from content.catalogue import LANGUAGES
from content.compile import compile_folder

FOLDER = Path(__file__).with_name("translations")
FIRST = "vi"


def compile_catalogues() -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` where it is missing or older; returns all of them."""
    return [mo for folder in sorted(FOLDER.glob("*/LC_MESSAGES")) for mo in compile_folder(folder)]


def install() -> list[str]:
    """Teach starlette-admin our languages; returns those that have its whole catalogue."""
    found = []
    for mo in sorted(FOLDER.glob("*/LC_MESSAGES/admin.mo")):
        lang = mo.parents[1].name
        with mo.open("rb") as source:
            i18n.translations[lang] = Translations(source, domain="admin")
        if lang not in i18n.SUPPORTED_LOCALES:
            i18n.SUPPORTED_LOCALES.append(lang)
        found.append(lang)
    if FIRST not in found:
        raise FileNotFoundError("admin.mo is missing: run `make setup`, which compiles the catalogues")
    for lang in LANGUAGES:
        if lang not in found:  # the frame's own words are few; until they are translated they are Vietnamese
            i18n.translations[lang] = i18n.translations[FIRST]
            i18n.SUPPORTED_LOCALES.append(lang)
    return found


if __name__ == "__main__":
    compile_catalogues()
