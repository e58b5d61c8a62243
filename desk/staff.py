"""Who may log in: adding staff, new one-time passwords, shutting an account; for administrators."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content import login_words
from content.catalogue import LANGUAGES
from db.handovers import ask_handover
from db.officers import chats_of, unlink
from db.second_factor import factor_of, forget_factor
from db.staff import ROLES, Staff
from db.staff_accounts import StaffError, add_staff, end_sessions, places_of, reset_password, set_places
from desk.access import EVERYWHERE, LOCAL
from desk.page import Page, form_text, go, number_at, number_of, say, viewer_at
from desk.record import note
from desk.second_chat import tell_chats

_NO_PLACE = 0
"""No unit has this number: what can be none is told like a place that is not there."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,29}")


class StaffPage(Page):
    """The accounts, and a form for a new one."""

    path = "/staff"
    menu = "menu.staff"
    seldom = True
    only_administrator = True

    @route("", name="staff")
    async def index(self, request: Request) -> Response:
        """Show the accounts."""
        return await self._show(request)

    @route("/add", methods=["POST"], name="staff-add")
    async def add(self, request: Request) -> Response:
        """Make an account; its one-time password is shown on the answer to this very request and nowhere else."""
        login, name, role, lang = await form_text(request, "login", "name", "role", "lang", longest=80)
        login, places = login.lower(), await _places(request, role)
        given = {"login": login, "name": name, "role": role, "places": places, "lang": lang}
        async with self.desk.session() as session:
            book = await self.desk.book(session)
        if wrong := _fault(login, name, role, places, known=all(place in book.units for place in places)):
            return await self._show(request, wrong=wrong, given=given)
        try:
            password = await add_staff(self.desk.engine, login, name, role, places=places, lang=_lang(lang))
        except StaffError:
            return await self._show(request, wrong="staff.taken", given=given)
        return await self._made(request, login, password, "staff_add")

    @route("/{id}", name="staff-one")
    async def one(self, request: Request) -> Response:
        """One account: what may be changed of it, and its chats."""
        async with self.desk.session() as session:
            staff = await _by_number(session, number_at(request, "id"))
            book, places = await self.desk.book(session), await places_of(session)
            chats, factor = await chats_of(session, staff.id), await factor_of(session, staff.id)
        context = {"account": staff, "own": places.get(staff.id, []), "chats": chats, "roles": ROLES}
        context |= {"book": book, "hamlets": book.hamlets(viewer_at(request).bounds), "languages": LANGUAGES}
        context["has_second"] = factor is not None and factor.is_in_force
        return self.render(request, "staff_one.html", **context)

    @route("/{id}/edit", methods=["POST"], name="staff-edit")
    async def edit(self, request: Request) -> Response:
        """Change name, role, places and language; the next page that the person opens goes by them."""
        viewer, now = viewer_at(request), self.desk.clock()
        name, role, lang = await form_text(request, "name", "role", "lang", longest=80)
        places = await _places(request, role)
        async with self.desk.session() as session:
            staff = await _by_number(session, number_at(request, "id"))
            book, before = await self.desk.book(session), await places_of(session)
            wrong = _fault(staff.login, name, role, places, known=all(place in book.units for place in places))
            if staff.id == viewer.id and role != staff.role:
                wrong = "staff.own_role"
            if wrong:
                say(request, wrong, "error")
                return go(request, f"/staff/{staff.id}")
            was = {"role": staff.role, "places": [book.name(place) for place in before.get(staff.id, [])]}
            staff.name, staff.role, staff.lang = name, role, _lang(lang)
            await set_places(session, staff.id, places)
            new = {"role": role, "places": [book.name(place) for place in places]}
            await ask_handover(session, viewer, staff.id, now)
            note(session, viewer, now, "staff_edit", "staff", staff.id, login=staff.login, was=was, new=new)
        say(request, "staff.changed", login=staff.login)
        say(request, "staff.handover", login=staff.login)
        return go(request, "/staff")

    @route("/{id}/unlink", methods=["POST"], name="staff-unlink")
    async def unlink(self, request: Request) -> Response:
        """Take a chat away from somebody: a lost phone gets no more alerts."""
        viewer, now = viewer_at(request), self.desk.clock()
        (chat,) = await form_text(request, "id")
        async with self.desk.session() as session:
            staff = await _by_number(session, number_at(request, "id"))
            if not await unlink(session, staff.id, number_of(chat) or 0):
                raise HTTPException(404)
            note(session, viewer, now, "unlink_chat", "staff", staff.id, login=staff.login)
        say(request, "me.unlinked")
        return go(request, f"/staff/{staff.id}")

    @route("/{id}/second", methods=["POST"], name="staff-second")
    async def reset_second(self, request: Request) -> Response:
        """Take somebody's second step away, who lost their phone; they are told, and their sessions end."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            staff = await _by_number(session, number_at(request, "id"))
            if staff.id == viewer.id or not await forget_factor(session, staff.id):
                raise HTTPException(404)
            await end_sessions(session, staff.id)
            await tell_chats(session, staff, login_words.RESET, now)
            note(session, viewer, now, "second_reset", "staff", staff.id, login=staff.login)
        say(request, "second.was_reset", login=staff.login)
        return go(request, f"/staff/{staff.id}")

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
            await ask_handover(session, viewer, staff.id, now)
            await end_sessions(session, staff.id)
            action = "staff_enable" if again else "staff_disable"
            note(session, viewer, now, action, "staff", staff.id, login=staff.login)
        say(request, f"staff.{'opened' if again else 'shut'}", login=staff.login)
        if not again:
            say(request, "staff.handover", login=staff.login)
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
        context |= {"hamlets": book.hamlets(viewer_at(request).bounds), "languages": LANGUAGES}
        response = self.render(request, "staff.html", **context)
        response.status_code = 422 if wrong else 200
        return response


async def _account(session: AsyncSession, request: Request) -> Staff:
    (given,) = await form_text(request, "id")
    number = number_of(given)
    if number is None:
        raise HTTPException(404)
    return await _by_number(session, number)


async def _by_number(session: AsyncSession, number: int) -> Staff:
    staff = await session.get(Staff, number)
    if staff is None:
        raise HTTPException(404)
    return staff


async def _places(request: Request, role: str) -> list[int]:
    """The places that were chosen; roles of the whole district have none."""
    form = await request.form(max_files=0, max_fields=500)
    given = [number_of(value) if isinstance(value, str) else None for value in form.getlist("place") if value]
    return [] if role in EVERYWHERE else [_NO_PLACE if number is None else number for number in given]


def _lang(lang: str) -> str:
    return lang if lang in LANGUAGES else LANGUAGES[0]


def _fault(login: str, name: str, role: str, places: Sequence[int], *, known: bool) -> str | None:
    """The word for what is wrong with a new account, or None."""
    if not _LOGIN.fullmatch(login):
        return "staff.login_wrong"
    if len(name) < 2:
        return "staff.name_wrong"
    if role not in ROLES:
        return "staff.role_wrong"
    if not known or (role in LOCAL and not places):
        return "staff.place_wrong"
    return None
