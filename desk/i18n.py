"""Vietnamese (and later Khmer) for starlette-admin, which brings neither: ``python -m desk.i18n`` compiles them."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from starlette_admin import i18n

FOLDER = Path(__file__).with_name("translations")
FIRST = "vi"


def compile_catalogues() -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` where it is missing or older; returns all of them."""
    return [_compile(po) for po in sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))]


def _compile(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source, locale=po.parents[1].name, domain=po.stem))
    return mo


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
    return found


if __name__ == "__main__":
    compile_catalogues()
