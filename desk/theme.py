"""The desk's look on top of starlette-admin: its own page frame, with nothing fetched from elsewhere."""

from typing import Any, ClassVar

from starlette.requests import Request
from starlette_admin.theme import BaseTheme, CoreIcons, IconSet, TablerSettings

from desk.words import told, word


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
        return {"t": word, "told": told, "at": address}


def address(request: Request, path: str) -> str:
    """The path as the browser must ask for it, wherever the desk is mounted."""
    root: str = request.scope.get("root_path", "")
    return f"{root}{path}"
