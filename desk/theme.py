"""The desk's look on top of starlette-admin: its own page frame, with nothing fetched from elsewhere."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import starlette_admin
from starlette.requests import Request
from starlette_admin.theme import BaseTheme, CoreIcons, IconSet, TablerSettings

from desk.words import told, word

_OWN = Path(__file__).with_name("static")


class DeskIcons(IconSet):
    """The names of starlette-admin's own set; the desk's pages say in words what they do, so no font is loaded."""

    icons: ClassVar[dict[str, str]] = CoreIcons.icons


class DeskTheme(BaseTheme):
    """Templates, style sheet and words under ``desk/``."""

    name = "desk"
    package = "desk"

    def get_icon_set(self) -> IconSet:
        """Icons by name."""
        return DeskIcons()

    def html_attrs(self, request: Request) -> dict[str, str]:
        """Tabler's palette."""
        return TablerSettings(base="slate", primary="blue", radius=0.5).html_attrs()

    def template_globals(self) -> dict[str, Any]:
        """Words, and addresses inside the desk."""
        return {"t": word, "told": told, "at": address, "static": static}


def static(request: Request, name: str) -> str:
    """A style sheet or script, under an address that changes with it: the browser asks for it once."""
    return f"{address(request, f'/static/{name}')}?v={_version()}"


@cache
def _version() -> str:
    digest = sha256(starlette_admin.__version__.encode())
    for file in sorted(_OWN.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def address(request: Request, path: str) -> str:
    """The path as the browser must ask for it, wherever the desk is mounted."""
    root: str = request.scope.get("root_path", "")
    return f"{root}{path}"
