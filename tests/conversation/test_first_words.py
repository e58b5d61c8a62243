"""The first minutes: welcome, language, consent, menu (A1, A3, H1, K1)."""

import pytest
from sqlalchemy import text

from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone
from tests.standins.telegram import TelegramStandIn


async def test_anything_opens_the_welcome_in_both_scripts(phone: Phone) -> None:
    welcome = await phone.say("xin chào")
    assert "Chào bà con" in welcome
    assert "ជម្រាបសួរ" in welcome
    assert list(welcome.buttons) == ["1. Tiếng Việt", "2. ភាសាខ្មែរ"]


@pytest.mark.parametrize("words", ["1", "tieng viet", "Tiếng Việt", "១"])
async def test_the_language_by_number_or_words(phone: Phone, words: str) -> None:
    await phone.say("alo")
    menu = await phone.say(words)
    assert "1. Tìm việc làm" in menu.buttons


async def test_a_khmer_phone_is_greeted_in_khmer_first(program: Running, telegram: TelegramStandIn) -> None:
    phone = TelegramPhone(program, telegram, 7, lang="km")
    welcome = await phone.say("/start")
    assert list(welcome.buttons) == ["1. ភាសាខ្មែរ", "2. Tiếng Việt"]
    menu = await phone.say("1")
    assert "រកការងារ" in next(iter(menu.buttons))


async def test_the_menu_has_at_most_seven_numbered_entries(phone: Phone) -> None:
    await phone.say("alo")
    menu = await phone.tap("Tiếng Việt")
    numbered = [label for label in menu.buttons if label[0].isdigit()]
    assert len(numbered) == 7


async def test_a_newcomers_wish_is_remembered_over_the_language_question(phone: Phone) -> None:
    await phone.say("tôi muốn tìm việc làm")
    consent = await phone.say("1")
    assert "đồng ý" in consent


async def test_the_language_is_changed_at_any_question(phone: Phone) -> None:
    await start_job_form(phone)
    await phone.say("đổi ngôn ngữ")
    again = await phone.tap("ភាសាខ្មែរ")
    assert "1990" in again
    assert "Anh/chị" not in again


async def start_job_form(phone: Phone) -> None:
    """From nothing to the first question of the job form."""
    for words in ("alo", "1", "1"):
        await phone.say(words)
    await phone.tap("Tôi đồng ý")


async def test_no_is_a_fine_answer_and_leaves_nothing(phone: Phone, program: Running) -> None:
    for words in ("alo", "1", "1"):
        await phone.say(words)
    refused = await phone.say("tôi không đồng ý")
    assert "không giữ gì" in refused
    async with program.engine.connect() as connection:
        for table in ("worker", "registration", "consent", "attachment", "help_request"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    assert "NHCSXH" in await phone.say("vay vốn")


async def test_consent_is_kept_with_its_proof(phone: Phone, program: Running) -> None:
    await start_job_form(phone)
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM consent"))).one()
    assert (row.text_version, row.lang, row.channel) == (
        "2026-11-24",
        "vi",
        phone.channel,
    )
    assert row.given_at == program.program.clock()


async def test_silence_or_doubt_is_no_consent(phone: Phone, program: Running) -> None:
    for words in ("alo", "1", "1", "để coi", "hổng biết"):
        answer = await phone.say(words)
    assert "đồng ý" in answer
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM consent")) == 0


async def test_a_poster_names_the_place(program: Running, telegram: TelegramStandIn) -> None:
    phone = TelegramPhone(program, telegram, 9)
    await phone.person.start("hamgiang")
    await phone.answer()
    await start_job_form(phone)
    await phone.say("1990")
    assert "ấp" in await phone.say("nam")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT source FROM identity")) == "hamgiang"
