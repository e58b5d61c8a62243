"""One's own account: the language of the desk, and the chats where alerts arrive."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.catalogue import LANGUAGES
from db.officers import chats_of, new_code, unlink
from db.second_factor import factor_of
from db.staff import Staff
from desk.page import Page, form_text, go, number_of, say, viewer_at
from desk.record import note
from desk.second_chat import safe_chats


class MePage(Page):
    """What everybody sets for themselves."""

    path = "/me"

    @route("", name="me")
    async def index(self, request: Request) -> Response:
        """Show it."""
        return await self._show(request)

    @route("/language", methods=["POST"], name="me-language")
    async def set_language(self, request: Request) -> Response:
        """Choose the desk's language."""
        (lang,) = await form_text(request, "lang")
        if lang not in LANGUAGES:
            raise HTTPException(404)
        async with self.desk.session() as session:
            staff = await session.get_one(Staff, viewer_at(request).id)
            staff.lang = lang
        return go(request, "/me")

    @route("/code", methods=["POST"], name="me-code")
    async def make_code(self, request: Request) -> Response:
        """Make a one-time code that links a chat; it is shown on this answer and nowhere else."""
        viewer, now = viewer_at(request), self.desk.clock()
        async with self.desk.session() as session:
            code = await new_code(session, viewer.id, now)
            note(session, viewer, now, "link_code", "staff", viewer.id)
        return await self._show(request, code)

    @route("/unlink", methods=["POST"], name="me-unlink")
    async def unlink(self, request: Request) -> Response:
        """Take a chat away: nothing is sent there any more."""
        viewer, now = viewer_at(request), self.desk.clock()
        (number,) = await form_text(request, "id")
        async with self.desk.session() as session:
            if await self._is_last_for_codes(session, viewer.id, number_of(number) or 0):
                say(request, "second.last_chat", "error")
                return go(request, "/second")
            if not await unlink(session, viewer.id, number_of(number) or 0):
                raise HTTPException(404)
            note(session, viewer, now, "unlink_chat", "staff", viewer.id)
        say(request, "me.unlinked")
        return go(request, "/me")

    async def _is_last_for_codes(self, session: AsyncSession, staff_id: int, identity_id: int) -> bool:
        """Whether codes of the log-in could go nowhere without this chat."""
        factor = await factor_of(session, staff_id)
        if factor is None or factor.chat_since is None:
            return False
        return [chat.id for chat in await safe_chats(session, staff_id, self.desk.channels)] == [identity_id]

    async def _show(self, request: Request, code: str = "") -> Response:
        async with self.desk.session() as session:
            chats = await chats_of(session, viewer_at(request).id)
        return self.render(request, "me.html", chats=chats, code=code, languages=LANGUAGES)
