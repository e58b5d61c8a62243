"""Compiles the message catalogues: ``python -m content.compile``."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from content.catalogue import HERE, LANGUAGES


def compile_folder(folder: Path) -> list[Path]:
    """Write the ``.mo`` beside each ``.po`` where it is missing or older, and drop those whose ``.po`` is gone."""
    for mo in folder.glob("*.mo"):
        if not mo.with_suffix(".po").exists():
            mo.unlink(missing_ok=True)
    return [_compile(po) for po in sorted(folder.glob("*.po"))]


def _compile(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
        # several processes may do this at once, and another may be reading: a file is there whole or not at all
        whole = mo.with_suffix(f".{os.getpid()}")
        with po.open("rb") as source, whole.open("wb") as target:
            write_mo(target, read_po(source, locale=po.parents[1].name, domain=po.stem))
        whole.replace(mo)
    return mo


def main() -> None:
    """Compile every language's messages; the desk's own are compiled by ``desk.i18n``."""
    for lang in LANGUAGES:
        compile_folder(HERE / lang / "LC_MESSAGES")


if __name__ == "__main__":
    main()
