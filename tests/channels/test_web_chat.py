"""The web chat's endpoints: identity, resuming, sending once, limits, headers."""

import asyncio
import json
import uuid
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from starlette.requests import Request
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.channels import web_line
from bot.channels.limits import web as limits
from bot.channels.web_identity import cookie_header, new_token, token_of
from tests.channels.conftest import tightly
from tests.conftest import Running
from tests.conversation.phones import WebPhone
from tests.conversation.test_registration import PERSON, begin

NESTED = '{"type":"ping","x":' + "[" * 20_000 + "]" * 20_000 + "}"


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


async def test_health_ready_and_metrics(program: Running) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        assert (await client.get("/healthz")).text == "ok"
        assert (await client.get("/readyz")).json() == {"database": "ok"}
        metrics = (await client.get("/metrics")).text
    assert "vieclam_updates_total" in metrics


async def line(program: Running, token: str = "") -> ClientConnection:
    """A line without a hello."""
    headers = {"Cookie": f"vieclam_chat={token or new_token()}"}
    return await connect(program.url.replace("http", "ws") + "/chat/ws", additional_headers=headers)


async def closed(socket: ClientConnection, received: list[dict[str, Any]] | None = None) -> int:
    """Read until the line ends; returns the code."""
    while True:
        try:
            frame = json.loads(await socket.recv())
            if received is not None:
                received.append(frame)
        except ConnectionClosed as end:
            assert end.rcvd is not None
            return end.rcvd.code


@tightly(HELLO_SECONDS=0.05)
async def test_a_line_without_a_hello_ends(tight: None, program: Running) -> None:
    assert await closed(await line(program)) == 4408


@tightly(LINES=2)
async def test_one_line_too_many_ends_the_oldest(tight: None, program: Running) -> None:
    first = await WebPhone.open(program)
    await first.answer()
    second = await WebPhone.open(program, cookie=first.cookie)
    third = await WebPhone.open(program, cookie=first.cookie)
    assert await closed(first._socket) == 4409
    assert "Anh/chị cần gì" in await third.say("1")
    assert "Anh/chị cần gì" in await second.answer()
    await second.close()
    await third.close()


