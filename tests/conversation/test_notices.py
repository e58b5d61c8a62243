"""Browsing notices, reading one, answering it, following kinds, and silence (C6, C13)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from tests.conftest import MovableClock, Running
from tests.conversation.conftest import with_buttons
from tests.conversation.phones import Answer, Phone, TelegramPhone
from tests.conversation.test_registration import PERSON, begin
from tests.notices import OVERSEAS, publish


async def welcome(phone: Phone, lang: str = "1") -> None:
    for words in ("alo", lang):
        await phone.say(words)


async def press(phone: Phone, data: str) -> Answer:
    """Tap a button of some earlier message."""
    return await phone.tap_data(phone.person.inbox[-1] if isinstance(phone, TelegramPhone) else None, data)


async def rows(program: Running, query: str) -> list[tuple[object, ...]]:
    async with program.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_nothing_is_said_to_be_coming_when_nothing_is(phone: Phone, program: Running) -> None:
    await publish(program.engine, state="draft")
    await welcome(phone)
    assert "Hiện chưa có thông báo nào" in await phone.say("có thông báo gì không")


async def test_nearest_first_and_of_one_day_the_own_commune_first(phone: Phone, program: Running) -> None:
    day = datetime(2026, 12, 7, 1, 0, tzinfo=UTC)
    await publish(program.engine, "course", starts_at=day, commune="29467", texts={"vi": ("Lớp ở Tập Sơn", "", "")})
    await publish(program.engine, "course", starts_at=day, commune="29488", texts={"vi": ("Lớp ở Hàm Giang", "", "")})
    await publish(program.engine)
    await welcome(phone)
    answer = await phone.say("thông báo")
    assert list(answer.buttons)[:3] == [
        "1. 27/11: Ngày hội việc làm Hàm Giang",
        "2. 7/12: Lớp ở Tập Sơn",
        "3. 7/12: Lớp ở Hàm Giang",
    ]
    await phone.say("menu")
    await phone.say("tìm việc")
    await phone.say("đồng ý")
    for words in (*PERSON, "may", "gần nhà", "lớp 9", "có việc làm", "hộ nghèo", "khmer", "1"):
        await phone.say(words)
    answer = await phone.say("thông báo")
    assert list(answer.buttons)[1] == "2. 7/12: Lớp ở Hàm Giang"


async def test_a_long_list_is_asked_for_by_kind_and_paged(phone: Phone, program: Running) -> None:
    for day in range(1, 7):
        title = {"vi": (f"Lớp số {day}", "", "")}
        await publish(program.engine, "course", starts_at=datetime(2026, 12, day, tzinfo=UTC), texts=title)
    await publish(program.engine)
    await welcome(phone)
    answer = await phone.say("thông báo")
    assert "loại tin nào" in answer
    answer = await phone.tap("Lớp học nghề")
    assert [label for label in answer.buttons if "Lớp số" in label] == [f"{n}. {n}/12: Lớp số {n}" for n in range(1, 5)]
    answer = await phone.tap("Xem thêm")
    assert [label for label in answer.buttons if "Lớp số" in label] == ["1. 5/12: Lớp số 5", "2. 6/12: Lớp số 6"]


async def test_a_fair_is_read_and_answered_with_consent(phone: Phone, program: Running) -> None:
    number = await publish(program.engine, map_url="https://maps.example/ham-giang")
    await welcome(phone)
    await phone.say("thông báo")
    answer = await phone.say("1")
    for words in (
        "Từ 07:30 đến 11:00, Thứ Sáu 27/11/2026",
        "nhà văn hóa xã, xã Hàm Giang",
        "maps.example",
        "may giày, 200 chỗ",
        "căn cước",
    ):
        assert words in answer
    assert list(answer.buttons)[:4] == ["1. Tôi sẽ đến", "2. Có thể tôi đến", "3. Tôi không đến được", "4. Gọi cho tôi"]
    answer = await phone.say("1")
    assert "đồng ý" in answer
    assert await rows(program, "SELECT * FROM response") == [], "nothing before consent"
    answer = await phone.tap("Tôi đồng ý")
    assert "giữ chỗ cho anh/chị" in answer
    assert "nhắc anh/chị trước Thứ Sáu 27/11/2026" in answer
    assert await rows(program, "SELECT notice_id, answer FROM response") == [(number, "come")]


@with_buttons
async def test_a_later_answer_takes_the_place_of_an_earlier_one(phone: Phone, program: Running) -> None:
    number = await publish(program.engine)
    await begin(phone)
    await phone.say("menu")
    for answer in ("come", "call_me", "cannot"):
        await press(phone, f"notice:answer:{number}:{answer}")
    assert await rows(program, "SELECT answer, call_asked_at IS NOT NULL FROM response") == [("cannot", True)]
    assert await rows(program, "SELECT topic FROM help_request") == [(f"notice:{number}",)]


@with_buttons
async def test_an_answer_in_the_middle_of_a_form_leaves_the_form_as_it_was(phone: Phone, program: Running) -> None:
    number = await publish(program.engine)
    await begin(phone)
    await phone.say("1990")
    answer = await press(phone, f"notice:see:{number}")
    assert "Ngày hội việc làm Hàm Giang" in answer
    assert "nam hay nữ" in answer.texts[-1]
    answer = await press(phone, f"notice:answer:{number}:maybe")
    assert "có thể anh/chị đến" in answer
    assert "nam hay nữ" in answer.texts[-1]
    assert await rows(program, "SELECT answer FROM response") == [("maybe",)]
    await phone.say("nữ")
    assert await rows(program, "SELECT data -> 'draft' -> 'answers' ->> 'sex' FROM identity") == [("female",)]


@with_buttons
async def test_another_open_question_keeps_its_choices(phone: Phone, program: Running) -> None:
    number = await publish(program.engine)
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", "lớp 9", "có việc làm", "hộ nghèo", "khmer", "1"):
        await phone.say(words)
    await phone.say("đăng ký của tôi")
    await phone.tap("Rút đăng ký")
    answer = await press(phone, f"notice:see:{number}")
    assert [label[3:] for label in answer.buttons] == ["Có, tôi chắc", "Không, để nguyên"]


@with_buttons
async def test_a_contract_abroad_shows_licence_and_costs(phone: Phone, program: Running) -> None:
    number = await publish(program.engine, "overseas")
    await welcome(phone)
    answer = await press(phone, f"notice:see:{number}")
    for words in ("Nhật Bản", "28.000.000 đồng", "000/LĐTBXH-GP", "Thứ Sáu 20/11/2026", "TEST-1", "ĐÃ kiểm tra"):
        assert words in answer
    answer = await phone.tap("Xem tiền phải nộp")
    for words in ("Tiền dịch vụ: 60.000.000 đồng", "Cộng: 73.900.000 đồng, bằng khoảng 2,7 tháng lương",
                  "không được quá 84.000.000 đồng"):  # fmt: skip
        assert words in answer
    assert "Vay vốn" in "".join(answer.buttons)


@with_buttons
async def test_an_unchecked_contract_warns(phone: Phone, program: Running) -> None:
    number = await publish(program.engine, "overseas", details=OVERSEAS | {"checked": False})
    await welcome(phone)
    assert "CHƯA kiểm tra" in await press(phone, f"notice:see:{number}")


@with_buttons
@pytest.mark.parametrize("what", ["see", "answer"])
async def test_cancelled_past_and_unknown_notices_answer_kindly(
    phone: Phone, program: Running, clock: MovableClock, what: str
) -> None:
    end = "" if what == "see" else ":come"
    cancelled = await publish(program.engine, state="cancelled")
    coming = await publish(program.engine)
    await begin(phone)
    await phone.say("menu")
    assert "đã HỦY" in await press(phone, f"notice:{what}:{cancelled}{end}")
    assert await press(phone, f"notice:{what}:999{end}")
    clock.forward(days=5)
    assert "đã qua rồi" in await press(phone, f"notice:{what}:{coming}{end}")
    assert await rows(program, "SELECT * FROM response") == []


@with_buttons
async def test_after_the_deadline_a_call_is_offered(phone: Phone, program: Running, clock: MovableClock) -> None:
    deadline = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
    number = await publish(program.engine, "course", deadline=deadline)
    await begin(phone)
    await phone.say("menu")
    clock.forward(days=8)
    answer = await press(phone, f"notice:answer:{number}:interested")
    assert "Đã hết hạn" in answer
    assert "1. Gọi cho tôi" in answer.buttons


@with_buttons
async def test_all_of_it_in_khmer(phone: Phone, program: Running) -> None:
    await publish(program.engine)
    number = await publish(program.engine, "overseas")
    await welcome(phone, "2")
    answer = await phone.tap("ដំណឹង")
    assert "1. ថ្ងៃ 27/11៖ ទិវាជួបរកការងារ Hàm Giang" in answer.buttons
    answer = await phone.say("1")
    for words in ("07:30", "ផ្ទះវប្បធម៌ឃុំ, ឃុំ Hàm Giang", "ដេរស្បែកជើង", "អត្តសញ្ញាណបណ្ណ"):
        assert words in answer
    await phone.tap("ខ្ញុំនឹងទៅ")
    answer = await phone.tap("យល់ព្រម")
    assert "យើងខ្ញុំទុកកន្លែងឱ្យបងប្អូន" in answer
    await press(phone, f"notice:see:{number}")
    assert "60.000.000 ដុង" in await phone.tap("មើលប្រាក់ដែលត្រូវបង់")


async def test_kinds_and_the_own_commune_are_followed_and_left(phone: Phone, program: Running) -> None:
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", "lớp 9", "có việc làm", "hộ nghèo", "khmer", "1"):
        await phone.say(words)
    await phone.say("thông báo")
    answer = await phone.tap("Chọn tin muốn nhận")
    assert list(answer.buttons)[4] == "5. Nhận: xã Hàm Giang"
    answer = await phone.tap("Nhận: Lớp học nghề")
    assert "sẽ nhắn" in answer
    assert "3. Thôi nhận: Lớp học nghề" in answer.buttons
    answer = await phone.tap("Nhận: xã Hàm Giang")
    assert "5. Thôi nhận: xã Hàm Giang" in answer.buttons
    followed = "SELECT follow.kind, p.version FROM follow LEFT JOIN place p ON p.id = place_id ORDER BY 1, 2"
    assert await rows(program, followed) == [("course", None), (None, "2020"), (None, "2025")]
    await phone.tap("Thôi nhận: xã Hàm Giang")
    await phone.tap("Thôi nhận: Lớp học nghề")
    assert await rows(program, followed) == []


@with_buttons
async def test_silence_lasts_until_it_is_ended(phone: Phone, program: Running) -> None:
    await publish(program.engine)
    await begin(phone)
    await phone.say("menu")
    await press(phone, "notice:mute")
    await phone.say("thông báo")
    assert await rows(program, "SELECT count(*) FROM mute") == [(1,)]
    answer = await phone.say("1")
    answer = await phone.tap("Tôi sẽ đến")
    assert "chúng tôi không nhắc" in answer
    await press(phone, "notice:unmute")
    assert await rows(program, "SELECT count(*) FROM mute") == [(0,)]


@with_buttons
async def test_nonsense_buttons_mean_nothing(phone: Phone, program: Running) -> None:
    await publish(program.engine)
    await welcome(phone)
    for data in (
        "notice:",
        "notice:list:x:0",
        "notice:see:1:2",
        "notice:answer:1:marry",
        "notice:cost:1",
        "notice:x:1",
    ):
        assert await press(phone, data)
    assert await rows(program, "SELECT * FROM response") == []
