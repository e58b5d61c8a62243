"""One search over people and over what was written: accents, Khmer, bounds, escaping, pages, the record."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import fold
from db import words_search
from db.cases import CaseCall, CaseMessage, CaseNote
from db.registrations import HelpRequest, Registration
from db.staff import ROLES
from desk import case_view
from desk.excerpt import contains, excerpt
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
KHMER = "បាទ ខ្ញុំចង់ទៅធ្វើការនៅរោងចក្រកាត់ដេរ ប៉ុន្តែមិនទាន់មានឯកសារទេ។"


async def writes(house: House, number: int, words: str, actor: str | None = None, **back: float) -> int:
    """Words in a case, of the worker or of staff, some time ago; returns the message's number."""
    async with AsyncSession(house.engine) as session, session.begin():
        made = house.clock() - timedelta(**back)
        message = CaseMessage(registration_id=number, words=words, actor=actor, created_at=made)
        session.add(message)
        await session.flush()
        return message.id


async def seek(browser: Browser, q: str) -> str:
    return (await browser.get("/desk/search", params={"q": q})).text


def marked(page: str) -> list[str]:
    return re.findall(r"<mark>([^<]*)</mark>", page)


async def test_people_and_words_in_one_search_without_accents(house: House, enter: Enter) -> None:
    number = await house.register("Thạch Thị Đào", TAP_SON)
    message = await writes(house, number, "Dạ, nhà em có con nhỏ nên chỉ làm được ban ngày ạ.")
    async with AsyncSession(house.engine) as session, session.begin():
        session.add(CaseNote(registration_id=number, actor="Lan", words="Hàng xóm nói: con nhỏ 3 tuổi"))
        session.add(CaseCall(registration_id=number, actor="Lan", outcome="called", words="bận con nhỏ"))
        session.add(CaseCall(registration_id=number, actor="Lan", outcome="called"))
    browser = await enter("office")
    page = await seek(browser, "CON NHO")
    assert f'href="/desk/registration/{number}?at=message-{message}#message-{message}"' in page
    assert marked(page) == ["con", "nhỏ"] * 3
    assert "Không tìm thấy ai" in page
    assert "Thạch Thị Đào" in await seek(browser, "thach thi dao")
    assert "Thạch Thị Đào" in await seek(browser, "0912 345 678")
    assert "Thạch Thị Đào" in await seek(browser, str(number))
    assert marked(await seek(browser, "ban ngay lam duoc")) == ["làm", "được", "ban", "ngày"], "in any order"
    assert marked(await seek(browser, "ngay")) == ["ngày"]
    assert marked(await seek(browser, "hang xo")) == [], "two letters begin too many words"
    assert marked(await seek(browser, "hang xom")) == ["Hàng", "xóm"]


async def test_khmer_is_found_within_its_line_and_shown_whole(house: House, enter: Enter) -> None:
    number = await house.register("Thạch Sa Rương", TAP_SON)
    await writes(house, number, KHMER)
    await writes(house, number, "ថ្ងៃទី១២ ខែ១២")
    await house.register("ថាច់ សារឿង", TAP_SON)
    browser = await enter("commune", (TAP_SON, "2020"))
    assert "ថាច់ សារឿង" in await seek(browser, "សារឿង")
    assert marked(await seek(browser, "រោងចក្រ")) == ["រោងចក្រ"]
    assert marked(await seek(browser, "រោង\u200bចក្រ ឯកសារ")) == ["រោងចក្រ", "ឯកសារ"]
    assert marked(await seek(browser, "សាលារៀន")) == []
    assert marked(await seek(browser, "ទី12")) == ["ទី១២"]


@pytest.mark.parametrize("role", ROLES)
async def test_only_words_of_the_viewers_places_are_found(house: House, enter: Enter, role: str) -> None:
    here, there = await house.register("Người Đây", TAP_SON), await house.register("Người Kia", HAM_GIANG)
    await writes(house, here, "em học may ở đây 0987 654 321")
    await writes(house, there, "em học may ở kia")
    async with AsyncSession(house.engine) as session, session.begin():
        for number, story in ((here, b"doi tien hoc may o day"), (there, b"doi tien hoc may o kia")):
            case = await session.get_one(Registration, number)
            sealed = house.seal.close(story)
            session.add(HelpRequest(identity_id=case.identity_id, topic="fraud", detail=sealed))
    page = await seek(await enter(role, (TAP_SON, "2020")), "hoc may")
    everywhere, private = role in ("administrator", "office"), role in ("administrator", "office", "commune", "hamlet")
    assert f"/registration/{here}?at=" in page
    assert (f"/registration/{there}?at=" in page) is everywhere
    assert ("o day" in page) is private
    assert ("o kia" in page) is (private and everywhere)
    assert ("0987 654 321" in page) is (role not in ("editor", "reader"))


async def test_a_local_officer_without_a_place_finds_nothing(house: House, enter: Enter) -> None:
    await writes(house, await house.register(), "em học may")
    for role in ("commune", "hamlet"):
        assert marked(await seek(await enter(role), "hoc may")) == []


