"""The Official Account's door: what is kept, dropped, repeated, refused; and what becomes of an event."""

import asyncio
import json
import os
import random
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from bot.channels.zalo_oa_webhook import signature
from bot.serve import start_zalo
from jobs.files import fetch_files
from tests.conftest import MovableClock, Running
from tests.conversation.zalo_phone import ZaloPhone, log_in
from tests.standins.zalo_oa import ZaloStandIn
from tests.standins.zalo_oa.world import APP_ID, OA_SECRET

KNOWN = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text",'
    '"message":{"text":"Xin chào","msg_id":"96d3cdf3af150460909"},"timestamp":"1540363714987"}'
)
PATH = "/zalo/oa/webhook"
CROWD = int(os.environ.get("VIECLAM_CROWD", "200"))
"""Events of each kind; the proof was made with 10,000."""


def test_the_signature_of_the_known_answer() -> None:
    mac = signature(APP_ID, KNOWN.encode(), "1540363714987", OA_SECRET)
    assert mac == "1578494f21b0d9306316dd62957b7b7a01d9a7372ac9f3a2aa45165982cf571f"
    escaped = KNOWN.replace("à", "\\u00e0").encode()
    assert signature(APP_ID, escaped, "1540363714987", OA_SECRET).startswith("81429d61"), "the raw bytes count"


async def kept(program: Running) -> int:
    async with program.engine.connect() as connection:
        return await connection.scalar(text("SELECT count(*) FROM zalo_event")) or 0


async def post(program: Running, body: bytes, headers: dict[str, str]) -> int:
    async with httpx.AsyncClient(base_url=program.url) as client:
        return (await client.post(PATH, content=body, headers=headers)).status_code


async def test_the_console_may_look_and_save_the_address(program: Running) -> None:
    async with httpx.AsyncClient(base_url=program.url) as client:
        assert (await client.get(PATH)).status_code == 200
        for body in (b"", b"{}", b"[]", b'"x"', b"\xff", b'{"event_name":"test"}'):
            assert (await client.post(PATH, content=body)).status_code == 200, "a refusal would keep it from saving"
        assert (await client.post(PATH, content=b"x" * 1_100_000)).status_code == 413
    assert await kept(program) == 0


async def test_what_is_not_zalos_is_dropped(program: Running, zalo: ZaloStandIn) -> None:
    event = zalo.person().envelope("user_send_text", message={"text": "tìm việc", "msg_id": "a"})
    body, good = zalo.hook.pack(event)
    mac = good["X-ZEvent-Signature"]
    changed = body.replace("việc".encode(), b"viec")
    escaped = json.dumps(event).encode()
    for forged, headers in (
        (changed, good),
        (escaped, good),
        (body, {}),
        (body, {"X-ZEvent-Signature": "mac="}),
        (body, {"X-ZEvent-Signature": mac[:-1]}),
        (body, {"X-ZEvent-Signature": mac.upper()}),
        (body.replace(APP_ID.encode(), b"1"), good),
    ):
        assert await post(program, forged, headers) == 200
    assert await kept(program) == 0
    assert await post(program, body, {"X-ZEvent-Signature": mac.removeprefix("mac=")}) == 200
    assert await kept(program) == 1, "bare hex is Zalo's too"


async def test_another_apps_events_are_not_ours(program: Running, zalo: ZaloStandIn) -> None:
    event = zalo.person().envelope("user_send_text", message={"text": "x", "msg_id": "a"}) | {"app_id": "7"}
    body, headers = zalo.hook.pack(event)
    await post(program, body, headers)
    assert await kept(program) == 0


async def test_an_old_or_early_event_is_refused(program: Running, zalo: ZaloStandIn, clock: MovableClock) -> None:
    event = zalo.person().envelope("user_send_text", message={"text": "x", "msg_id": "a"})
    body, headers = zalo.hook.pack(event)
    for hours in (7, -7.5):
        clock.forward(hours=hours)
        await post(program, body, headers)
    assert await kept(program) == 0
    clock.forward(hours=2.4)
    await post(program, body, headers | {"num_retry": "5"})
    assert await kept(program) == 1, "the last of Zalo's own repetitions comes after two hours"


