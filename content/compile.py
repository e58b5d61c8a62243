"""Compiles the message catalogues: ``python -m content.compile``."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from content.catalogue import DOMAIN, HERE, LANGUAGES


def compile_catalogue(po: Path) -> Path:
    """Write the ``.mo`` beside a ``.po`` when it is missing or older."""
    mo = po.with_suffix(".mo")
    if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
        with po.open("rb") as source, mo.open("wb") as target:
            write_mo(target, read_po(source, locale=po.parents[1].name, domain=po.stem))
    return mo


def main() -> None:
    """Compile every language's messages, the desk's among them."""
    for lang in LANGUAGES:
        compile_catalogue(HERE / lang / "LC_MESSAGES" / f"{DOMAIN}.po")


if __name__ == "__main__":
    main()