@tightly(ADDRESS_LINES=1)
async def test_an_address_with_all_its_lines_is_told_to_wait(tight: None, program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    socket = await line(program)
    assert json.loads(await socket.recv())["type"] == "wait"
    assert await closed(socket) == 4429
    await phone.close()


@pytest.mark.parametrize("raw", [b"\x00\xff", NESTED, "[" * 20_000, '{"type":"text","id":"\\ud800","text":""}'])
@pytest.mark.parametrize("greeted", [True, False])
async def test_what_no_page_sends_ends_the_line_quietly(
    program: Running, caplog: pytest.LogCaptureFixture, raw: str | bytes, greeted: bool
) -> None:
    socket = await line(program)
    if greeted:
        await socket.send('{"type":"hello"}')
        await socket.recv()
    await socket.send(raw)
    assert await closed(socket) == 4400
    await program.settle()
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []


async def test_half_a_sign_is_refused_by_its_number_so_that_the_page_lets_go_of_it(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    frame_id = uuid.uuid4().hex
    await phone._socket.send(f'{{"type":"text","id":"{frame_id}","text":"\\ud83d"}}')
    assert [(frame["type"], frame["id"]) for frame in await phone.read()] == [("refused", frame_id)]
    await phone.close()


async def test_a_nul_in_the_words_is_dropped(program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    assert "Anh/chị cần gì" in await phone.say("\x001")
    await phone.close()


@tightly(FRAMES_BURST=3, FRAMES_PER_SECOND=50.0)
async def test_frames_of_every_kind_are_slowed_and_none_is_lost(
    tight: None, program: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def recorded(pause: float) -> None:
        pauses.append(pause)
        await asyncio.sleep(pause)

    monkeypatch.setattr(web_line, "sleep", recorded)
    phone = await WebPhone.open(program)
    await phone.answer()
    for _ in range(10):
        await phone.send({"type": "got", "up_to": phone.seen})
        await phone.send({"type": "ping"})
    for _ in range(10):
        assert json.loads(await phone._socket.recv())["type"] == "pong"
    assert pauses
    await phone.close()


async def test_a_second_tab_starts_anew_after_a_deletion(program: Running) -> None:
    here = await WebPhone.open(program)
    await begin(here)
    for words in PERSON[:3]:
        await here.say(words)
    there = await WebPhone.open(program, cookie=here.cookie, after=here.seen)
    await there.answer()
    await here.say("xóa thông tin của tôi")
    await here.send({"type": "text", "id": uuid.uuid4().hex, "text": "có, tôi chắc", "seen": here.seen})
    frames = await here.read()
    proof = next(frame for frame in reversed(frames) if "Mã xác nhận" in frame.get("text", ""))
    received: list[dict[str, Any]] = []
    assert await closed(there._socket, received) == 4410
    types = [frame["type"] for frame in received]
    assert proof in received[types.index("clear") :], "the proof comes after the page has forgotten all else"
    again = await WebPhone.open(program, cookie=here.cookie, after=proof["id"])
    here.seen = proof["id"]
    assert "Tiếng Việt" in str((await here.say("alo")).buttons)
    assert "Tiếng Việt" in str((await again.answer()).buttons), "both are in the new chat"
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM identity")) == 1
    await here.close()
    await again.close()


async def test_words_to_a_chat_that_another_process_has_deleted_are_dropped(program: Running) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    async with program.engine.begin() as connection:
        await connection.execute(text("DELETE FROM identity"))
    await phone.send({"type": "text", "id": uuid.uuid4().hex, "text": "1990", "seen": phone.seen})
    assert "clear" in [frame["type"] for frame in await phone.read()]
    phone.seen = 2**60
    assert "Tiếng Việt" in str((await phone.say("alo")).buttons), "a newcomer"
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM identity WHERE address IS NULL")) == 0
    await phone.close()


@pytest.mark.parametrize("token", ["abc", "x" * 42, "x" * 44, "x" * 42 + "!", "x" * 5_000])
async def test_a_token_that_we_did_not_make_is_none(program: Running, token: str) -> None:
    assert await closed(await line(program, token)) == 4401
    async with httpx.AsyncClient(base_url=program.url, cookies={"vieclam_chat": token}) as client:
        assert "vieclam_chat=" in (await client.get("/")).headers["set-cookie"]


@pytest.mark.parametrize(("secure", "name"), [(True, "__Host-vieclam_chat"), (False, "vieclam_chat")])
def test_under_https_the_cookie_is_of_this_host_only(secure: bool, name: str) -> None:
    token = new_token()
    header = cookie_header(token, secure=secure)
    assert header.startswith(f"{name}={token};")
    assert ("Secure" in header) is secure
    for sent in ("vieclam_chat", "__Host-vieclam_chat"):
        request = Request({"type": "http", "headers": [(b"cookie", f"{sent}={token}".encode())]})
        assert token_of(request, secure=secure) == (token if sent == name else None)


@tightly(KEPT=5)
async def test_confirmed_messages_are_kept_up_to_a_number(tight: None, program: Running) -> None:
    phone = await WebPhone.open(program)
    await phone.answer()
    async with program.engine.begin() as connection:
        chat = await connection.scalar(text("SELECT chat_id FROM identity"))
        rows = "SELECT 'web', :chat, 'SendMessage', '{\"text\": \"x\"}', now() FROM generate_series(1, 20) RETURNING id"
        query = text(f"INSERT INTO outgoing (channel, chat_id, method, payload, due_at) {rows}")
        numbers = sorted((await connection.execute(query, {"chat": chat})).scalars())
        await connection.execute(query, {"chat": 10_000})

    async def left(of: int | None = chat) -> list[int]:
        async with program.engine.connect() as connection:
            found = text("SELECT id FROM outgoing WHERE chat_id = :chat ORDER BY id")
            return list((await connection.execute(found, {"chat": of})).scalars())

    await phone.send({"type": "got", "up_to": numbers[9]})
    await phone.read()
    assert await left() == numbers[10:], "what is not confirmed stays"
    await phone.send({"type": "got", "up_to": numbers[-1]})
    await phone.read()
    assert await left() == numbers[-5:]
    assert len(await left(10_000)) == 20
    await phone.close()