@pytest.mark.timeout(3600)
async def test_a_crowd_of_true_and_forged_events(program: Running, zalo: ZaloStandIn) -> None:
    chance, people = random.Random(6), [zalo.person(n) for n in range(1, 21)]
    true: list[float] = []
    forged: list[float] = []
    async with httpx.AsyncClient(base_url=program.url) as client:

        async def timed(body: bytes, headers: dict[str, str], seconds: list[float]) -> None:
            begun = time.perf_counter()
            answer = await client.post(PATH, content=body, headers=headers)
            seconds.append(time.perf_counter() - begun)
            assert answer.status_code == 200

        for number in range(CROWD):
            person = chance.choice(people)
            event = person.envelope("user_send_text", message={"text": f"chào {number}", "msg_id": f"m{number}"})
            body, headers = zalo.hook.pack(event)
            bad = bytearray(body)
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
            await asyncio.gather(timed(body, headers, true), timed(bytes(bad), headers, forged))
    assert await kept(program) == CROWD, "each true one once, and no forged one"
    for name, seconds in (("true", sorted(true)), ("forged", sorted(forged))):
        middle, late = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
        print(
            f"{CROWD} {name}: median {middle * 1000:.1f} ms, p99 {late * 1000:.1f} ms, most {seconds[-1] * 1000:.0f} ms"
        )


async def test_repetitions_and_duplicates_are_handled_once(program: Running, zalo: ZaloStandIn) -> None:
    phone = await ZaloPhone.open(program, zalo)
    zalo.hook.repeat_all = True
    answer = await phone.say("tôi muốn gặp cán bộ")
    assert len(answer.texts) == 1
    await phone.say("1")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM zalo_event")) == 2
        assert await connection.scalar(text("SELECT count(*) FROM zalo_event WHERE body IS NOT NULL")) == 0


