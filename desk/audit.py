"""The record of who looked at, changed and took away what; for administrators."""

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin import route

from db.staff import AuditEntry
from desk.page import Page

SIZE = 100
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
