"""One's own second step: setting it up with an app or a linked chat, its codes on paper, and taking it away."""

from collections.abc import Sequence
from typing import Any

import segno
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content import login_words
from db.second_factor import (
    SecondFactor,
    codes_left,
    factor_for,
    factor_of,
    forget_factor,
    new_recovery_codes,
    use_chat_code,
)
from db.staff import Staff
from db.staff_accounts import end_sessions
from desk.page import Page, form_text, go, say, user_at, viewer_at
from desk.record import note
from desk.second_chat import safe_chats, send_code, tell_chats
from desk.second_proof import LONGEST, app_step, plain
from desk.totp import app_address, new_secret

_FOUR = 4


class SecondPage(Page):
    """What one has, and the two ways to have it; every form here asks for a fresh proof of who one is."""

    path = "/second"

    @route("", name="second")
    async def index(self, request: Request) -> Response:
        """Show it."""
        return await self._show(request)

    @route("/app", methods=["POST"], name="second-app")
    async def begin_app(self, request: Request) -> Response:
        """Make a secret for an app and show it; nothing is in force yet."""
        async with self.desk.session() as session:
            factor = await factor_for(session, viewer_at(request).id)
            if factor.app_since is not None:
                raise HTTPException(404)
            factor.secret = self.desk.seal.close(new_secret().encode())
        return await self._show(request, step="app")

    @route("/app/confirm", methods=["POST"], name="second-app-confirm")
    async def confirm_app(self, request: Request) -> Response:
        """The app is in force from its first right code on."""
        now = self.desk.clock()
        (words,) = await form_text(request, "code", longest=LONGEST)
        async with self.desk.session() as session:
            factor = await factor_for(session, viewer_at(request).id)
            if factor.secret is None or factor.app_since is not None:
                raise HTTPException(404)
            step = app_step(self.desk.seal, factor, plain(words), now)
            if step is not None:
                factor.app_since, factor.used_step = now, step
                codes = await self._set_up(request, session, factor, "app")
        if step is None:
            return await self._show(request, step="app", wrong="second.wrong")
        return await self._done(request, codes)

    @route("/chat", methods=["POST"], name="second-chat")
    async def begin_chat(self, request: Request) -> Response:
        """Send a code to one's linked chats."""
        user, now = user_at(request), self.desk.clock()
        async with self.desk.session() as session:
            staff = await session.get_one(Staff, user.viewer.id)
            factor = await factor_for(session, staff.id)
            known = user.login.token_hash, self.desk.channels, now
            wrong = await send_code(session, self.desk.seal, staff, factor, *known)
            note(session, user.viewer, now, "second_send", "staff", staff.id, sent=wrong is None)
        return await self._show(request, step="" if wrong == "second.no_chat" else "chat", wrong=wrong)

    @route("/chat/confirm", methods=["POST"], name="second-chat-confirm")
    async def confirm_chat(self, request: Request) -> Response:
        """Codes by chat are in force once one has arrived."""
        user, now = user_at(request), self.desk.clock()
        (words,) = await form_text(request, "code", longest=LONGEST)
        async with self.desk.session() as session:
            factor = await factor_for(session, user.viewer.id)
            mine = user.viewer.id, user.login.token_hash, plain(words), now
            fits = await use_chat_code(session, self.desk.seal, *mine)
            if fits:
                factor.chat_since = now
                codes = await self._set_up(request, session, factor, "chat")
        if not fits:
            return await self._show(request, step="chat", wrong="second.wrong")
        return await self._done(request, codes)

    @route("/codes", methods=["POST"], name="second-codes")
    async def make_codes(self, request: Request) -> Response:
        """New codes on paper; the old ones are worth nothing from now on."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            factor = await factor_of(session, viewer.id, lock=True)
            if factor is None or not factor.is_in_force:
                raise HTTPException(404)
            codes = await new_recovery_codes(session, self.desk.seal, viewer.id)
            note(session, viewer, now, "second_codes", "staff", viewer.id)
        return await self._show(request, codes=codes)

    @route("/drop", methods=["POST"], name="second-drop")
    async def drop(self, request: Request) -> Response:
        """Take one of the ways away; with the last one everything goes."""
        viewer, now = viewer_at(request), self.desk.clock()
        (way,) = await form_text(request, "way")
        async with self.desk.session() as session:
            factor = await factor_of(session, viewer.id, lock=True)
            if factor is None or way not in ("app", "chat"):
                raise HTTPException(404)
            if way == "app":
                factor.secret = factor.app_since = None
            else:
                factor.chat_since = None
            await session.flush()
            if not factor.is_in_force:
                await forget_factor(session, viewer.id)
            note(session, viewer, now, "second_drop", "staff", viewer.id, way=way)
            await tell_chats(session, await session.get_one(Staff, viewer.id), login_words.DROPPED, now)
        say(request, "second.dropped")
        return go(request, "/second")

    async def _set_up(self, request: Request, session: AsyncSession, factor: SecondFactor, way: str) -> Sequence[str]:
        """What follows a proof that the way works; returns the codes on paper, where there are none yet."""
        user, now = user_at(request), self.desk.clock()
        factor.forgive()
        await end_sessions(session, user.viewer.id, but=user.login.token_hash)
        note(session, user.viewer, now, "second_set", "staff", user.viewer.id, way=way)
        await tell_chats(session, await session.get_one(Staff, user.viewer.id), login_words.SET_UP, now)
        if await codes_left(session, user.viewer.id):
            return ()
        return await new_recovery_codes(session, self.desk.seal, user.viewer.id)

    async def _done(self, request: Request, codes: Sequence[str]) -> Response:
        if codes:
            return await self._show(request, codes=codes)
        say(request, "second.is_set")
        return go(request, "/second")

    async def _show(
        self, request: Request, *, step: str = "", wrong: str | None = None, codes: Sequence[str] = ()
    ) -> Response:
        viewer = viewer_at(request)
        async with self.desk.session() as session:
            factor = await factor_of(session, viewer.id)
            context: dict[str, Any] = {"factor": factor, "left": await codes_left(session, viewer.id)}
            context["chats"] = await safe_chats(session, viewer.id, self.desk.channels)
        if step == "app" and factor is not None and factor.secret is not None:
            secret = self.desk.seal.open(factor.secret).decode()
            link = app_address(secret, viewer.login, self.desk.office)
            context["picture"] = segno.make(link, error="m").svg_data_uri(scale=5, border=3)
            context["secret"] = " ".join(secret[at : at + _FOUR] for at in range(0, len(secret), _FOUR))
        response = self.render(request, "second.html", step=step, wrong=wrong, codes=codes, **context)
        response.status_code = 422 if wrong else 200
        return response