async def test_a_database_that_is_away_means_once_more(
    program: Running, zalo: ZaloStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    away = {"left": 2}
    real = "bot.channels.zalo_oa_webhook.keep_event"
    from db.zalo_inbox import keep_event

    async def sometimes(*args: Any) -> bool:
        away["left"] -= 1
        if away["left"] >= 0:
            raise ConnectionRefusedError
        return await keep_event(*args)

    monkeypatch.setattr(real, sometimes)
    assert "Chào bà con" in await phone.say("alo")
    assert not zalo.hook.disabled


async def test_the_loop_hears_of_events_by_itself(program: Running, zalo: ZaloStandIn) -> None:
    await log_in(program, zalo)
    start_zalo(program.program)
    ana = zalo.person()
    await ana.say("alo")
    async with asyncio.timeout(20):
        while not ana.chat.unread:
            await asyncio.sleep(0.02)  # what comes over the line is looked for
    assert "Chào bà con" in ana.chat.unread.popleft().text
    assert zalo.hook.slow == 0


async def test_following_greets_and_leaving_blocks(program: Running, zalo: ZaloStandIn) -> None:
    phone = await ZaloPhone.open(program, zalo)
    await phone.person.follow()
    assert "Chào bà con" in await phone.answer()
    await phone.person.unfollow()
    assert not (await phone.answer()).texts
    assert await one(program, "SELECT blocked_at IS NOT NULL FROM identity") is True
    await phone.say("1")
    assert await one(program, "SELECT blocked_at IS NULL FROM identity") is True, "who writes is there again"


async def test_opening_the_chat_greets_newcomers_only(program: Running, zalo: ZaloStandIn) -> None:
    phone = await ZaloPhone.open(program, zalo)
    await phone.person.open_chat()
    assert "Chào bà con" in await phone.answer()
    await phone.say("1")
    await phone.person.open_chat()
    assert not (await phone.answer()).texts


async def one(program: Running, query: str) -> Any:
    async with program.engine.connect() as connection:
        return await connection.scalar(text(query))


async def test_echoes_and_unknown_events_change_nothing(program: Running, zalo: ZaloStandIn) -> None:
    phone = await ZaloPhone.open(program, zalo)
    await phone.say("alo")
    await phone.person.echo("lời của bot")
    await phone.person.sees(phone.person.chat.messages[0])
    await zalo.hook.post(phone.person.envelope("user_reply_consent"))
    await zalo.hook.post(phone.person.envelope("something_new_of_2027"))
    assert not (await phone.answer()).texts
    assert await kept(program) == 1


async def test_the_bot_keeps_quiet_while_a_person_types(
    program: Running, zalo: ZaloStandIn, clock: MovableClock
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    for words in ("alo", "1"):
        await phone.say(words)
    await phone.person.echo("Chào bác, tôi là Lan ở văn phòng", admin_id="77")
    assert not (await phone.say("chào cô")).texts
    clock.forward(minutes=31)
    assert (await phone.say("tìm việc")).texts


async def test_a_voice_note_and_a_picture_are_fetched_and_kept(program: Running, zalo: ZaloStandIn) -> None:
    phone = await ZaloPhone.open(program, zalo)
    for words in ("alo", "1", "1"):
        await phone.say(words)
    await phone.tap("Tôi đồng ý")
    await phone.person.send("audio", {"url": f"{zalo.base_url}/media/voice.aac"})
    assert "nam hay nữ" in await phone.answer() or "sinh năm nào" in (await phone.say("?")).text
    await phone.person.send("image", {"url": f"{zalo.base_url}/media/cmnd.jpg", "thumbnail": "x"}, "giấy của tôi")
    assert "Đã nhận" in await phone.answer()
    await phone.person.send("file", {"url": f"{zalo.base_url}/media/cv.pdf", "name": "cv.pdf", "size": "10"})
    await phone.answer()

    async def fetch(channel: str, file_id: str) -> bytes:
        content = await program.program.bots[channel].download(file_id)
        assert content is not None
        return content.read()

    assert await fetch_files(program.engine, program.program.files, fetch, program.program.clock()) == 3
    async with program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT kind, mime, path FROM attachment ORDER BY id"))).all()
    assert [row.kind for row in rows] == ["voice", "photo", "document"]
    assert program.program.files.open(rows[0].path) == b"voice.aac"


@pytest.mark.parametrize("address", ["http://zdn.vn/a", "https://127.0.0.1/a", "https://localhost/a", "file:///x"])
async def test_only_open_addresses_are_fetched(program: Running, address: str) -> None:
    from dataclasses import replace

    from aiogram.exceptions import TelegramBadRequest

    from bot.channels.zalo_oa_session import ZaloSession

    bot = program.program.bots["zalo_oa"]
    assert isinstance(bot.session, ZaloSession)
    bot.session._habits = replace(bot.session._habits, plain_media=False)
    with pytest.raises(TelegramBadRequest):
        await bot.download(address)


@pytest.mark.parametrize(
    ("kind", "payload", "expected"),
    [
        ("location", {"coordinates": {"latitude": "9.93", "longitude": "106.34"}}, "sinh năm nào"),
        ("location", {"coordinates": None}, "sinh năm nào"),
        ("sticker", {"id": "1", "url": "https://x.zdn.vn/s"}, "sinh năm nào"),
        ("business_card", {}, "sinh năm nào"),
        ("link", {"url": "https://zalo.me/x", "description": "trợ giúp"}, "Bấm nút"),
        ("video", {"url": "https://x.zdn.vn/v.mp4"}, "sinh năm nào"),
        ("image", {"url": 7}, "sinh năm nào"),
    ],
)
async def test_whatever_is_sent_gets_an_answer(
    program: Running, zalo: ZaloStandIn, kind: str, payload: dict[str, Any], expected: str
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    for words in ("alo", "1", "1"):
        await phone.say(words)
    await phone.tap("Tôi đồng ý")
    await phone.person.send(kind, payload)
    assert expected in await phone.answer()


@pytest.mark.parametrize(("phone_number", "old"), [("84912345678", False), (84912345678, True), ("0912345678", True)])
async def test_name_and_number_come_in_both_shapes(
    program: Running, zalo: ZaloStandIn, phone_number: str | int, old: bool
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    for words in ("alo", "1", "1"):
        await phone.say(words)
    await phone.tap("Tôi đồng ý")
    for words in ("1990", "nữ", "ham giang", "ấp Chợ", "thạch thị sa rết", "số của tôi"):
        await phone.say(words)
    card = phone.person.chat.messages[-1].raw["attachment"]["payload"]
    assert card["template_type"] == "request_user_info"
    await phone.person.submit_info("Sa Rết", phone_number, old_shape=old)
    assert "Đã ghi số 0912 345 678" in await phone.answer()


async def test_nothing_of_a_person_stands_in_the_log(
    program: Running, zalo: ZaloStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    phone = await ZaloPhone.open(program, zalo)
    zalo.world.faults.append({"path": "/message/cs", "status": 502})
    await phone.say("số tôi 0912345678")
    zalo.world.faults.append({"path": "/message/cs", "error": -227})
    await phone.say("alo")
    await phone.person.submit_info("Sa Rết", "84912345678")
    await phone.answer()
    words = caplog.text
    assert zalo.world.tokens.access not in words
    assert "912345678" not in words
    assert phone.person.chat.user_id not in words
