"""The staff's web desk, put together on starlette-admin."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route
from starlette_admin.base import BaseAdmin
from starlette_admin.i18n import I18nConfig

from content.zalo_prices import Terms
from db.files import FileStore
from db.seal import Seal
from desk.again import LogInAgain
from desk.alarms import AlarmBar
from desk.assisted import AssistedPage
from desk.audit import AuditPage
from desk.broadcast import BroadcastPage
from desk.broadcast_calls import BroadcastCallsPage
from desk.broadcasts import BroadcastsPage
from desk.case_actions import CasePage
from desk.cases import CasesPage
from desk.confirm import ConfirmPage, MustProve
from desk.csrf import DeskCSRF
from desk.desk import Desk
from desk.facts import FactsPage
from desk.fair import FairPage, FairsPage
from desk.hamlets import HamletsPage
from desk.headers import SecurityHeaders
from desk.help_requests import HelpPage
from desk.home import HomePage
from desk.i18n import FIRST, install
from desk.licences import LicencesPage
from desk.login import DeskLogin
from desk.made_files import FilesPage
from desk.me import MePage
from desk.monthly import MonthlyPage
from desk.notice import NoticePage
from desk.notice_answers import NoticeAnswersPage
from desk.notice_files import NoticeFilesPage
from desk.notices import NoticesPage
from desk.password import MustChange, PasswordPage
from desk.people_import import ImportPage
from desk.person import PersonPage
from desk.reach import ReachPage
from desk.registrations import RegistrationsPage
from desk.reports import ReportsPage
from desk.saved_filters import SavedFiltersPage
from desk.search import SearchPage
from desk.second import SecondPage
from desk.setup import SetupPage
from desk.staff import StaffPage
from desk.taking_away import CasesTakePage, RegistrationsTakePage
from desk.targets import TargetsPage
from desk.theme import DeskTheme
from desk.twins import TwinsPage
from desk.unfinished import UnfinishedPage
from desk.words import call_roles, word
from desk.workload import WorkloadPage
from desk.zalo import ZaloPage

log = logging.getLogger(__name__)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_TEMPLATES = Path(__file__).with_name("templates")


PAGES = (
    CasesTakePage,
    CasesPage,
    AssistedPage,
    RegistrationsTakePage,
    RegistrationsPage,
    PersonPage,
    CasePage,
    SavedFiltersPage,
    SearchPage,
    HelpPage,
    TwinsPage,
    ImportPage,
    FilesPage,
    UnfinishedPage,
    NoticesPage,
    NoticeFilesPage,
    NoticeAnswersPage,
    NoticePage,
    BroadcastsPage,
    BroadcastCallsPage,
    BroadcastPage,
    FairsPage,
    FairPage,
    MonthlyPage,
    ReportsPage,
    WorkloadPage,
    TargetsPage,
    FactsPage,
    LicencesPage,
    SetupPage,
    HamletsPage,
    StaffPage,
    ReachPage,
    ZaloPage,
    AuditPage,
    MePage,
    SecondPage,
    ConfirmPage,
    PasswordPage,
)
"""In the order of the menu; a page under another's address stands before it."""


class DeskAdmin(BaseAdmin):
    """starlette-admin with the desk's log-in, refusals and pages; ``mount_to`` puts it into the application."""

    def mount_to(self, app: Starlette) -> None:
        """Mount under ``/desk``."""
        super().mount_to(app)
        self.app.router.routes[:] = [route for route in self.app.router.routes if not _is_of_models(route)]
        self.app.add_exception_handler(Exception, _failed)

    def _init_csrf(self) -> None:
        assert self.secret_key is not None, "make_desk gives one"
        self.middlewares.append(Middleware(DeskCSRF, secret_key=self.secret_key, refuse=self._refuse_form))

    def _init_auth(self) -> None:
        assert isinstance(self.auth_provider, DeskLogin)
        again = Middleware(LogInAgain, login=self.auth_provider, render=self._template_response)
        self.middlewares.append(again)
        super()._init_auth()
        self.middlewares.append(Middleware(MustChange))
        assert isinstance(self.index_view, HomePage)
        self.middlewares.append(Middleware(MustProve, desk=self.index_view.desk))
        self.middlewares.append(Middleware(AlarmBar, engine=self.index_view.desk.engine))

    async def _refuse_form(self, request: Request) -> Response:
        return await self._render_error(request, HTTPException(403, "form"))


def _is_of_models(route: BaseRoute) -> bool:
    """One of starlette-admin's routes for its own model views and files, of which the desk has none."""
    return isinstance(route, Route) and ("{key}" in route.path or route.path.startswith("/_files/"))


async def _failed(_: Request, error: Exception) -> Response:
    """The last resort: the details are for the log, the page says what to do."""
    if not isinstance(error, HTTPException):  # one of those was answered further out, as a body that is too large
        log.error("A page of the desk failed", exc_info=error)
    page = (
        f"<!doctype html><html lang=vi><meta charset=utf-8><title>{word('error.title')}</title><p>{word('error.500')}"
    )
    return HTMLResponse(page, status_code=500, headers={"cache-control": "no-store"})


def make_desk(
    engine: AsyncEngine,
    seal: Seal,
    files: FileStore,
    *,
    secret: str,
    clock: Callable[[], datetime],
    title: dict[str, str],
    secure: bool,
    zone: ZoneInfo = ZONE,
    channels: Sequence[str] = ("web",),
    zalo: Terms | None = None,
    second_person_above: int = 200,
    promise: Callable[[datetime], date] | None = None,
    role_names: Mapping[str, Mapping[str, str]] | None = None,
    second_roles: Collection[str] = (),
    second_grace: timedelta = timedelta(days=7),
) -> DeskAdmin:
    """Build the desk; ``title`` and ``role_names`` are the office's by language, ``secure`` is for https only."""
    install()
    call_roles(role_names or {})
    desk = Desk(
        engine,
        seal,
        files,
        clock,
        zone,
        secure,
        title,
        tuple(channels),
        zalo,
        second_person_above,
        frozenset(second_roles),
        second_grace,
        promise,
    )
    admin = DeskAdmin(
        title=title[FIRST],
        base_url="/desk",
        route_name="desk",
        templates_dir=str(_TEMPLATES),
        index_view=HomePage(desk),
        theme=DeskTheme(),
        auth_provider=DeskLogin(desk),
        secret_key=secret,
        middlewares=[Middleware(SecurityHeaders, secure=secure)],
        i18n_config=I18nConfig(default_locale=FIRST, language_header_name=None),
        timezone_config=None,
    )
    for view in PAGES:
        admin.add_view(view(desk))
    return admin
