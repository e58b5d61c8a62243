"""The web chat's endpoints: identity, resuming, sending once, limits, uploads, headers."""

import uuid

import httpx
import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.channels.limits import web as limits
from tests.conftest import Running
from tests.conversation.phones import WebPhone
from tests.conversation.test_registration import PERSON, begin


async def test_the_page_is_one_small_whole(program: Running) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        page = await client.get("/", headers={"Accept-Language": "km-KH,km;q=0.9"})
        assert page.status_code == 200
        assert '<html lang="km">' in page.text
        assert "__" not in page.text
        cookie = page.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "http" not in page.text.replace("http-equiv", "").replace("https:", "")
        for path in ("/sw.js", "/manifest.webmanifest", "/chat/static/chat.js", "/chat/static/chat.css"):
            assert (await client.get(path)).status_code == 200, path
        assert "__VERSION__" not in (await client.get("/sw.js")).text


async def test_a_visitor_is_greeted_without_writing(program: Running) -> None:
    phone = await WebPhone.open(program)
    assert "Chào bà con" in await phone.answer()
    await phone.close()


async def test_a_reload_goes_on_where_it_was(program: Running) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    await phone.say("1990")
    await phone.close()
    same = await WebPhone.open(program, cookie=phone.cookie, after=phone.seen)
    assert (await same.answer()).texts == []
    assert "ở xã nào" in await same.say("nữ")
    await same.close()
    elsewhere = await WebPhone.open(program, cookie=phone.cookie, after=0)
    assert "ở xã nào" in await elsewhere.answer(), "a phone that forgot is shown the last messages"
    await elsewhere.close()


async def test_a_message_sent_twice_is_handled_once(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    await phone.say("1")
    frame = {"type": "text", "id": uuid.uuid4().hex, "text": "gặp cán bộ", "seen": phone.seen}
    await phone.send(frame)
    await phone.send(frame)
    frames = await phone.read()
    assert [f["type"] for f in frames if f["type"] == "taken"] == ["taken", "taken"]
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 1
    await phone.close()


async def test_words_are_no_answer_to_an_unseen_question(program: Running) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    seen = phone.seen
    await phone.say("1990")
    phone.seen = seen
    answer = await phone.say("nữ")
    assert "trước khi câu hỏi hiện ra" in answer
    assert "ở xã nào" in await phone.say("nữ")
    await phone.close()


async def test_no_cookie_no_line(program: Running) -> None:
    async with connect(program.url.replace("http", "ws") + "/chat/ws") as socket:
        with pytest.raises(ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


async def test_another_site_cannot_open_a_line(program: Running) -> None:
    headers = {"Cookie": "vieclam_chat=abc", "Origin": "https://evil.example"}
    async with connect(program.url.replace("http", "ws") + "/chat/ws", additional_headers=headers) as socket:
        with pytest.raises((ConnectionClosed, InvalidStatus)):
            await socket.recv()


@pytest.mark.parametrize(
    "raw", ["", "{}", "[]", "null", '{"type":"text"}', '{"type":"text","id":5,"text":[]}', "x" * 70_000]
)
async def test_broken_frames_are_refused_and_the_line_lives(program: Running, raw: str) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    await phone._socket.send(raw)
    frames = await phone.read()
    assert [f["type"] for f in frames] == ["refused"]
    assert "Anh/chị cần gì" in await phone.say("1")
    await phone.close()


async def test_ten_thousand_characters_are_refused_kindly(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    await phone.say("1")
    frame_id = uuid.uuid4().hex
    await phone.send({"type": "text", "id": frame_id, "text": "a" * 10_000, "seen": phone.seen})
    (frame,) = await phone.read()
    assert (frame["type"], frame["id"]) == ("refused", frame_id)
    assert "dài quá" in frame["text"]
    await phone.close()


async def test_a_flood_is_slowed_and_loses_nothing(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    for _ in range(limits.BURST + 5):
        await phone.send({"type": "text", "id": uuid.uuid4().hex, "text": "menu", "seen": 2**60})
    frames = await phone.read()
    waits = [f for f in frames if f["type"] == "wait"]
    assert 1 <= len(waits) <= 6
    assert all(f["seconds"] >= 1 for f in waits)
    await phone.close()


async def test_deletion_clears_the_phone_but_for_the_proof(program: Running) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    for words in PERSON[:3]:
        await phone.say(words)
    await phone.say("xóa thông tin của tôi")
    await phone.send({"type": "text", "id": uuid.uuid4().hex, "text": "có, tôi chắc", "seen": phone.seen})
    frames = await phone.read()
    types = [f["type"] for f in frames]
    after = frames[types.index("clear") :]
    assert any("Mã xác nhận" in f.get("text", "") for f in after)
    phone.seen = max(f["id"] for f in frames if f["type"] == "message")
    assert "Tiếng Việt" in str((await phone.say("alo")).buttons), "a newcomer again"
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM identity WHERE address IS NULL")) == 0
    await phone.close()


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


async def test_health_ready_and_metrics(program: Running) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        assert (await client.get("/healthz")).text == "ok"
        assert (await client.get("/readyz")).json() == {"database": "ok"}
        metrics = (await client.get("/metrics")).text
    assert "vieclam_updates_total" in metrics
