"""Photos, voices, stickers, long and empty texts, edits, old buttons, repeats: each gets a fitting answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from jobs.files import fetch_files
from tests.conftest import MovableClock, Running
from tests.conversation.conftest import with_buttons
from tests.conversation.phones import Phone, TelegramPhone
from tests.conversation.test_registration import LAST, PERSON, begin
from tests.standins.telegram import TelegramStandIn
from tests.standins.telegram.person import VOICE


@pytest.fixture
def ana(program: Running, telegram: TelegramStandIn) -> TelegramPhone:
    return TelegramPhone(program, telegram, 1001)


async def test_a_voice_note_answers_any_question_and_is_kept(
    ana: TelegramPhone, program: Running, telegram: TelegramStandIn
) -> None:
    await begin(ana)
    for words in PERSON[:4]:
        await ana.say(words)
    await ana.person.send_voice()
    answer = await ana.answer()
    assert "bằng số nào" in answer, "the voice was taken for the name"
    for words in (*PERSON[5:], "may", "gần nhà", *LAST):
        answer = await ana.say(words)
    assert "Họ tên: (ghi âm)" in answer
    await ana.say("1")
    fetched = await fetch_files(
        program.engine,
        program.program.files,
        lambda channel, file_id: _fetch(program, channel, file_id),
        program.program.clock(),
    )
    assert fetched == 1
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM attachment"))).one()
        registration = await connection.scalar(text("SELECT id FROM registration"))
    assert (row.kind, row.question, row.registration_id) == ("voice", "name", registration)
    assert program.program.files.open(row.path) == VOICE, "sealed on disk, whole when opened"


async def _fetch(program: Running, channel: str, file_id: str) -> bytes:
    content = await program.program.bots[channel].download(file_id)
    assert content is not None
    return content.read()


async def test_nothing_sent_is_kept_before_consent(ana: TelegramPhone, program: Running) -> None:
    for words in ("alo", "1"):
        await ana.say(words)
    for send in (ana.person.send_voice, ana.person.send_photo, ana.person.send_location):
        await send()
        assert "đồng ý" in await ana.answer()
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM attachment")) == 0


async def test_other_things_get_a_friendly_word_and_the_question_again(ana: TelegramPhone) -> None:
    await begin(ana)
    await ana.person.send_sticker()
    assert "sinh năm nào" in await ana.answer()
    await ana.person.send_photo(caption="1990")
    answer = await ana.answer()
    assert "Đã nhận" in answer
    assert "sinh năm nào" in answer
    await ana.person.send_location()
    assert "sinh năm nào" in await ana.answer()
    await ana.person.share_contact(own=False)
    assert "sinh năm nào" in await ana.answer()


async def test_a_location_is_sealed(ana: TelegramPhone, program: Running) -> None:
    await begin(ana)
    await ana.person.send_location(9.9347, 106.3453)
    await ana.answer()
    async with program.engine.connect() as connection:
        detail = await connection.scalar(text("SELECT detail FROM attachment"))
    assert "9.93" not in str(detail)
    assert program.program.seal.open_word(detail["sealed"]) == "9.9347,106.3453"


@pytest.mark.parametrize(
    "words", ["x" * 3900, "   ", "…", "🙂🙂🙂", "'; DROP TABLE worker; --", "<b>hi</b>", "{0}{office}%s"]
)
async def test_strange_texts_never_break_anything(phone: Phone, words: str) -> None:
    await begin(phone)
    answer = await phone.say(words)
    assert "sinh năm nào" in answer
    await phone.say("menu")
    answer = await phone.say(words)
    assert answer.buttons


async def test_an_edited_message_is_explained(ana: TelegramPhone) -> None:
    await begin(ana)
    message = await ana.person.say("1990")
    await ana.answer()
    await ana.person.edit(message, "1991")
    answer = await ana.answer()
    assert "nam hay nữ" in answer
    assert "sửa" in answer


@with_buttons
async def test_an_old_button_never_changes_anything(phone: Phone, program: Running) -> None:
    await begin(phone)
    await phone.say("1990")
    old = await phone.say("quay lại")
    await phone.say("1990")
    sex = await phone.tap("Nữ")
    assert "ở xã nào" in sex
    old = await phone.tap_data(None if not sex.message else sex.message, "q:1:sex:male")
    assert "ở xã nào" in old
    async with program.engine.connect() as connection:
        data = await connection.scalar(text("SELECT data FROM identity WHERE lang IS NOT NULL"))
    assert data["draft"]["answers"]["sex"] == "female"


@with_buttons
@pytest.mark.parametrize(
    "data",
    ["q:99:sex:male", "q:1:nothing:x", "q:x:y", "go:nowhere", "my:withdraw:999", "my:delete_sure:yes", "consent:yes",
     "form:resume", "lang:xx", "", ":::::", "p:1:commune:99999", "b:1:sex", "s:1:birth_year", "loans:xyz", "my:see:1"],
)  # fmt: skip
async def test_forged_or_stale_buttons_are_harmless(phone: Phone, program: Running, data: str) -> None:
    await begin(phone)
    before = await phone.say("1990")
    answer = await phone.tap_data(before.message, data)
    assert answer.texts
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM consent")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM registration")) == 0


async def test_a_place_is_found_by_paging(phone: Phone) -> None:
    await begin(phone)
    for words in ("1990", "nữ"):
        answer = await phone.say(words)
    assert len([label for label in answer.buttons if label[0].isdigit()]) == 5
    answer = await phone.tap("Xem thêm")
    assert next(iter(answer.buttons)).startswith("6. ")
    answer = await phone.say("7")
    assert "ấp" in answer


async def test_a_machine_that_repeats_itself_is_left_alone(phone: Phone) -> None:
    for words in ("alo", "1"):
        await phone.say(words)
    answers = [await phone.say("tôi là máy") for _ in range(25)]
    assert answers[18].texts
    assert not answers[-1].texts
    assert (await phone.say("menu")).texts, "other words are heard again"


async def test_somebody_asks_for_a_person(phone: Phone, program: Running, clock: MovableClock) -> None:
    for words in ("alo", "1"):
        await phone.say(words)
    answer = await phone.say("cho tôi gặp cán bộ")
    assert "Thứ Năm 26/11/2026" in answer
    assert "0294 000 0000" in answer
    assert "ngoài giờ" not in answer
    clock.forward(hours=12)
    assert "07:30, Thứ Ba 24/11/2026" in await phone.say("gặp cán bộ")
    assert "ngoài giờ" not in await phone.say("gặp cán bộ"), "once a day"
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 3


@asynccontextmanager
async def chat_held(engine: AsyncEngine, chat: int) -> AsyncIterator[None]:
    """Hold a chat's lock as another process would."""
    async with engine.begin() as connection:
        query = text("SELECT pg_advisory_xact_lock(hashtextextended('telegram', :chat))")
        await connection.execute(query, {"chat": chat})
        yield


