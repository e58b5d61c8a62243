"""The record of who looked at, changed and took away what; for administrators."""

from pathlib import Path
from typing import Any

import orjson
from anyio.to_thread import run_sync
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.staff import AuditEntry
from desk.download import download
from desk.export import ROWS_LIMIT, Cell, Sheet
from desk.monthly_words import thousands
from desk.page import Page, demand, form_text, viewer_at
from desk.record import note
from desk.words import word

SIZE = 100
_BATCH = 1_000
_WIDTHS = {"moment": 18, "actor": 26, "action": 26, "subject": 22, "detail": 80}
ACTIONS = ("assign", "call", "note", "due", "escalate", "alert", "write", "talk_end", "hamlet", "hamlets", "rule",
           "rule_drop", "ready_answer", "ready_answer_drop", "link_code", "link_chat", "unlink_chat", "staff_edit",
           "view", "status", "undo", "export", "file_take", "open_file",
           "list", "help_done", "help_reopen", "login", "logout",
           "help_take", "help_leave", "help_hand_on",
           "password", "staff_add", "staff_reset", "staff_disable", "staff_enable", "erase",
           "zalo_template", "zalo_read", "notice_add", "notice_save", "notice_publish", "notice_cancel",
           "notice_file_add", "notice_file_drop", "fact_correct", "licences_upload", "licences_accept",
           "licences_discard", "target", "broadcast_add", "broadcast_save", "broadcast_count", "broadcast_rehearse",
           "audience_save", "broadcast_ask", "broadcast_refuse", "broadcast_release", "broadcast_pause",
           "broadcast_resume",
           "broadcast_cancel",
           "second_set", "second_drop", "second_codes", "second_reset", "second_wrong", "second_shut",
           "second_recovery", "second_send", "confirm",
           "fair_in", "fair_out", "fair_new", "meeting", "call_off", "call_undo", "assist", "import_look", "import",
           "merge", "unmerge", "twin_apart", "handover", "search")  # fmt: skip
SUBJECTS = ("registration", "staff", "help_request", "draft", "erasure", "notice", "broadcast", "audience", "fact",
            "fair", "licence_list", "monthly_list", "place", "reach", "ready_answer", "report", "target", "twin",
            "words", "worker", "workload", "zalo", "zalo_template")  # fmt: skip


class AuditPage(Page):
    """Entries, newest first; one action at a time if wanted."""

    path = "/audit"
    menu = "menu.audit"
    seldom = True
    only_administrator = True

    @route("", name="audit")
    async def index(self, request: Request) -> Response:
        """Show one page of them."""
        action, before = request.query_params.get("action", ""), request.query_params.get("before", "")
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(SIZE + 1)
        if action in ACTIONS:
            query = query.where(AuditEntry.action == action)
        if before.isascii() and before.isdigit() and len(before) < 19:
            query = query.where(AuditEntry.id < int(before))
        async with self.desk.session() as session:
            entries = (await session.scalars(query)).all()
        older = entries[SIZE - 1].id if len(entries) > SIZE else None
        context = {
            "entries": entries[:SIZE],
            "actions": ACTIONS,
            "subjects": SUBJECTS,
            "action": action,
            "older": older,
        }
        return self.render(request, "audit.html", **context)

    @route("/take", methods=["POST"], name="audit-take")
    async def take(self, request: Request) -> Response:
        """Give the entries, of one action if wanted, as a file; that is an entry itself."""
        viewer, now = viewer_at(request), self.desk.clock()
        demand(viewer.is_administrator)
        (given,) = await form_text(request, "action")
        action = given if given in ACTIONS else ""
        moment = f"{self.desk.local(now):%H:%M %d/%m/%Y}"
        chosen = word(f"action.{action}") if action else word("export.all")
        limit = thousands(ROWS_LIMIT)
        heading = word("audit.heading", who=viewer.name, moment=moment, chosen=chosen, limit=limit)

        async def write(file: Path) -> None:
            sheet = await run_sync(
                Sheet, file, [(word(f"column.{key}"), width) for key, width in _WIDTHS.items()], heading
            )
            try:
                await self._fill(sheet, action)
            finally:
                await run_sync(sheet.__exit__, None, None, None)
            async with self.desk.session() as session:
                note(session, viewer, now, "export", "audit", count=sheet.rows, filter=action)

        return await download(f"nhat-ky-{self.desk.today():%Y%m%d}.xlsx", write)

    async def _fill(self, sheet: Sheet, action: str) -> None:
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(ROWS_LIMIT)
        if action:
            query = query.where(AuditEntry.action == action)
        async with self.desk.engine.connect() as connection:
            columns = query.with_only_columns(*AuditEntry.__table__.columns)
            result = await connection.stream(columns, execution_options={"yield_per": _BATCH})
            async for rows in result.partitions(_BATCH):
                await run_sync(sheet.write, [self._cells(row) for row in rows])

    def _cells(self, row: Any) -> list[Cell]:
        """One entry's line; its detail as the record has it."""
        moment = self.desk.local(row.created_at).replace(tzinfo=None)
        action = word(f"action.{row.action}") if row.action in ACTIONS else row.action
        subject = f"{row.subject} {row.subject_id or ''}".strip()
        return [moment, row.actor, action, subject, orjson.dumps(row.detail).decode() if row.detail else ""]
