"""Files and bodies from the web: sealed and whole, bounded before they are read, and so many a day."""

import os
import threading
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text
from starlette.requests import Request
from starlette.types import Message

from bot.bodies import LIMITS, OTHERS, BodyLimits
from bot.channels.limits import web as limits
from bot.channels.web_quota import DAY, Quota
from tests.channels.conftest import tightly
from tests.conftest import SECRET, Running
from tests.conversation.phones import WebPhone
from tests.conversation.test_registration import PERSON, begin

NESTED = '{"type":"ping","x":' + "[" * 20_000 + "]" * 20_000 + "}"


async def upload(
    program: Running, phone: WebPhone, content: bytes, frame_id: str, kind: str = "voice"
) -> httpx.Response:
    async with httpx.AsyncClient(base_url=program.url, cookies={"vieclam_chat": phone.cookie}) as client:
        return await client.post(
            "/chat/upload",
            data={"id": frame_id, "kind": kind, "seen": str(phone.seen)},
            files={"file": ("v.webm", content, "audio/webm;codecs=opus")},
        )


async def test_a_voice_note_from_the_web_answers_a_question(program: Running) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    for words in PERSON[:4]:
        await phone.say(words)
    frame_id = uuid.uuid4().hex
    answer = await upload(program, phone, b"webm bytes", frame_id)
    assert (answer.status_code, answer.json()) == (200, {"taken": frame_id})
    assert "bằng số nào" in await phone.answer()
    again = await upload(program, phone, b"webm bytes", frame_id)
    assert again.status_code == 200
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM attachment"))).one()
    assert (row.kind, row.question, row.mime) == ("voice", "name", "audio/webm")
    stored = list((program.program.settings.data_dir / "files").glob("??/*"))
    assert len(stored) == 1, "the repeated upload left nothing behind"
    assert b"webm bytes" not in stored[0].read_bytes()
    await phone.close()


async def test_an_upload_before_consent_leaves_nothing(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    await phone.say("1")
    assert (await upload(program, phone, b"secret voice", uuid.uuid4().hex)).status_code == 200
    assert "đồng ý" in await phone.answer()
    assert list((program.program.settings.data_dir / "files").glob("??/*")) == []
    await phone.close()


async def test_bad_uploads_are_refused(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    assert (await upload(program, phone, b"", uuid.uuid4().hex)).status_code == 400
    assert (await upload(program, phone, b"x", "not a uuid!")).status_code == 400
    assert (await upload(program, phone, b"x", uuid.uuid4().hex, kind="exe")).status_code == 400
    assert (await upload(program, phone, b"x" * (limits.UPLOAD_BYTES + 20_000), uuid.uuid4().hex)).status_code == 413
    async with httpx.AsyncClient(base_url=program.url) as client:
        assert (await client.post("/chat/upload", files={"file": b"x"})).status_code == 401
    await phone.close()


async def test_a_body_is_read_no_further_than_its_bound() -> None:
    given, answers = 0, []

    async def endless() -> Message:
        nonlocal given
        given += 10_000
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    async def answered(message: Message) -> None:
        answers.append(message)

    async def read_all(scope: object, receive: object, send: object) -> None:
        await Request({"type": "http"}, receive).body()  # type: ignore[arg-type]

    scope = {"type": "http", "path": "/desk/login", "headers": []}
    await BodyLimits(read_all)(scope, endless, answered)
    assert answers[0]["status"] == 413
    assert given <= OTHERS + 10_000


async def _chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 10_000 + 1):
        yield b"x" * 10_000


@pytest.mark.parametrize("path", ["/desk/login", "/telegram/webhook", "/chat/upload", "/"])
async def test_too_large_a_body_is_refused_with_and_without_its_length(
    program: Running, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    phone, bound = await WebPhone.open(program), LIMITS.get(path, OTHERS)
    await phone.answer()
    async with httpx.AsyncClient(base_url=program.url, cookies={"vieclam_chat": phone.cookie}) as client:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Telegram-Bot-Api-Secret-Token": SECRET}
        answer = await client.post(path, content=b"x" * (bound + 1), headers=headers)
        assert (answer.status_code, answer.text) == (413, "too large")
        chunked = await client.post(path, content=_chunks(bound), headers=headers)
        assert chunked.status_code == (405 if path == "/" else 413)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    await phone.close()


def test_a_day_has_room_for_some_files_and_bytes() -> None:
    now = 0.0
    quota = Quota(files=2, size=100, clock=lambda: now)
    quota.count("a", 10)
    assert quota.wait("a", 90) == 0
    assert quota.wait("a", 91) == DAY
    quota.count("a", 10)
    now = 100.0
    assert quota.wait("a", 1) == DAY - 100
    assert quota.wait("b", 1) == 0
    now = DAY
    assert quota.wait("a", 100) == 0


@tightly(UPLOADS_A_DAY=2)
async def test_one_identity_sends_so_many_files_a_day(tight: None, program: Running) -> None:
    phone, other = await WebPhone.open(program), await WebPhone.open(program)
    await phone.answer()
    await other.answer()
    answers = [await upload(program, phone, b"voice", uuid.uuid4().hex) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 80_000
    assert (await upload(program, other, b"voice", uuid.uuid4().hex)).status_code == 200
    await phone.close()
    await other.close()


@pytest.mark.parametrize(
    "tight", [{"ADDRESS_UPLOAD_BYTES_A_DAY": 9}, {"ADDRESS_BURST": 1, "ADDRESS_PER_SECOND": 0.001}], indirect=True
)
async def test_one_address_sends_so_much(tight: None, program: Running) -> None:
    phones = [await WebPhone.open(program) for _ in range(2)]
    for phone in phones:
        await phone.answer()
    answers = [await upload(program, phone, b"voice", uuid.uuid4().hex) for phone in phones]
    assert [answer.status_code for answer in answers] == [200, 429]
    for phone in phones:
        await phone.close()


async def test_a_file_is_on_the_disk_before_it_has_its_name_and_off_the_loop(
    program: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    synced = []

    def sync(file: int) -> None:
        names = [path.suffix for path in (program.program.settings.data_dir / "files").glob("??/*")]
        synced.append((names, threading.get_ident() == threading.main_thread().ident))

    monkeypatch.setattr(os, "fsync", sync)
    assert (await upload(program, phone, b"voice", uuid.uuid4().hex)).status_code == 200
    assert synced == [([".part"], False)]
    await phone.close()
