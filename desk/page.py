"""A page of the desk: a starlette-admin view that knows who is looking and checks that they may."""

from datetime import datetime
from typing import Any, ClassVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette_admin import CustomView
from starlette_admin.auth import AdminUser
from starlette_admin.flash import flash

from db.staff_accounts import LogIn
from desk.access import Viewer
from desk.desk import Desk
from desk.theme import address
from desk.words import word

_ID_DIGITS = 18
"""More than any record has, and still a number for PostgreSQL."""


class DeskUser(AdminUser):
    """A log-in as starlette-admin wants it, with the viewer inside."""

    def __init__(self, viewer: Viewer, login: LogIn, ask_by: str | None = None, *, is_late: bool = False) -> None:
        super().__init__(username=viewer.name)
        self.viewer = viewer
        self.login = login
        self.ask_by = ask_by
        """The day by which they must set up a second step; None when nothing is asked of them."""
        self.is_late = is_late
        """Whether that day has passed."""


def user_at(request: Request) -> DeskUser:
    """The log-in; the authentication middleware has made sure that there is one."""
    user = request.state.admin_user
    assert isinstance(user, DeskUser)
    return user


def viewer_at(request: Request) -> Viewer:
    """Who is logged in."""
    return user_at(request).viewer


class Page(CustomView):
    """A view with the desk's tools; ``menu`` is the word under which the menu shows it."""

    menu: ClassVar[str | None] = None
    seldom: ClassVar[bool] = False
    """Whether the menu shows it among the things that are set up once, or looked at now and then."""
    first: ClassVar[bool] = False
    """Whether the menu shows it at once on a phone, too, where the other pages are folded away."""
    only_administrator: ClassVar[bool] = False

    def __init__(self, desk: Desk) -> None:
        super().__init__(menu_label=self.menu or "", add_to_menu=self.menu is not None)
        self.desk = desk

    def is_accessible(self, request: Request) -> bool:
        """Whether this page is theirs to open."""
        return not self.only_administrator or viewer_at(request).is_administrator

    def is_active(self, request: Request) -> bool:
        """Whether the menu marks this page as the one that is open."""
        own = request.scope["path"].removeprefix(request.scope["root_path"])
        return own == self.path or (self.path != "/" and own.startswith(f"{self.path}/"))

    def render(self, request: Request, template: str, **context: Any) -> Response:
        """Make the page."""
        assert self._admin is not None, "the view is added before it is asked"
        context |= {"viewer": viewer_at(request), "show": Shown(self.desk)}
        response: Response = self._admin._template_response(request, template, context)
        return response


class Shown:
    """Moments as the office writes them, for templates."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def day(self, moment: datetime | None) -> str:
        """24/11/2026."""
        return f"{self._desk.local(moment):%d/%m/%Y}" if moment else ""

    def written(self, moment: str) -> str:
        """A moment that the record keeps as text."""
        return self.moment(datetime.fromisoformat(moment)) if moment else ""

    def moment(self, moment: datetime | None) -> str:
        """09:30 24/11/2026."""
        return f"{self._desk.local(moment):%H:%M %d/%m/%Y}" if moment else ""


def go(request: Request, path: str) -> Response:
    """Show another page of the desk after a change."""
    return RedirectResponse(address(request, path), status_code=303)


def say(request: Request, key: str, category: str = "success", **values: object) -> None:
    """Tell the person something on the page that comes next."""
    flash(request, word(key, **values), category)


def demand(allowed: bool) -> None:
    """Stop with "this is not yours to do" unless allowed."""
    if not allowed:
        raise HTTPException(403)


def number_of(words: str) -> int | None:
    """The number of a record, read from what a browser sent; None when it can be none."""
    return int(words) if words.isascii() and words.isdigit() and len(words) <= _ID_DIGITS else None


def number_at(request: Request, name: str) -> int:
    """The number in the page's address; what can be none is as good as a record that is not there."""
    number = number_of(request.path_params[name])
    if number is None:
        raise HTTPException(404)
    return number


async def form_text(request: Request, *names: str, longest: int = 300) -> list[str]:
    """Words from the form that was sent, trimmed; a missing one is empty."""
    return [value.strip() for value in await form_secrets(request, *names, longest=longest)]


async def form_secrets(request: Request, *names: str, longest: int) -> list[str]:
    """The same untrimmed, for passwords: a space is a sign like any other. PostgreSQL keeps no NUL in a text."""
    form = await request.form(max_files=0, max_fields=500)
    values = (form.get(name) for name in names)
    return [value.replace("\0", "")[:longest] if isinstance(value, str) else "" for value in values]
