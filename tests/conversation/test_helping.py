"""A hamlet head or officer registers somebody without a phone from their own chat."""

from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from content.consent_text import TEXT_VERSION
from db.officers import unlink
from db.places import HAMLETS, Place
from db.staff import StaffPlace
from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.conversation.test_officer import OFFICER, code_for, officer, owns_everything
from tests.standins.telegram import TelegramStandIn

ANSWERS = {
    "vi": ("1978", "nữ", "Trà Tro", "kim thị hoa", "không có", "may mặc", "gần nhà", "lớp 9", "không có việc", "2 năm",
           "hộ nghèo", "khmer"),
    "km": ("១៩៧៨", "ស្រី", "Trà Tro", "គឹម ហួរ", "៣", "ដេរ", "១", "៣", "៣", "៣", "១", "១"),
}  # fmt: skip
YES = {"vi": "Người này đồng ý", "km": "អ្នកនេះយល់ព្រម"}
BEGIN = {"vi": "đăng ký giúp", "km": "ជួយចុះឈ្មោះ"}
HAM_GIANG, TAP_SON = "29488", "29467"


async def rows(program: Running, query: str) -> list[tuple[Any, ...]]:
    async with program.engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def linked(program: Running, phone: Phone, *, lang: str = "vi", **account: str) -> int:
    """An officer whose chat is linked."""
    staff = await officer(program, **account)
    await phone.say("alo")
    await phone.tap({"vi": "Tiếng Việt", "km": "ភាសាខ្មែរ"}[lang])
    await phone.say(await code_for(program, staff))
    return staff


async def agrees(phone: Phone, lang: str = "vi") -> str:
    """Up to the first question."""
    await phone.say(BEGIN[lang])
    read = await phone.say("1")
    assert any(YES[lang] in label for label in read.buttons), read.text
    return (await phone.tap(YES[lang])).text


async def fills(phone: Phone, lang: str = "vi") -> str:
    for words in ANSWERS[lang]:
        answer = await phone.say(words)
    return answer.text


@pytest.mark.parametrize("lang", ["vi", "km"])
async def test_somebody_without_a_phone_is_registered(phone: Phone, program: Running, lang: str) -> None:
    staff = await linked(program, phone, lang=lang)
    await owns_everything(program, staff)
    await agrees(phone, lang)
    review = await fills(phone, lang)
    assert "1978" in review
    done = await phone.say("1")
    assert "✅" in done, review
    assert "26/11/2026" in done
    (kept,) = await rows(program, "SELECT kind, identity_id, helper_id, source, owner_id, worker_id FROM registration")
    assert kept[:5] == ("job", None, staff, "helper", staff)
    assert await rows(program, "SELECT count(*) FROM worker_identity") == [(0,)], "the officer's account is not theirs"
    agreed = await rows(
        program, "SELECT worker_id, identity_id, helper_id, taken, lang, channel, text_version FROM consent"
    )
    assert agreed == [(kept[5], None, staff, "read", lang, "desk", TEXT_VERSION)]
    (worker,) = await rows(program, "SELECT birth_year, sex, phone, hamlet, (household IS NULL) FROM worker")
    assert worker == (1978, "female", None, "Trà Tro", False)
    assert await rows(program, "SELECT subject_id FROM audit_entry WHERE action = 'assist'") == [(1,)]


async def test_no_yes_nothing_asked_and_nothing_kept(phone: Phone, program: Running) -> None:
    await linked(program, phone)
    await phone.say("/giup")
    read = await phone.say("tìm việc")
    assert "đồng ý không?" in read
    assert "Người đó trả lời sao" in read
    assert "យល់ព្រមទេ?" in await phone.tap("Đọc bằng tiếng Khmer")
    assert "năm sinh" not in (await phone.say("chưa biết")).text.lower().split("người đó trả lời")[-1]
    assert "không giữ gì" in await phone.say("không đồng ý")
    assert await rows(program, "SELECT count(*) FROM consent") == [(0,)]
    assert await rows(program, "SELECT count(*) FROM worker") == [(0,)]


async def test_an_old_yes_is_not_the_next_persons(program: Running, telegram: TelegramStandIn) -> None:
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    await chat.say("đăng ký giúp")
    first = await chat.say("1")
    await chat.tap("Người này không đồng ý")
    await chat.say("đăng ký giúp")
    await chat.say("2")
    await chat.tap_data(first.message, first.buttons["1. Người này đồng ý"])
    assert await rows(program, "SELECT data ? 'draft' FROM identity") == [(False,)]


async def test_only_ones_own_communes(phone: Phone, program: Running) -> None:
    await linked(program, phone)
    assert "xã" not in (first := await agrees(phone)).lower(), first
    await phone.say("1978")
    await phone.say("nữ")
    refused = await phone.say("sửa xã")
    assert "Tập Sơn" not in refused.buttons
    refused = await phone.say("Tập Sơn")
    assert "không thuộc địa bàn" in refused
    assert await rows(program, "SELECT data->'draft'->'answers'->>'commune' FROM identity") != [(TAP_SON,)]


