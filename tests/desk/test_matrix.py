"""Every route of the desk, tried by every role at its own place, at another, and with no place: none can escape.

The routes are walked, so that a page that nobody has thought about fails here first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import BaseRoute, Mount, Route

from db.registrations import Attachment, HelpRequest, Registration
from db.staff import ROLES
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
DISTRICT = ("administrator", "office")
LOCAL = ("commune", "hamlet")
LOOKING = ("editor", "reader")
NAME, PHONE = "Thạch Bí Mật", "0987 654 321"

RECORD_LOOK = {"person", "case", "help-file", "person-file"}
"""Records of a person, to read: 404 to those whose place it is not."""
RECORD_CHANGE = {"person-status", "case-call", "case-uncall", "case-note", "case-due", "case-meet", "case-call-off",
                 "case-assign", "case-hamlet", "case-write", "case-end", "help-done", "help-take",
                 "help-leave"}  # fmt: skip
"""The same, to change: besides, 403 to those who only look."""
BATCH = {"registrations-status", "registrations-undo", "registrations-export", "registrations-choose", "cases-export",
         "cases-choose", "files", "files-take", "files-drop", "notice-answers-take", "reach-take",
         "cases-assign", "cases-status",
         "cases-undo", "fair-in", "fair-out", "fair-new", "fair-take", "broadcast-calls-take",
         "twins-merge", "twins-apart", "twins-undo", "assisted-keep", "help-undo",
         "import-look", "import-load", "import-leave"}  # fmt: skip
"""Many records at once: those of other places are left alone, and those who only look get 403."""
LISTS = {"index", "search", "registrations", "cases", "help", "unfinished", "lists", "lists-take", "notices", "notice",
         "broadcasts", "broadcast", "broadcast-progress", "broadcast-calls",
         "notice-answers", "facts", "fact", "licences", "licences-list", "reach",
         "reports", "reports-take", "targets", "fairs", "fair", "twins", "assisted", "import",
         "workload", "workload-take", "import-template", "lists-count"}  # fmt: skip
"""Pages for everybody, each showing what is theirs to see."""
OWN = {"me", "me-language", "me-code", "me-unlink", "password", "password-change", "filters", "filter-save",
       "filter-drop", "login", "logout", "login-code", "login-send", "second", "second-app", "second-app-confirm",
       "second-chat", "second-chat-confirm", "second-codes", "second-drop", "confirm", "confirm-take",
       "confirm-send"}  # fmt: skip
"""One's own account."""
OF_DISTRICT = {"setup", "setup-rule", "setup-rule-drop", "setup-share", "setup-answer", "setup-answer-drop", "hamlets",
               "hamlets-template", "hamlets-look", "hamlets-load", "zalo", "zalo-read", "zalo-template",
               "zalo-template-drop", "person-erase"}  # fmt: skip
OF_ADMINISTRATOR = {"staff", "staff-one", "staff-add", "staff-edit", "staff-unlink", "staff-reset", "staff-disable",
                    "staff-second",
                    "audit", "audit-take"}  # fmt: skip
OF_NOTICES = {"notices-add", "notice-save", "notice-publish", "notice-correct", "notice-check", "notice-cancel",
              "notice-file", "notice-file-add", "notice-file-drop", "broadcasts-add", "broadcast-save",
              "broadcast-group", "broadcast-rehearse", "broadcast-ask", "broadcast-refuse", "broadcast-release",
              "broadcast-pause", "broadcast-resume", "broadcast-cancel"}  # fmt: skip
"""Who may write which notices is tried with the notices; nothing of a person is there."""
OF_LISTS = {"targets-set", "fact-correct", "licences-upload", "licences-accept", "licences-discard"}
"""Changes to what workers are told, of no person."""
KNOWN = (RECORD_LOOK, RECORD_CHANGE, BATCH, LISTS, OWN, OF_DISTRICT, OF_ADMINISTRATOR, OF_NOTICES, OF_LISTS)


@dataclass(frozen=True)
class Door:
    """A route and one way to knock."""

    path: str
    method: str
    name: str


def _walk(routes: list[BaseRoute], under: str = "") -> Iterator[Door]:
    for route in routes:
        if isinstance(route, Mount):
            yield from _walk(route.routes, under + route.path)
        elif isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield Door(under + route.path, method, route.name)


