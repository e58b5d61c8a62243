"""Seeing, correcting, withdrawing and deleting what is kept (K2)."""

import re

from sqlalchemy import text

from tests.conftest import MovableClock, Running
from tests.conversation.phones import Phone
from tests.conversation.test_registration import LAST, PERSON, begin


async def registered(phone: Phone) -> None:
    """With a job registration sent."""
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST, "1"):
        await phone.say(words)


async def test_nothing_registered_is_said_kindly(phone: Phone) -> None:
    for words in ("alo", "1"):
        await phone.say(words)
    answer = await phone.say("đăng ký của tôi")
    assert "chưa đăng ký gì" in answer
    assert "Gặp cán bộ" in answer.buttons


async def test_status_and_promise_in_plain_words(phone: Phone, program: Running, clock: MovableClock) -> None:
    await registered(phone)
    answer = await phone.say("đăng ký của tôi tới đâu rồi")
    assert "đã nhận, chờ cán bộ liên hệ" in answer
    assert "chậm nhất Thứ Năm 26/11/2026" in answer
    clock.forward(days=5)
    assert "xin lỗi" in await phone.say("đăng ký của tôi")


async def test_kept_data_is_shown_after_the_year_of_birth(phone: Phone) -> None:
    await registered(phone)
    await phone.say("đăng ký của tôi")
    answer = await phone.tap("Xem thông tin của tôi")
    assert "sinh năm nào" in answer
    assert "0912" not in answer
    assert "không khớp" in await phone.say("1985")
    answer = await phone.say("1990")
    for words in ("Thạch Thị Sa Rết", "0912 345 678", "Hộ nghèo", "Khmer", "may", "Gần nhà"):
        assert words in answer


async def test_a_stranger_with_the_phone_sees_nothing(phone: Phone) -> None:
    await registered(phone)
    await phone.say("đăng ký của tôi")
    await phone.tap("Xem thông tin của tôi")
    for year in ("1981", "1982"):
        await phone.say(year)
    answer = await phone.say("1983")
    assert "Cán bộ" in answer
    assert "Thạch" not in answer
    assert "Thạch" not in await phone.say("1990")


async def test_an_answer_is_corrected_later(phone: Phone, program: Running) -> None:
    await registered(phone)
    await phone.say("đăng ký của tôi")
    await phone.tap("Sửa thông tin của tôi")
    answer = await phone.say("1990")
    assert "Xin xem lại" in answer
    await phone.say("sửa tên")
    await phone.say("Kim Thị Hoa")
    await phone.say("1")
    async with program.engine.connect() as connection:
        names = (await connection.execute(text("SELECT name FROM worker"))).scalars().all()
        assert names == ["Kim Thị Hoa"]
        kept = (await connection.execute(text("SELECT actor, changes FROM correction"))).one()
        changes = program.program.seal.open(kept.changes).decode()
        assert (kept.actor, changes) == ("worker", '{"name":["Thạch Thị Sa Rết","Kim Thị Hoa"]}')
        assert await connection.scalar(text("SELECT count(*) FROM registration")) == 1
    await phone.say("đăng ký của tôi")
    seen = await phone.tap("Xem thông tin của tôi")
    assert "Số lần đã sửa thông tin (lời cũ cũng được giữ): 1" in seen


async def test_one_of_two_needs_is_withdrawn_and_the_other_stays(phone: Phone, program: Running) -> None:
    await registered(phone)
    for words in ("học nghề", "may", "buổi tối", "1"):
        answer = await phone.say(words)
    assert "Đã nhận đăng ký học nghề" in answer
    await phone.say("đăng ký của tôi")
    answer = await phone.tap("Rút một đăng ký")
    assert "học nghề" in "".join(answer.buttons)
    assert "tìm việc làm" in "".join(answer.buttons)
    answer = await phone.tap("tìm việc làm")
    assert "tìm việc làm" in answer
    answer = await phone.say("1")
    assert "Đã rút đăng ký tìm việc làm" in answer
    async with program.engine.connect() as connection:
        rows = await connection.execute(text("SELECT kind, status FROM registration ORDER BY id"))
        assert [tuple(row) for row in rows] == [("job", "closed"), ("training", "new")]
    left = await phone.say("đăng ký của tôi")
    assert "Rút đăng ký học nghề" in "".join(left.buttons)


async def test_a_need_is_withdrawn(phone: Phone, program: Running) -> None:
    await registered(phone)
    await phone.say("đăng ký của tôi")
    await phone.tap("Rút đăng ký")
    assert "để nguyên" in await phone.say("không")
    await phone.say("đăng ký của tôi")
    await phone.tap("Rút đăng ký")
    assert "Đã rút" in await phone.tap("Có, tôi chắc")
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT status, closed_reason FROM registration"))).one()
        query = text("SELECT actor, detail ->> 'from', detail ->> 'to' FROM audit_entry WHERE action = 'status'")
        assert tuple((await connection.execute(query)).one()) == ("worker", "new", "closed")
    assert tuple(row) == ("closed", "withdrawn")


