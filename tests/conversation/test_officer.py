"""An officer in their own chat: linked with a code, told of new cases, noting outcomes with one tap."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.case_steps import move, record_call
from db.cases import CaseCall, OwnerRule
from db.officers import PREFIX, new_code, unlink
from db.places import Place
from db.record import SYSTEM
from db.registrations import Registration
from db.staff import AuditEntry, Staff
from db.staff_accounts import add_staff
from jobs.escalations import escalate
from jobs.officer_alerts import remind_officers, send_alerts
from jobs.retention import forget_old
from tests.conftest import MovableClock, Running
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.conversation.test_registration import LAST, PERSON, begin
from tests.standins.telegram import TelegramStandIn

OFFICER = 5005


async def officer(program: Running, login: str = "xa", role: str = "commune", commune: str = "29488") -> int:
    """An account for a commune."""
    async with AsyncSession(program.engine) as session:
        place = await session.scalar(select(Place.id).where(Place.code == commune, Place.version == "2020"))
    await add_staff(program.engine, login, "Kim Văn Út", role, place_id=None if role == "office" else place)
    async with AsyncSession(program.engine) as session:
        return (await session.scalars(select(Staff.id).where(Staff.login == login))).one()


async def code_for(program: Running, staff: int) -> str:
    async with AsyncSession(program.engine) as session, session.begin():
        return await new_code(session, staff, program.program.clock())


async def owns_everything(program: Running, staff: int) -> None:
    async with AsyncSession(program.engine) as session, session.begin():
        session.add(OwnerRule(staff_id=staff))


async def registers(phone: Phone) -> None:
    await begin(phone)
    for words in (*PERSON, "phụ hồ", "gần nhà", *LAST):
        await phone.say(words)
    await phone.tap("Đúng, gửi đi")


async def alerts(program: Running) -> int:
    """Let the clock look, and send what it wrote."""
    sent = await send_alerts(program.engine, program.program.office, program.program.clock())
    await program.program.delivery.look()
    return sent


async def case(program: Running) -> Registration:
    async with AsyncSession(program.engine) as session:
        return (await session.scalars(select(Registration))).one()


async def calls(program: Running) -> list[tuple[str, str]]:
    async with AsyncSession(program.engine) as session:
        found = await session.scalars(select(CaseCall).order_by(CaseCall.id))
        return [(call.outcome, call.source) for call in found]


async def test_a_new_case_arrives_and_a_tap_notes_the_call(
    phone: Phone, program: Running, telegram: TelegramStandIn
) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    chat = TelegramPhone(program, telegram, OFFICER)
    assert "Đã nối với tên cán bộ Kim Văn Út" in await chat.say(await code_for(program, staff))
    await registers(phone)
    assert await alerts(program) == 1
    told = await chat.answer()
    assert "Anh/chị vừa nhận hồ sơ 1" in told
    assert "thạch thị sa rết (1990)" in told.text.lower()
    assert "0912 345 678" in told
    assert await alerts(program) == 0, "once"
    done = await chat.tap("Đã gọi được")
    assert "Đã ghi hồ sơ 1: Đã gọi được" in done
    kept = await case(program)
    assert (kept.status, kept.owner_id) == ("contacted", staff)
    assert kept.due_at == program.program.clock() + timedelta(days=14)
    assert await calls(program) == [("called", "chat")]


async def test_a_code_may_begin_like_its_prefix(
    program: Running, telegram: TelegramStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff, letters = await officer(program), iter(PREFIX * 4)
    with monkeypatch.context() as chance:
        chance.setattr("db.officers.secrets.choice", lambda _: next(letters))
        code = await code_for(program, staff)
    assert code == "CB-CBCB-CBCB"
    chat = TelegramPhone(program, telegram, OFFICER)
    assert "Đã nối với tên cán bộ Kim Văn Út" in await chat.say(code)


async def test_a_case_is_not_told_to_who_lost_its_place(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    await registers(TelegramPhone(program, telegram, 1001))
    async with program.engine.begin() as connection:
        await connection.execute(
            text("UPDATE staff_place SET place_id = (SELECT id FROM place WHERE code = '29467' AND version = '2020')")
        )
    assert await alerts(program) == 0
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM officer_alert")) == 0
        assert await connection.scalar(text("SELECT count(*) FROM audit_entry WHERE action = 'alert'")) == 0


async def test_the_same_tap_twice_is_one_call(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    await registers(TelegramPhone(program, telegram, 1001))
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    await chat.say("việc hôm nay")
    shown = await chat.say("hồ sơ tiếp")
    await chat.tap_data(shown.message, "of:no_answer:1")
    await chat.tap_data(shown.message, "of:no_answer:1")
    assert await calls(program) == [("no_answer", "chat")]
    assert (await case(program)).status == "new", "nobody was reached"


async def test_call_again_asks_when_and_moves_the_day(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    await registers(TelegramPhone(program, telegram, 1001))
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    await chat.say("hồ sơ tiếp")
    asked = await chat.tap("Hẹn gọi lại")
    assert list(asked.buttons) == ["1. Chiều tối nay", "2. Ngày làm việc tới", "3. Ba ngày làm việc nữa"]
    noted = await chat.say("2")
    assert "Thứ Ba 24/11/2026" in noted
    due = (await case(program)).due_at
    assert due is not None
    assert due.astimezone(program.program.office.zone).isoformat() == "2026-11-24T08:00:00+07:00"


async def test_todays_cases_and_the_next(program: Running, telegram: TelegramStandIn, clock: MovableClock) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    await registers(TelegramPhone(program, telegram, 1001))
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    assert "không có hồ sơ nào tới hạn" in await chat.say("việc hôm nay")
    clock.forward(days=3)
    today = await chat.say("/today")
    assert "1 hồ sơ" in today
    assert "Hồ sơ 1 – tìm việc" in (await chat.say("1")).text.lower().replace("hồ", "Hồ", 1)
    await remind_officers(program.engine, program.program.office, clock())
    await remind_officers(program.engine, program.program.office, clock())
    await alerts(program)
    reminded = await chat.answer()
    assert reminded.text.count("Nhắc việc") == 1


async def test_a_code_works_once_soon_and_only_when_right(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    staff = await officer(program)
    code = await code_for(program, staff)
    clock.forward(minutes=16)
    first, second = TelegramPhone(program, telegram, OFFICER), TelegramPhone(program, telegram, OFFICER + 1)
    assert "không đúng hoặc đã hết hạn" in await first.say(code)
    code = await code_for(program, staff)
    assert "Đã nối" in await first.say(f"/start {code}")
    assert "không đúng hoặc đã hết hạn" in await second.say(code)


async def test_a_guesser_is_not_listened_to(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    for wrong in range(5):
        await chat.say(f"CB-AAAA-AAA{wrong + 2}")
    assert "không đúng" in await chat.say(await code_for(program, staff))


async def test_unlinked_or_shut_means_nothing_more(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    chat = await WebPhone.open(program)
    await chat.say(await code_for(program, staff))
    async with AsyncSession(program.engine) as session, session.begin():
        identity = await session.scalar(text("SELECT identity_id FROM staff_identity"))
        assert await unlink(session, staff, identity)
    await registers(TelegramPhone(program, telegram, 1001))
    assert await alerts(program) == 0
    assert "không còn nối" in await chat.tap_data(None, "of:called:1")
    assert (await case(program)).status == "new"


async def test_a_stranger_or_another_commune_taps_in_vain(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program, commune="29467")
    await registers(TelegramPhone(program, telegram, 1001))
    chat = await WebPhone.open(program)
    await chat.say(await code_for(program, staff))
    for data in ("of:see:1", "of:called:1"):
        answer = await chat.tap_data(None, data)
        assert "Không có hồ sơ 1" in answer
        assert "0912" not in answer
    worker = await WebPhone.open(program)
    await worker.say("1")
    assert "không còn nối" in await worker.tap_data(None, "of:called:1")
    assert (await case(program)).status == "new"


async def test_a_broken_promise_goes_up_and_the_worker_is_told(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    phone = TelegramPhone(program, telegram, 1001)
    low, high = await officer(program), await officer(program, "phong", "office")
    await owns_everything(program, low)
    await registers(phone)
    office, manners = program.program.office, program.program.manners
    assert await escalate(program.engine, office, manners, clock()) == 0
    clock.forward(days=4)
    assert await escalate(program.engine, office, manners, clock()) == 1
    await program.program.delivery.look()
    told = await phone.answer()
    assert "Hồ sơ số 1 đã chuyển lên cấp trên" in told
    kept = await case(program)
    assert (kept.owner_id, kept.level) == (high, 2)
    assert kept.promised_at is not None and kept.promised_at > clock()
    assert await escalate(program.engine, office, manners, clock()) == 0
    async with AsyncSession(program.engine) as session:
        actions = (await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))).all()
    assert actions == ["assign", "assign", "escalate"]


async def test_nobody_is_told_at_night_of_a_broken_promise(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    await owns_everything(program, await officer(program))
    await officer(program, "phong", "office")
    await registers(TelegramPhone(program, telegram, 1001))
    clock.forward(days=3, hours=14)
    assert await escalate(program.engine, program.program.office, program.program.manners, clock()) == 0


async def test_an_officers_chat_is_not_forgotten(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    staff = await officer(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    clock.forward(days=200)
    await forget_old(program.engine, program.program.files, clock())
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM staff_identity")) == 1


@pytest.mark.parametrize("words", ["việc hôm nay", "hồ sơ tiếp"])
async def test_an_officers_words_mean_nothing_to_a_worker(phone: Phone, words: str) -> None:
    await begin(phone)
    await phone.say("menu")
    assert "hồ sơ nào" not in await phone.say(words)


async def _calls_in_vain(program: Running, staff: int) -> None:
    async with AsyncSession(program.engine) as session, session.begin():
        found = (await session.scalars(select(Registration))).one()
        await record_call(session, await session.get_one(Staff, staff), found, "no_answer", program.program.clock())


async def test_a_call_in_vain_breaks_no_promise_before_its_day(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    low = await officer(program)
    await officer(program, "phong", "office")
    await owns_everything(program, low)
    await registers(TelegramPhone(program, telegram, 1001))
    await _calls_in_vain(program, low)
    office, manners = program.program.office, program.program.manners
    clock.forward(days=1, hours=1)
    assert await escalate(program.engine, office, manners, clock()) == 0, "promised for Thursday"
    clock.forward(days=3)
    assert await escalate(program.engine, office, manners, clock()) == 1


async def test_the_promise_of_a_correction_is_kept_or_goes_up(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    low, phone = await officer(program), TelegramPhone(program, telegram, 1001)
    await officer(program, "phong", "office")
    await owns_everything(program, low)
    await registers(phone)
    async with AsyncSession(program.engine) as session, session.begin():
        found = (await session.scalars(select(Registration))).one()
        await record_call(session, await session.get_one(Staff, low), found, "called", clock())
    clock.forward(days=1)
    for words in ("đăng ký của tôi", "2", "1990", "sửa tên", "Kim Thị Hoa"):
        await phone.say(words)
    assert "chậm nhất" in await phone.say("1")
    assert "chậm nhất" in await phone.say("đăng ký của tôi")
    office, manners = program.program.office, program.program.manners
    assert await escalate(program.engine, office, manners, clock()) == 0
    clock.forward(days=6)
    assert await escalate(program.engine, office, manners, clock()) == 1


@pytest.mark.parametrize("outcome", ["called", "no_answer", "met", "referred"])
async def test_a_slip_of_the_thumb_is_taken_back(
    program: Running, telegram: TelegramStandIn, clock: MovableClock, outcome: str
) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    await registers(TelegramPhone(program, telegram, 1001))
    before = await case(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    shown = await chat.say("hồ sơ tiếp")
    noted = await chat.tap_data(shown.message, f"of:{outcome}:1")
    assert (await case(program)).due_at != before.due_at
    clock.forward(minutes=1)
    assert "như trước" in await chat.tap("Ghi nhầm, bỏ")
    now = await case(program)
    assert (now.status, now.due_at, now.next_at) == ("new", before.due_at, None)
    assert await calls(program) == []
    assert "Không bỏ được nữa" in await chat.tap_data(noted.message, "of:slip:1:1")


async def test_what_has_moved_on_is_not_taken_back(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    await registers(TelegramPhone(program, telegram, 1001))
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    shown = await chat.say("hồ sơ tiếp")
    await chat.tap_data(shown.message, "of:called:1")
    async with AsyncSession(program.engine) as session, session.begin():
        move(session, SYSTEM, (await session.scalars(select(Registration))).one(), "matched", clock(), batch="x")
    assert "Không bỏ được nữa" in await chat.tap("Ghi nhầm, bỏ")
    assert (await case(program)).status == "matched"