def _doors(house: House) -> list[Door]:
    return [door for door in _walk(house.app.routes) if not door.path.startswith("/desk/static")]


async def test_every_route_has_been_thought_about(house: House) -> None:
    named = [name for names in KNOWN for name in names]
    assert len(named) == len(set(named)), "in one class only"
    assert {door.name for door in _doors(house)} == set(named)


@dataclass(frozen=True)
class There:
    """A person of one place with everything that may hang on one."""

    number: int
    file: int
    asked: int
    loose: int

    def path(self, door: Door) -> str:
        id = self.asked if door.name.startswith("help") else self.number
        file = self.loose if door.name == "help-file" else self.file
        filled = door.path.replace("{id}", str(id)).replace("{file}", str(file))
        return filled.replace("{name}", "nonsense")

    def form(self, door: Door) -> dict[str, str]:
        # not one's own account: a new password would end the session
        number = (
            "999"
            if door.name in OF_ADMINISTRATOR
            else str(self.asked if door.name.startswith("help-") else self.number)
        )
        return {"id": number, "status": "contacted", "owner": "me", "words": "một lời", "outcome": "called",
                "day": "2026-11-30", "query": "", "token": "0", "hamlet": "1"}  # fmt: skip


async def _person(house: House, commune: str) -> There:
    number = await house.register(NAME, commune, phone="+84987654321")
    async with AsyncSession(house.engine, expire_on_commit=False) as session, session.begin():
        registration = await session.get_one(Registration, number)
        kept = {"kind": "voice", "mime": "audio/ogg", "path": house.files.keep(b"OggS"), "stored_at": house.clock()}
        file = Attachment(identity_id=registration.identity_id, registration_id=number, **kept)
        loose = Attachment(identity_id=registration.identity_id, **kept)
        asked = HelpRequest(identity_id=registration.identity_id, topic="general", phone="+84987654321")
        session.add_all([file, loose, asked])
        await session.flush()
        return There(number, file.id, asked.id, loose.id)


async def _knock(browser: Browser, door: Door, at: There) -> httpx.Response:
    if door.method == "GET":
        return await browser.get(at.path(door))
    return await browser.submit(at.path(door), **at.form(door))


def _expected(door: Door, role: str, *, sees: bool) -> set[int]:
    """The answers that are right."""
    if door.name in OF_ADMINISTRATOR and role != "administrator":
        return {403}
    if door.name in OF_DISTRICT and role not in DISTRICT:
        return {403}
    if door.name in RECORD_CHANGE | BATCH | {"person-file", "help-file"} and role in LOOKING:
        return {403}
    if door.name == "case-hamlet":
        return {404}  # no such hamlet, whoever asks
    if door.name in RECORD_LOOK | RECORD_CHANGE and door.name != "case":
        return {200, 303} if sees else {404}
    return {200, 303, 400, 403, 404, 405, 422}


@pytest.mark.parametrize("place", [TAP_SON, HAM_GIANG, None], ids=["own", "another", "none"])
@pytest.mark.parametrize("role", ROLES)
async def test_every_role_at_every_route(house: House, enter: Enter, role: str, place: str | None) -> None:
    at = await _person(house, TAP_SON)
    bounded = role in LOCAL or (place is not None and role not in DISTRICT)
    sees = not bounded or place == TAP_SON
    browser = await enter(role, (place, "2020") if place else None)
    for door in _doors(house):
        if door.name in ("login", "logout", "password-change"):
            continue
        answer = await _knock(browser, door, at)
        what = f"{role} at {place}: {door.method} {door.path} ({door.name}) answered {answer.status_code}"
        assert answer.status_code in _expected(door, role, sees=sees), what
        if not sees:
            assert NAME not in answer.text, what
        if not sees or role in LOOKING:
            assert PHONE not in answer.text, what
            assert "+84987654321" not in answer.text, what
    if not sees or role in LOOKING:
        assert await house.status(at.number) == "new", "nothing was changed"


async def test_nobody_gets_in_without_a_log_in(house: House) -> None:
    at = await _person(house, TAP_SON)
    browser = house.browser()
    for door in _doors(house):
        if door.name == "login":
            continue
        answer = await _knock(browser, door, at)
        assert answer.status_code in (303, 401, 404, 405), door
        assert NAME not in answer.text
    assert await house.status(at.number) == "new"