async def test_everything_is_deleted_at_once_and_a_proof_stays(phone: Phone, program: Running) -> None:
    await registered(phone)
    await phone.say("xóa thông tin của tôi")
    answer = await phone.tap("Có, tôi chắc")
    match = re.search(r"Mã xác nhận: ([A-Z2-9]{8})", answer.text)
    assert match, answer.text
    async with program.engine.connect() as connection:
        for table in ("worker", "registration", "attachment", "help_request", "worker_identity"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        assert await connection.scalar(text("SELECT count(*) FROM identity WHERE lang IS NOT NULL")) == 0
        proof = (await connection.execute(text("SELECT * FROM erasure"))).one()
        consent = (await connection.execute(text("SELECT * FROM consent"))).one()
        everything = str((await connection.execute(text("SELECT * FROM erasure"))).all())
        everything += str((await connection.execute(text("SELECT * FROM audit_entry"))).all())
    assert proof.reference == match[1]
    assert proof.done_at == program.program.clock()
    assert consent.identity_id is None
    assert consent.withdrawn_at is not None
    for secret in ("Sa Rết", "912345678", "Chợ"):
        assert secret not in everything
    assert "Tiếng Việt" in str(list((await phone.say("alo")).buttons)), "they are a newcomer again"


async def test_deletion_is_asked_first(phone: Phone, program: Running) -> None:
    await registered(phone)
    await phone.say("xóa dữ liệu")
    assert "để nguyên" in await phone.say("không")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM worker")) == 1


async def test_consent_is_withdrawn_at_once(phone: Phone, program: Running) -> None:
    await registered(phone)
    await phone.say("đăng ký của tôi")
    await phone.tap("Xem thông tin của tôi")
    await phone.say("1990")
    assert "chắc chưa" in await phone.tap("Rút lại sự đồng ý")
    assert "rút lại sự đồng ý" in await phone.say("có")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT withdrawn_at FROM consent")) is not None
        assert await connection.scalar(text("SELECT status FROM registration")) == "closed"
    answer = await phone.say("tìm việc")
    assert "đồng ý không" in answer


async def test_the_year_cannot_be_guessed_by_asking_again(phone: Phone, clock: MovableClock) -> None:
    await registered(phone)
    for year in ("1981", "1982", "1983"):
        await phone.say("đăng ký của tôi")
        await phone.tap("Xem thông tin của tôi")
        await phone.say(year)
    await phone.say("đăng ký của tôi")
    assert "Cán bộ" in await phone.tap("Xem thông tin của tôi"), "shut, without another question"
    clock.forward(hours=25)
    await phone.say("đăng ký của tôi")
    await phone.tap("Xem thông tin của tôi")
    assert "Thạch Thị Sa Rết" in await phone.say("1990")


async def test_another_person_on_the_phone_sees_and_changes_nothing_of_the_first(
    phone: Phone, program: Running, clock: MovableClock
) -> None:
    await registered(phone)
    clock.forward(days=1)
    answer = await phone.say("học nghề")
    assert "cho Rết hay cho người khác" in answer
    assert "Thạch" not in answer
    answer = await phone.tap("Cho người khác")
    assert "sinh năm nào" in answer
    for words in ("2001", "nam", "ham giang", "Chợ", "Kim Sa Phia", "không có số nào", "sửa xe", "cuối tuần"):
        answer = await phone.say(words)
        assert "0912" not in answer
        assert "Hộ nghèo" not in answer.text.replace("1. Hộ nghèo", "")
    for words in ("lớp 9", "có việc làm", "bỏ qua", "bỏ qua", "1"):
        await phone.say(words)
    async with program.engine.connect() as connection:
        names = (await connection.execute(text("SELECT name FROM worker ORDER BY id"))).scalars().all()
    assert names == ["Thạch Thị Sa Rết", "Kim Sa Phia"]


async def test_the_same_person_later_shows_it_by_the_year(phone: Phone, clock: MovableClock) -> None:
    await registered(phone)
    clock.forward(days=1)
    await phone.say("học nghề")
    assert "sinh năm nào" in await phone.tap("Cho tôi")
    assert "học nghề gì" in await phone.say("1990")


async def test_what_was_told_of_another_is_not_taken_for_oneself(phone: Phone, program: Running) -> None:
    await registered(phone)
    await phone.say("học nghề")
    await phone.tap("Cho người khác")
    for words in ("2001", "nam"):
        await phone.say(words)
    await phone.say("menu")
    answer = await phone.say("đi làm nước ngoài")
    assert "nước nào" in answer, "her own answers are known"
    async with program.engine.connect() as connection:
        data = await connection.scalar(text("SELECT data FROM identity WHERE lang IS NOT NULL"))
    assert data["draft"]["answers"]["birth_year"] == 1990
    assert data["aside"]["training"]["answers"]["birth_year"] == 2001


async def test_taking_the_agreement_back_forgets_every_unfinished_form(phone: Phone, program: Running) -> None:
    await registered(phone)
    for words in ("học nghề", "may", "menu", "đi làm nước ngoài", "nhật", "menu", "đăng ký của tôi"):
        await phone.say(words)
    await phone.tap("Xem thông tin của tôi")
    await phone.say("1990")
    await phone.tap("Rút lại sự đồng ý")
    await phone.say("có")
    async with program.engine.connect() as connection:
        data = await connection.scalar(text("SELECT data FROM identity WHERE lang IS NOT NULL"))
    assert not {"draft", "aside"} & data.keys()


async def test_an_aside_comes_back_to_what_was_asked(phone: Phone) -> None:
    await registered(phone)
    await phone.say("đăng ký của tôi")
    await phone.tap("Rút đăng ký")
    answer = await phone.say("trợ giúp")
    assert list(answer.buttons) == ["1. Có, tôi chắc", "2. Không, để nguyên"]
    assert "Đã rút" in await phone.say("1")


async def test_going_on_takes_up_a_form_that_was_laid_aside(phone: Phone) -> None:
    await registered(phone)
    for words in ("học nghề", "may", "menu", "đi làm nước ngoài", "nhật", "bỏ qua", "bỏ qua", "không", "1"):
        await phone.say(words)
    assert "đi học được" in await phone.say("tiếp tục")