async def test_a_masked_phone_cannot_be_found_out_in_messages(house: House, enter: Enter) -> None:
    number = await house.register(commune=TAP_SON)
    await writes(house, number, "gọi em số 0987654321")
    page = await seek(await enter("reader", (TAP_SON, "2020")), "0987654321")
    assert "không tìm theo số được" in page
    assert f"/registration/{number}" not in page
    assert await house.record("search") == []


async def test_what_people_wrote_is_shown_as_words_only(house: House, enter: Enter) -> None:
    number = await house.register(commune=TAP_SON)
    await writes(house, number, "<script>alert(1)</script> & <b>học</b> may")
    browser = await enter("office")
    page = await seek(browser, "hoc")
    assert "<script>alert" not in page
    assert "&lt;b&gt;<mark>học</mark>&lt;/b&gt;" in page
    page = await seek(browser, '"><img src=x>%_\\')
    assert "<img" not in page
    assert (await browser.get("/desk/search", params={"q": "%", "after": "x-message-1"})).status_code == 200
    assert (await browser.get("/desk/search", params={"q": "a", "after": "9" * 18 + "-message-1"})).status_code == 200


@pytest.mark.parametrize("window", [3_000, 5])
async def test_pages_follow_each_other_across_messages_and_notes(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch, window: int
) -> None:
    monkeypatch.setattr(words_search, "WINDOW", window)
    number = await house.register(commune=TAP_SON)
    async with AsyncSession(house.engine) as session, session.begin():
        for at in range(90):
            moment = house.clock() - timedelta(minutes=at // 2)
            kind = CaseNote if at % 3 else CaseMessage
            session.add(kind(registration_id=number, actor="Lan", words=f"hẹn lần {at:02} nhé", created_at=moment))
        session.add(CaseNote(registration_id=number, actor="Lan", words="khác hẳn", created_at=house.clock()))
    browser = await enter("commune", (TAP_SON, "2020"))
    seen: list[str] = []
    address = "/desk/search?q=hen+lan"
    while address:
        page = (await browser.get(address)).text
        seen += re.findall(r"</mark> (\d\d) nhé", page)
        found = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        address = "/desk/search" + found[1].replace("&amp;", "&") if found else ""
    assert sorted(seen) == [f"{at:02}" for at in range(90)], "each once"
    assert [int(at) // 2 for at in seen] == sorted(int(at) // 2 for at in seen), "the newest first"


async def test_too_many_are_to_be_narrowed(house: House, enter: Enter) -> None:
    number = await house.register(commune=TAP_SON)
    async with AsyncSession(house.engine) as session, session.begin():
        fill = text(
            "INSERT INTO case_message (registration_id, actor, words) "
            "SELECT :number, 'Lan', 'dạ hẹn ' || n FROM generate_series(1, 250) n"
        )
        await session.execute(fill, {"number": number})
    page = await seek(await enter("office"), "hen")
    assert "hơn 200" in page
    assert "Xin thêm chữ" in page


async def test_every_search_is_on_record_without_the_words(house: House, enter: Enter) -> None:
    await writes(house, await house.register("Thạch Thị Đào", TAP_SON), "em tên Đào")
    browser = await enter("office")
    await seek(browser, "Đào")
    await seek(browser, "   ")
    (entry,) = await house.record("search")
    assert (entry.subject, entry.subject_id, entry.detail) == ("words", None, {"count": 2})


async def test_an_old_message_is_opened_at_its_place(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_view, "_MOST", 20)
    number = await house.register(commune=TAP_SON)
    first = await writes(house, number, "lời đầu tiên")
    for at in range(40):
        await writes(house, number, f"lời sau {at}")
    browser = await enter("office")
    assert "lời đầu tiên" not in (await browser.get(f"/desk/registration/{number}")).text
    page = (await browser.get(f"/desk/registration/{number}?at=message-{first}")).text
    assert f'id="message-{first}"' in page
    for nonsense in ("message-x", "letter-1", "message-", "note-999999999999999999"):
        assert (await browser.get(f"/desk/registration/{number}?at={nonsense}")).status_code == 200


async def test_the_database_folds_as_the_program_does(house: House) -> None:
    lines = [KHMER, "Đăng  Ký!\nHọc—may…", "ទី១២៖ «ឯកសារ»", "Ấp Trà\u200bTro, (số 5)", "a\\b%c'd\"e"]
    async with AsyncSession(house.engine) as session:
        for line in lines:
            folded = (await session.execute(select(text("fold_words(:line)")), {"line": line})).scalar_one()
            assert str(folded).split() == fold(line).split(), line


async def test_an_excerpt_marks_letters_where_they_stand() -> None:
    long = "lời dạo đầu " * 20 + "Nguyễn\u0323 học may" + " rồi thôi" * 40
    words = "".join(piece.words for piece in excerpt(long, ["hoc", "may"]))
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert [piece.words for piece in excerpt(long, ["hoc", "may"]) if piece.found] == ["học", "may"]
    assert contains("Đòi 20 triệu.", ["doi", "20", "tri"])
    assert not contains("Đòi 20 triệu.", ["do"])
