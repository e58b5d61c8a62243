"""A person talks with the worker: the bot keeps quiet and says so, and is back when either side ends it (F11)."""

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from content.person_words import from_staff
from db import person_talks
from db.cases import CaseMessage, OfficerAlert
from db.ownership import give
from db.people import Identity
from db.record import Someone
from db.registrations import Attachment, Registration
from db.staff import StaffIdentity
from jobs.person_talks import end_talks
from tests.conftest import MovableClock, Running
from tests.conversation.phones import Phone, TelegramPhone
from tests.conversation.test_officer import OFFICER, code_for, officer, registers
from tests.standins.telegram import TelegramStandIn


async def staff_write(program: Running, staff: int, words: str = "Mai anh tới xã được không?") -> None:
    """A member of staff writes from the case's page."""
    now = program.program.clock()
    async with AsyncSession(program.engine, expire_on_commit=False) as session, session.begin():
        case = (await session.scalars(select(Registration))).one()
        account = await person_talks.reachable(session, case)
        assert account is not None
        first = await person_talks.open_talk(session, account.id) is None
        message = from_staff(account.lang or "vi", account.chat_id, "Kim Văn Út", words, first=first)
        await person_talks.write(session, Someone(staff, "Kim Văn Út"), case, account, words, message, now)
    await program.program.delivery.look()


async def said(program: Running) -> list[tuple[str | None, str]]:
    async with AsyncSession(program.engine) as session:
        kept = await session.scalars(select(CaseMessage).order_by(CaseMessage.id))
        return [(message.actor, message.words) for message in kept]


async def silent(program: Running) -> bool:
    async with AsyncSession(program.engine) as session:
        accounts = await session.scalars(select(Identity).where(Identity.data["person"].is_not(None)))
        return bool(accounts.all())


async def test_words_go_to_the_case_and_the_bot_keeps_quiet(phone: Phone, program: Running) -> None:
    staff = await officer(program)
    await registers(phone)
    await staff_write(program, staff)
    first = await phone.say("dạ được")
    assert "Máy tạm im" in first, "once it says that a person will read this"
    assert (await phone.say("tìm việc")).texts[-1:] != ["Xin xem lại"]
    assert "Máy tạm im" not in await phone.say("mấy giờ vậy?")
    assert await said(program) == [("Kim Văn Út", "Mai anh tới xã được không?"), (None, "dạ được"), (None, "tìm việc"),
                                   (None, "mấy giờ vậy?")]  # fmt: skip


async def test_the_first_word_says_how_to_answer(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    phone = TelegramPhone(program, telegram, 1001)
    await registers(phone)
    await staff_write(program, staff)
    told = await phone.answer()
    assert told.text == "Cán bộ Kim Văn Út nhắn:\nMai anh tới xã được không?\n" + (
        "Anh/chị trả lời ngay ở đây, cán bộ sẽ đọc. Lúc này máy tạm im."
    )
    await staff_write(program, staff, "Nhớ mang giấy tờ")
    assert "máy tạm im" not in (await phone.answer()).text


async def test_the_worker_leaves_with_a_word_or_a_tap(phone: Phone, program: Running) -> None:
    staff = await officer(program)
    await registers(phone)
    await staff_write(program, staff)
    await phone.say("chờ chút")
    assert "Máy trả lời lại đây" in await phone.say("menu")
    assert not await silent(program)
    assert "Mình đăng ký học nghề" in await phone.say("học nghề")


async def test_after_hours_of_silence_the_bot_is_back(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    staff = await officer(program)
    phone = TelegramPhone(program, telegram, 1001)
    await registers(phone)
    await staff_write(program, staff)
    clock.forward(hours=5)
    await phone.say("dạ")
    clock.forward(hours=2)
    assert await end_talks(program.engine, clock()) == 0, "the worker's word moved the end on"
    clock.forward(hours=5)
    assert await end_talks(program.engine, clock()) == 1
    await program.program.delivery.look()
    assert "đã xong" in await phone.answer()
    assert not await silent(program)
    assert await end_talks(program.engine, clock()) == 0


async def test_a_voice_note_belongs_to_the_case(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    phone = TelegramPhone(program, telegram, 1001)
    await registers(phone)
    await staff_write(program, staff)
    await phone.answer()
    await phone.person.send_voice()
    await phone.answer()
    async with AsyncSession(program.engine) as session:
        assert (await session.scalars(select(Attachment.registration_id))).all() == [1]
    assert (await said(program))[-1] == (None, "(gửi một tin nói)")


async def test_the_officer_is_told_once_until_they_answer(program: Running, telegram: TelegramStandIn) -> None:
    staff = await officer(program)
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    phone = TelegramPhone(program, telegram, 1001)
    await registers(phone)
    await staff_write(program, staff)
    for words in ("dạ", "vâng"):
        await phone.say(words)
    async with AsyncSession(program.engine) as session:
        assert (await session.scalars(select(OfficerAlert.cause))).all() == ["message"]


async def test_a_deleted_case_leaves_no_silence(phone: Phone, program: Running) -> None:
    staff = await officer(program)
    await registers(phone)
    await staff_write(program, staff)
    async with program.engine.begin() as connection:
        await connection.execute(text("DELETE FROM registration"))
    assert (await phone.say("tìm việc")).texts
    assert not await silent(program)


async def test_nobody_writes_to_who_took_the_agreement_back(phone: Phone, program: Running) -> None:
    await officer(program)
    await registers(phone)
    await phone.say("đăng ký của tôi")
    await phone.tap("Xem thông tin của tôi")
    await phone.say("1990")
    await phone.tap("Rút lại sự đồng ý")
    await phone.tap("Có, tôi chắc")
    async with AsyncSession(program.engine) as session:
        case = (await session.scalars(select(Registration))).one()
        assert await person_talks.reachable(session, case) is None


async def test_a_worker_who_talks_is_heard_by_whoever_has_the_case_now(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    first, second = await officer(program), await officer(program, "xa2")
    phone = TelegramPhone(program, telegram, 1001)
    await registers(phone)
    chats = {staff: TelegramPhone(program, telegram, 5000 + staff) for staff in (first, second)}
    for staff, chat in chats.items():
        await chat.say(await code_for(program, staff))
    async with AsyncSession(program.engine) as session, session.begin():
        (await session.scalars(select(Registration))).one().owner_id = first
    await staff_write(program, first)
    async with AsyncSession(program.engine) as session, session.begin():
        case = (await session.scalars(select(Registration))).one()
        await give(session, Someone(None, "system"), case, second, clock())
    await phone.say("dạ được")
    async with AsyncSession(program.engine) as session, session.begin():
        told = await session.scalars(select(OfficerAlert.identity_id).where(OfficerAlert.cause == "message"))
        linked = select(StaffIdentity.identity_id).where(StaffIdentity.staff_id == second)
        assert told.all() == [await session.scalar(linked)]
        await session.execute(text("DELETE FROM officer_alert"))
        await session.execute(text("UPDATE person_talk SET staff_id = :id"), {"id": first})
        await session.execute(text("UPDATE staff SET disabled_at = now() WHERE id = :id"), {"id": first})
    await phone.say("mấy giờ vậy?")
    async with AsyncSession(program.engine) as session:
        told = await session.scalars(select(OfficerAlert.identity_id).where(OfficerAlert.cause == "message"))
        assert told.all() == [await session.scalar(linked)], "the account that talked is shut"
