"""The Official Account at the desk: its log-in, money, templates, and who can be reached for how much."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from content.zalo_prices import Terms, prices
from db.alarms import open_alarms
from db.audiences import Audience
from db.messages import Outgoing
from db.recipients import read
from db.zalo_account import account_state, want_reading
from db.zalo_budget import taken_in
from db.zalo_inbox import ZaloEvent
from db.zalo_templates import PURPOSES, STATES, VALUES, ZaloTemplate, is_value
from db.zalo_tokens import token_state
from desk.access import EVERYWHERE
from desk.page import Page, demand, form_text, go, say, viewer_at
from desk.record import note
from desk.zalo_costs import Costs, costs_of

LONGEST = 2000


class ZaloPage(Page):
    """One page: what works, what it costs, and the templates."""

    path = "/zalo"
    menu = "menu.zalo"
    seldom = True

    def is_accessible(self, request: Request) -> bool:
        """The district's staff."""
        return viewer_at(request).role in EVERYWHERE

    @route("", name="zalo")
    async def index(self, request: Request) -> Response:
        """Show it; the whole audience is counted when asked, since that reads everybody."""
        viewer, now = viewer_at(request), self.desk.clock()
        wanted = "count" in request.query_params
        async with self.desk.session() as session:
            connection = await session.connection()
            facts = await self._facts(connection, now)
            costs = await self._costs(connection, now) if wanted else None
            templates = list(await session.scalars(select(ZaloTemplate).order_by(ZaloTemplate.template_id)))
            note(session, viewer, now, "view", "zalo")
        words = {"purposes": PURPOSES, "states": STATES, "values": VALUES}
        return self.render(request, "zalo.html", templates=templates, costs=costs, **facts, **words)

    async def _facts(self, connection: AsyncConnection, now: datetime) -> dict[str, Any]:
        terms, local = self._terms(), self.desk.local(now).date()
        waiting = select(func.count()).select_from(ZaloEvent).where(ZaloEvent.done_at.is_(None))
        owed = select(func.count()).select_from(Outgoing).where(Outgoing.channel == "zalo_oa")
        return {
            "terms": terms,
            "prices": prices(),
            "token": await token_state(connection),
            "taken": await taken_in(connection, local),
            "account": await account_state(connection),
            "alarms": await open_alarms(connection),
            "waiting": await connection.scalar(waiting),
            "owed": await connection.scalar(owed.where(Outgoing.sent_at.is_(None))),
            "now": now,
        }

    async def _costs(self, connection: AsyncConnection, now: datetime) -> Costs:
        reading = await read(connection, Audience(), self.desk.channels, now)
        return await costs_of(connection, reading, self._terms(), now)

    def _terms(self) -> Terms:
        return self.desk.zalo or Terms(0, "growth", self.desk.zone, is_on=False)

    @route("/read", methods=["POST"], name="zalo-read")
    async def read(self, request: Request) -> Response:
        """Have the plan and the templates read from Zalo; the process that leads does it within a minute."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.is_administrator)
        async with self.desk.session() as session:
            asked = await want_reading(await session.connection(), now)
            note(session, viewer, now, "zalo_read", "zalo")
        say(request, "zalo.read_wanted" if asked else "zalo.never", "success" if asked else "error")
        return go(request, "/zalo")

    @route("/template", methods=["POST"], name="zalo-template")
    async def keep(self, request: Request) -> Response:
        """Register a template, or change what it stands for."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.is_administrator)
        number, name, purpose, lang, state = await form_text(request, "id", "name", "purpose", "lang", "state")
        (lines,) = await form_text(request, "fields", longest=LONGEST)
        fields = read_fields(lines)
        if not (number.isdecimal() and name and fields is not None and state in STATES):
            say(request, "zalo.template_wrong", "error")
            return go(request, "/zalo")
        values = {"name": name, "fields": fields, "state": state, "checked_at": now}
        values |= {"purpose": purpose if purpose in PURPOSES else None, "lang": lang if lang in ("vi", "km") else None}
        async with self.desk.session() as session:
            await _keep(session, number, values)
            note(session, viewer, now, "zalo_template", "zalo_template", int(number), state=state)
        say(request, "zalo.template_kept")
        return go(request, "/zalo")

    @route("/template/drop", methods=["POST"], name="zalo-template-drop")
    async def drop(self, request: Request) -> Response:
        """Forget a template."""
        viewer = viewer_at(request)
        demand(viewer.is_administrator)
        (number,) = await form_text(request, "id")
        async with self.desk.session() as session:
            await session.execute(delete(ZaloTemplate).where(ZaloTemplate.template_id == number))
            note(session, viewer, self.desk.clock(), "zalo_template", "zalo_template", dropped=number[:20])
        say(request, "zalo.template_dropped")
        return go(request, "/zalo")


async def _keep(session: AsyncSession, number: str, values: dict[str, Any]) -> None:
    """Write it; one purpose has one template a language, so another that stood for it stands for nothing now."""
    same = "UPDATE zalo_template SET purpose = NULL WHERE purpose = :purpose AND lang IS NOT DISTINCT FROM :lang"
    await session.execute(
        text(f"{same} AND template_id <> :id"),
        {"purpose": values["purpose"], "lang": values["lang"], "id": number},
    )
    row = insert(ZaloTemplate).values(template_id=number, **values)
    await session.execute(row.on_conflict_do_update(index_elements=["template_id"], set_=values))


def read_fields(lines: str) -> dict[str, str] | None:
    """``parameter = value`` a line, the value one of ours (``title``, ``title:30``); None where a line is not so."""
    fields: dict[str, str] = {}
    for line in lines.splitlines():
        if not line.strip():
            continue
        name, equals, value = (part.strip() for part in line.partition("="))
        if not equals or not name or not is_value(value):
            return None
        fields[name] = value
    return fields