async def test_only_ones_own_hamlet(program: Running, telegram: TelegramStandIn) -> None:
    async with AsyncSession(program.engine) as session, session.begin():
        home = await session.scalar(select(Place).where(Place.code == HAM_GIANG, Place.version == "2020"))
        assert home is not None
        hamlets = [
            Place(code=f"h{name}", version=HAMLETS, kind="ấp", name=name, parent_id=home.successor_id)
            for name in ("Trà Tro A", "Trà Tro B", "Chợ")
        ]
        session.add_all(hamlets)
        await session.flush()
        mine = [one.id for one in hamlets[:2]]
    chat = TelegramPhone(program, telegram, OFFICER)
    staff = await linked(program, chat, login="ap", role="hamlet")
    async with AsyncSession(program.engine) as session, session.begin():
        await session.execute(text("DELETE FROM staff_place"))
        session.add_all(StaffPlace(staff_id=staff, place_id=one) for one in mine)
    await agrees(chat)
    await chat.say("1978")
    await chat.say("nữ")
    await chat.say("Hàm Giang")
    refused = await chat.say("ấp Chợ")
    assert "Ấp này không thuộc" in refused
    assert "Trà Tro A, Trà Tro B" in refused
    assert "không thuộc" in await chat.tap("Bỏ qua")
    assert "không thuộc" not in await chat.say("ấp trà tro b")


async def test_likely_the_same_person_is_shown_before_anything_is_kept(phone: Phone, program: Running) -> None:
    await linked(program, phone)
    await agrees(phone)
    await fills(phone)
    await phone.say("1")
    await agrees(phone)
    await fills(phone)
    asked = await phone.say("1")
    assert "đã đăng ký rồi" in asked
    assert "1978" in asked.text + "".join(asked.buttons)
    assert await rows(program, "SELECT count(*) FROM registration") == [(1,)]
    assert "Xin xem lại" in await phone.say("quay lại")
    await phone.say("1")
    assert "đã có đăng ký" in await phone.say("1")
    assert await rows(program, "SELECT count(*) FROM worker") == [(1,)]
    await agrees(phone)
    await fills(phone)
    await phone.say("1")
    assert "✅ Đã đăng ký" in await phone.say("2")
    assert await rows(program, "SELECT verdict FROM twin") == [("two",)]


async def test_a_helped_form_and_ones_own_never_mix(phone: Phone, program: Running) -> None:
    await linked(program, phone)
    await phone.say("tìm việc")
    await phone.tap("Tôi đồng ý")
    await phone.say("1990")
    await agrees(phone)
    await phone.say("1978")
    await phone.say("dừng")
    again = await phone.say("tìm việc")
    assert "dở" in again or "tiếp" in again.text.lower()
    await phone.say("tiếp tục")
    drafts = "SELECT data->'draft'->>'whom', data->'draft'->'answers'->>'birth_year' FROM identity"
    assert await rows(program, drafts) == [("self", "1990")]
    await phone.say("đăng ký giúp")
    await phone.say("tiếp tục")
    assert await rows(program, drafts) == [("helped", "1978")]
    await phone.say("menu")
    await phone.say("đăng ký giúp")
    assert "đọc to" in await phone.say("làm lại"), "another person may stand there: asked anew"
    assert await rows(program, "SELECT data->'aside'->'job'->'answers'->>'birth_year' FROM identity") == [("1990",)]


async def test_too_young_takes_nothing_from_the_officer(phone: Phone, program: Running) -> None:
    await linked(program, phone)
    await phone.say("tìm việc")
    await phone.tap("Tôi đồng ý")
    await phone.say("1990")
    await agrees(phone)
    assert "không giữ gì" in await phone.say("2015")
    assert await rows(program, "SELECT withdrawn_at FROM consent") == [(None,)]
    assert await rows(program, "SELECT data->'aside'->'job'->>'form' FROM identity") == [("job",)]


async def test_who_is_unlinked_meanwhile_keeps_nothing(program: Running, telegram: TelegramStandIn) -> None:
    chat = TelegramPhone(program, telegram, OFFICER)
    staff = await linked(program, chat)
    await agrees(chat)
    async with AsyncSession(program.engine) as session, session.begin():
        assert await unlink(session, staff, await session.scalar(text("SELECT identity_id FROM staff_identity")))
    assert "không còn nối" in await chat.say("1978")
    assert await rows(program, "SELECT data ? 'draft' FROM identity") == [(False,)]


async def test_a_reader_may_not(program: Running, telegram: TelegramStandIn) -> None:
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat, login="doc", role="reader")
    assert "không đăng ký giúp được" in await chat.say("đăng ký giúp")


async def test_a_worker_says_the_same_words_and_registers_as_workers_do(phone: Phone, program: Running) -> None:
    await phone.say("alo")
    await phone.tap("Tiếng Việt")
    assert "đọc to" not in await phone.say("đăng ký giúp")


async def test_a_stranger_taps_in_vain(program: Running, telegram: TelegramStandIn) -> None:
    chat = await WebPhone.open(program)
    await chat.say("alo")
    await chat.tap("Tiếng Việt")
    for data in ("hp:kind:job", "hp:agree:1:yes", "hp:is:1:new"):
        await chat.tap_data(None, data)
    assert "không còn nối" in await chat.tap_data(None, "hp:begin")
    assert await rows(program, "SELECT data ? 'draft' FROM identity") == [(False,)]


async def test_a_photo_is_not_taken_in_a_helped_form(program: Running, telegram: TelegramStandIn) -> None:
    chat = TelegramPhone(program, telegram, OFFICER)
    await linked(program, chat)
    await agrees(chat)
    await chat.person.send_voice()
    assert "ghi bằng chữ" in await chat.answer()
    assert await rows(program, "SELECT count(*) FROM attachment") == [(0,)]