async def test_words_before_the_question_arrived_are_no_answer(
    ana: TelegramPhone, telegram: TelegramStandIn, program: Running
) -> None:
    await begin(ana)
    await ana.say("1990")
    telegram.webhook.hold()
    await ana.person.say("nữ")
    await ana.person.say("nam")  # written before the question for the commune can be there
    telegram.webhook.concurrent = True
    async with chat_held(program.engine, ana.person.id):  # so that both are here before the first is answered
        telegram.webhook.release()
        async with asyncio.timeout(30):
            while sum(task.get_name().startswith("telegram update") for task in asyncio.all_tasks()) < 2:
                await asyncio.sleep(0.01)
    answer = await ana.answer()
    assert "trước khi câu hỏi hiện ra" in answer
    async with program.engine.connect() as connection:
        data = await connection.scalar(text("SELECT data FROM identity"))
    assert data["draft"]["answers"]["sex"] in ("female", "male")
    assert data["draft"]["at"] == "commune"


async def test_a_repeated_update_is_handled_once(
    ana: TelegramPhone, telegram: TelegramStandIn, program: Running
) -> None:
    telegram.webhook.copies = 3
    await begin(ana)
    await ana.say("gặp cán bộ")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM consent")) == 1


async def test_one_chats_updates_stay_in_order(telegram: TelegramStandIn, program: Running) -> None:
    """Twenty chats at once, each with its own words in its own order."""
    phones = [TelegramPhone(program, telegram, 3000 + n) for n in range(20)]
    await asyncio.gather(*(begin(phone) for phone in phones))
    answers = await asyncio.gather(*(phone.say("1990") for phone in phones))
    assert all("nam hay nữ" in answer for answer in answers)


async def test_blocking_is_noted_and_undone(ana: TelegramPhone, program: Running) -> None:
    await begin(ana)
    await ana.person.block()
    await program.settle()
    await ana.person.quiet(also=program.settle)
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT blocked_at FROM identity")) is not None
    await ana.say("1990")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT blocked_at FROM identity")) is None


async def test_a_group_is_not_answered(telegram: TelegramStandIn, program: Running, ana: TelegramPhone) -> None:
    group = telegram.group(-100123, "Ấp Kosla")
    await ana.person.say("tìm việc", chat=group)
    await ana.person.quiet(also=program.settle)
    assert group.inbox == []
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM identity")) == 0
