"""Who may log in: adding staff, new one-time passwords, shutting an account; for administrators."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.staff import ROLES, Staff, StaffSession
from db.staff_accounts import StaffError, add_staff, places_of, reset_password
from desk.access import EVERYWHERE, LOCAL
from desk.page import Page, form_text, go, number_of, say, viewer_at
from desk.record import note

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,29}")


class StaffPage(Page):
    """The accounts, and a form for a new one."""

    path = "/staff"
    menu = "menu.staff"
    only_administrator = True

    @route("", name="staff")
    async def index(self, request: Request) -> Response:
        """Show the accounts."""
        return await self._show(request)

    @route("/add", methods=["POST"], name="staff-add")
    async def add(self, request: Request) -> Response:
        """Make an account; its one-time password is shown on the answer to this very request and nowhere else."""
        login, name, role, place = await form_text(request, "login", "name", "role", "place", longest=80)
        login = login.lower()
        place_id = number_of(place) if role not in EVERYWHERE else None
        given = {"login": login, "name": name, "role": role, "place": place_id}
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        if wrong := _fault(login, name, role, place_id, known=place_id is None or place_id in book.units):
            return await self._show(request, wrong=wrong, given=given)
        try:
            password = await add_staff(self.desk.engine, login, name, role, place_id=place_id)
        except StaffError:
            return await self._show(request, wrong="staff.taken", given=given)
        return await self._made(request, login, password, "staff_add")

    @route("/reset", methods=["POST"], name="staff-reset")
    async def reset(self, request: Request) -> Response:
        """Give a new one-time password; the account's sessions end."""
        async with self.desk.session() as session:
            staff = await _account(session, request)
        password = await reset_password(self.desk.engine, staff.login)
        return await self._made(request, staff.login, password, "staff_reset")

    @route("/disable", methods=["POST"], name="staff-disable")
    async def disable(self, request: Request) -> Response:
        """Shut an account, ending its sessions, or open it again; one's own stays open."""
        viewer, now = viewer_at(request), self.desk.clock()
        (again,) = await form_text(request, "again")
        async with self.desk.session() as session:
            staff = await _account(session, request)
            if staff.id == viewer.id:
                say(request, "staff.own", "error")
                return go(request, "/staff")
            staff.disabled_at = None if again else now
            await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
            action = "staff_enable" if again else "staff_disable"
            note(session, viewer, now, action, "staff", staff.id, login=staff.login)
        say(request, f"staff.{'opened' if again else 'shut'}", login=staff.login)
        return go(request, "/staff")

    async def _made(self, request: Request, login: str, password: str, action: str) -> Response:
        async with self.desk.session() as session:
            number = await session.scalar(select(Staff.id).where(Staff.login == login))
            note(session, viewer_at(request), self.desk.clock(), action, "staff", number, login=login)
        return await self._show(request, login=login, password=password)

    async def _show(self, request: Request, wrong: str | None = None, **context: Any) -> Response:
        async with self.desk.session() as session:
            accounts: Sequence[Staff] = (
                await session.scalars(select(Staff).order_by(Staff.disabled_at.nulls_first(), Staff.login))
            ).all()
            book, places = await self.desk.book(session), await places_of(session)
        context |= {"accounts": accounts, "book": book, "places": places, "roles": ROLES, "wrong": wrong}
        response = self.render(request, "staff.html", **context)
        response.status_code = 422 if wrong else 200
        return response


async def _account(session: AsyncSession, request: Request) -> Staff:
    (given,) = await form_text(request, "id")
    number = number_of(given)
    staff = await session.get(Staff, number) if number is not None else None
    if staff is None:
        raise HTTPException(404)
    return staff


def _fault(login: str, name: str, role: str, place_id: int | None, *, known: bool) -> str | None:
    """The word for what is wrong with a new account, or None."""
    if not _LOGIN.fullmatch(login):
        return "staff.login_wrong"
    if len(name) < 2:
        return "staff.name_wrong"
    if role not in ROLES:
        return "staff.role_wrong"
    if not known or (role in LOCAL and place_id is None):
        return "staff.place_wrong"
    return None
