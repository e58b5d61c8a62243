"""Work abroad in the chat: reading, the licence check, the fee check, the contract checklist, a report (E2-E7, E10)."""

import io
from dataclasses import asdict
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import messages
from content.contract_paper import ContractPaper, draw, read_name
from content.fees import COUNTRIES
from content.licence_sheet import read_sheet
from db.licences import accept, keep_list
from handlers.abroad.home import LEADS, SECTIONS
from tests.conftest import MONDAY_MORNING, Running
from tests.conversation.conftest import with_buttons
from tests.conversation.phones import Answer, Phone, TelegramPhone
from tests.licences.sheets import FIRMS, SAO_MAI, workbook
from tests.standins.telegram import TelegramStandIn

LANGUAGE = {"vi": "Tiếng Việt", "km": "ភាសាខ្មែរ"}


async def enter(phone: Phone, lang: str = "vi") -> Answer:
    """From nothing to the page of work abroad, by the menu's third line."""
    await phone.say("alo")
    await phone.tap(LANGUAGE[lang])
    return await phone.say("3")


async def press(phone: Phone, data: str) -> Answer:
    """Tap a button that stands under some message."""
    menu = await phone.say("menu")
    return await phone.tap_data(menu.message, data)


async def load(program: Running, rows: tuple[tuple[object, ...], ...] = FIRMS, day: date = date(2026, 11, 1)) -> None:
    async with AsyncSession(program.engine) as session, session.begin():
        firms = read_sheet(workbook(rows), day).firms
        kept = await keep_list(
            session, map(asdict, firms), listed_on=day, source="list.xlsx", loaded_by="test", now=MONDAY_MORNING
        )
        await accept(session, kept, MONDAY_MORNING)


async def agree(phone: Phone, lang: str = "vi") -> Answer:
    return await phone.tap({"vi": "Tôi đồng ý", "km": "ខ្ញុំយល់ព្រម"}[lang])


@pytest.mark.parametrize("lang", LANGUAGE)
async def test_registering_is_the_first_line_and_one_tap_away(phone: Phone, lang: str) -> None:
    page = await enter(phone, lang)
    assert len([label for label in page.buttons if label[0].isdigit()]) == 5
    asked = await phone.say("1")
    assert messages(lang)["choice.consent.yes"] in "".join(asked.buttons)
    learning = await phone.tap(messages(lang)["consent.learn_first"])
    assert messages(lang)["abroad.home.text"] in learning


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_every_section_opens_and_shows_five_lines_at_most(phone: Phone, lang: str) -> None:
    await enter(phone, lang)
    for section, names in SECTIONS.items():
        answer = await press(phone, f"abroad:{section}")
        numbered = [label for label in answer.buttons if label[0].isdigit()]
        assert len(numbered) == min(5, len(names))
        if len(names) > 5:
            more = await phone.tap(messages(lang)["button.more"])
            assert len([label for label in more.buttons if label[0].isdigit()]) == len(names) - 5
    for data in LEADS.values():
        answer = await press(phone, data)
        assert answer.texts
        assert messages(lang)["button.old"] not in answer, data


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_an_article_is_read_message_by_message_to_its_source(phone: Phone, lang: str) -> None:
    await enter(phone, lang)
    answer = await press(phone, "art:abroad-korea:0")
    read = [answer.text]
    while any(messages(lang)["article.next"] in label for label in answer.buttons):
        answer = await phone.say("1")
        read.append(answer.text)
    assert len(read) == 7
    assert {"vi": "100 triệu đồng", "km": "100 លានដុង"}[lang] in "\n".join(read)
    assert "630" not in "\n".join(read), "an old figure is not told"
    assert "QĐ 16/2023/QĐ-TTg" in read[-1]


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_the_licence_check(phone: Phone, program: Running, lang: str) -> None:
    await load(program)
    await enter(phone, lang)
    say = messages(lang)
    for typed, key in (("1135", "licensed"), ("36", "suspended"), ("samaico", "revoked")):
        await press(phone, "firm:ask")
        answer = await phone.say(typed)
        assert say[f"abroad.firm.{key}"].split("\n")[2].split("{")[0] in answer
        assert "01/11/2026" in answer
        assert say["abroad.firm.order" if key == "licensed" else "abroad.firm.stay_away"] in answer
    await press(phone, "firm:ask")
    near = await phone.say("Công ty Việt Thắng")
    assert say["abroad.firm.near"].split("{")[0] in near
    assert "✅" not in near
    chosen = await phone.say("1")
    assert "1135/LĐTBXH-GP" in chosen
    await press(phone, "firm:ask")
    missing = await phone.say("Hoàng Long Hải")
    assert "❌" in missing
    assert say["abroad.firm.stay_away"] in missing


@with_buttons
async def test_a_firm_that_dropped_out_of_the_list_is_told_with_both_days(phone: Phone, program: Running) -> None:
    await load(program, FIRMS, date(2026, 5, 1))
    await load(program, (SAO_MAI,), date(2026, 11, 1))
    await enter(phone)
    await press(phone, "firm:ask")
    answer = await phone.say("1135")
    assert "01/05/2026" in answer
    assert "01/11/2026" in answer
    assert "✅" not in answer
    near = (7, "Công ty TNHH Thành Đạt Phát", "", "700/GP", None, "", "", "")
    await load(program, (near,), date(2026, 11, 20))
    await press(phone, "firm:ask")
    answer = await phone.say("Thành Đạt")
    assert "01/05/2026" in answer, "the firm itself was listed once; the one that resembles it is another"


@with_buttons
async def test_without_a_list_the_truth_is_said(phone: Phone) -> None:
    await enter(phone)
    await press(phone, "firm:ask")
    answer = await phone.say("Việt Thắng")
    assert "chưa có danh sách" in answer
    assert "dolab.gov.vn" in answer


async def test_a_firm_named_in_free_words_is_looked_up(phone: Phone, program: Running) -> None:
    await load(program)
    await phone.say("alo")
    await phone.say("1")
    assert "36/LĐTBXH-GP" in await phone.say("công ty thành đạt có giấy phép không")


async def fee(phone: Phone, *said: str) -> Answer:
    await press(phone, "fee:ask")
    for words in said:
        answer = await phone.say(words)
    return answer


@with_buttons
async def test_the_fee_check_against_the_ceiling(phone: Phone) -> None:
    await enter(phone)
    over = await fee(phone, "1", "1", "3", "25 triệu", "90 triệu", "185 triệu")
    assert "3 tháng lương, là 75 triệu đồng" in over
    assert "90 triệu đồng, bằng 3,6 tháng lương" in over
    assert "phải làm 7,4 tháng" in over
    assert "cao hơn mức luật" in over
    within = await fee(phone, "2", "3", "24", "20tr", "10 triệu", "tôi chưa biết")
    assert "1,4 tháng lương, là 28 triệu đồng" in within
    assert "cao hơn" not in within


@with_buttons
async def test_the_fee_check_in_khmer_with_khmer_digits(phone: Phone) -> None:
    await enter(phone, "km")
    over = await fee(phone, "១", "១", "៣៦", "២៥ លាន", "៩០ លាន", "១៨៥ លាន")
    assert "75 លានដុង" in over
    assert messages("km")["abroad.fee.too_much"] in over


@with_buttons
async def test_the_fee_check_where_nothing_may_be_charged_or_nothing_is_sure(phone: Phone) -> None:
    await enter(phone)
    assert "không có tiền dịch vụ" in await fee(phone, str(list(COUNTRIES).index("korea") + 1))
    assert "không được thu tiền dịch vụ" in await fee(phone, "1", "3")
    assert "chưa có con số chắc chắn" in await fee(phone, "4", "2")


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_the_fee_check_takes_a_bare_number_for_millions_and_says_so(phone: Phone, lang: str) -> None:
    await enter(phone, lang)
    dong = {"vi": "40 triệu đồng", "km": "40 លានដុង"}[lang]
    asked = await fee(phone, "1", "1", "3", "40")
    assert messages(lang)["sum.read"].format(dong=dong) in asked
    again = await phone.tap(messages(lang)["sum.redo"])
    assert messages(lang)["abroad.fee.ask.wage"] in again
    told = [await phone.say(words) for words in ("25", "40", "90")][-1]
    assert dong in told
    assert {"vi": "75 triệu đồng", "km": "75 លានដុង"}[lang] in told
    assert messages(lang)["abroad.fee.rest"] in told


@with_buttons
async def test_the_fee_check_reads_years(phone: Phone) -> None:
    await enter(phone)
    assert "Hợp đồng 60 tháng" in await fee(phone, "1", "1", "năm năm", "25", "0", "0")


@with_buttons
async def test_the_fee_check_asks_again_for_what_it_cannot_read(phone: Phone) -> None:
    await enter(phone)
    answer = await fee(phone, "1", "1", "36", "nhiều lắm")
    assert "Xin gõ một con số" in answer
    assert "Xin gõ một con số" in await phone.say("tôi chưa biết")
    assert "nhỏ quá" in await phone.say("25000")
    assert "lớn quá" in await phone.say("900 triệu")
    assert "tính ra tiền đồng" in await phone.say("1500 usd")
    assert "tiền dịch vụ bao nhiêu" in await phone.say("25 triệu 1 tháng")
    assert "tính ra tiền đồng" in await phone.say("3600 đô")
    assert "nhỏ quá" in await phone.say("3600")
    assert "Anh/chị cần gì" in await phone.say("menu")


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_the_checklist_is_kept_after_an_agreement(phone: Phone, program: Running, lang: str) -> None:
    await enter(phone, lang)
    first = await press(phone, "check:show:0")
    assert next(iter(first.buttons)).startswith("1. ☐")
    asked = await phone.say("1")
    assert messages(lang)["choice.consent.yes"] in "".join(asked.buttons)
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM contract_check")) == 0
    await agree(phone, lang)
    await phone.say("1")
    ticked = await phone.say("4")
    assert [label[3:4] for label in ticked.buttons][:5] == ["☑", "☐", "☐", "☑", "☐"]
    await phone.say("4")
    whole = await phone.tap(messages(lang)["abroad.checklist.whole"])
    assert whole.text.count("☑") == 1
    assert whole.text.count("☐") == 9
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT ticked FROM contract_check")) == ["job"]


@pytest.mark.parametrize("lang", LANGUAGE)
async def test_the_checklist_is_had_on_paper(program: Running, telegram: TelegramStandIn, lang: str) -> None:
    phone = TelegramPhone(program, telegram, 81)
    await enter(phone, lang)
    await press(phone, "check:job:0")
    await agree(phone, lang)
    await press(phone, "check:job:0")
    await press(phone, "check:whole")
    told = await phone.tap(messages(lang)["abroad.paper.get"])
    assert messages(lang)["abroad.paper.caption"] in told
    photo = next(message.photo[0].file_id for message in phone.person.inbox if message.photo)
    with Image.open(io.BytesIO(telegram.world.files.by_id[photo].content)) as paper:
        assert (paper.format, paper.size) == ("PNG", (1240, 1754))


def test_a_papers_name_says_all_that_is_drawn() -> None:
    paper = ContractPaper("km", frozenset(("job", "disputes")), date(2026, 11, 24))
    assert paper.name == "contract-km-1000000001-20261124"
    assert read_name(paper.name) == paper
    assert draw(paper) != draw(ContractPaper("km", frozenset(("job",)), date(2026, 11, 24)))
    for name in ("contract-xx-1000000001-20261124", "contract-vi-10-20261124", "contract-vi-1000000001-20261399"):
        assert read_name(name) is None


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_a_report_becomes_a_sealed_case_with_a_number_and_a_promise(
    phone: Phone, program: Running, lang: str
) -> None:
    await enter(phone, lang)
    asked = await press(phone, "report:ask")
    assert messages(lang)["choice.consent.yes"] in "".join(asked.buttons)
    await agree(phone, lang)
    told = "Ông Tư ở chợ đòi 20 triệu đặt cọc đi Nhật, không cho biên lai"
    done = await phone.say(told)
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM help_request"))).one()
        raw = await connection.scalar(text("SELECT data::text FROM identity"))
    assert f"{row.id}" in done
    assert "26/11/2026" in done, "three working days from Monday"
    assert "111" in done
    assert row.topic == "fraud"
    assert told.encode() not in row.detail
    assert program.program.seal.open(row.detail).decode() == told
    assert "Ông Tư" not in raw
    after = await phone.say("0912 345 678")
    assert "0912 345 678" in after


@with_buttons
@pytest.mark.parametrize("lang", LANGUAGE)
async def test_ticks_and_reports_are_seen_and_deleted_with_all_the_rest(
    phone: Phone, program: Running, lang: str
) -> None:
    await enter(phone, lang)
    await press(phone, "report:ask")
    await agree(phone, lang)
    await phone.say("Ông Tư ở chợ đòi 20 triệu đặt cọc đi Nhật")
    await phone.say("0912 345 678")
    await press(phone, "check:show:0")
    await phone.say("1")
    mine = await press(phone, "go:my_registrations")
    seen = await phone.tap(messages(lang)["my.see"])
    assert "Ông Tư ở chợ đòi 20 triệu" in seen
    assert "23/11/2026, 0912 345 678: Ông Tư" in seen
    assert messages(lang)["abroad.point.job.title"] in seen
    assert messages(lang)["my.delete"] in "".join(mine.buttons)
    asked = await phone.tap(messages(lang)["my.delete"])
    assert messages(lang)["delete.ask"] in asked
    await phone.tap(messages(lang)["choice.sure.yes"])
    async with program.engine.connect() as connection:
        for table in ("contract_check", "help_request", "attachment"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        said = await connection.scalar(text("SELECT count(*) FROM outgoing WHERE payload::text LIKE '%Ông Tư%'"))
        counts = await connection.scalar(text("SELECT counts FROM erasure"))
    assert said == 0
    assert (counts["help_requests"], counts["checklists"]) == (1, 1)


@with_buttons
async def test_deletion_takes_the_report_and_the_checklist_along(phone: Phone, program: Running) -> None:
    await enter(phone)
    await press(phone, "report:ask")
    await agree(phone)
    await phone.say("Bà Năm đòi tiền cò")
    await press(phone, "check:job:0")
    await phone.say("xóa thông tin của tôi")
    assert "Đã xóa hết" in await phone.tap("Có, tôi chắc")
    async with program.engine.connect() as connection:
        for table in ("contract_check", "help_request"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0


async def test_a_voice_tells_it_as_well(program: Running, telegram: TelegramStandIn) -> None:
    phone = TelegramPhone(program, telegram, 1001)
    await enter(phone)
    await press(phone, "report:ask")
    await agree(phone)
    await phone.person.send_voice()
    assert "Đã ghi, số báo tin" in await phone.answer()
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT topic, detail FROM help_request"))).one()
        assert tuple(row) == ("fraud", None)
        assert await connection.scalar(text("SELECT kind FROM attachment")) == "voice"


@with_buttons
async def test_a_plain_wish_leads_away_from_a_report(phone: Phone, program: Running) -> None:
    await enter(phone)
    await press(phone, "report:ask")
    await agree(phone)
    assert "Anh/chị cần gì" in await phone.say("menu")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM help_request")) == 0


async def test_a_question_in_own_words_offers_the_article(phone: Phone) -> None:
    await phone.say("alo")
    await phone.say("1")
    found = await phone.say("dấu hiệu lừa đảo là gì?")
    assert "Mười dấu hiệu lừa đảo" in "".join(found.buttons)
    assert "việc nhẹ lương cao" in await phone.say("1")


async def test_a_half_understood_wish_has_the_article_beside_it(phone: Phone) -> None:
    await phone.say("alo")
    await phone.say("1")
    found = await phone.say("mất việc có trợ cấp không")
    assert list(found.buttons)[:2] == ["1. Mất việc: trợ cấp thất nghiệp", "2. Tìm việc làm"]


@with_buttons
async def test_old_and_odd_buttons_do_no_harm(phone: Phone) -> None:
    await enter(phone)
    odd = ("firm:999999", "firm:x", "abroad:nowhere", "abroad:home:x", "art:gone:0", "art:abroad-korea:x",
           "fee:is:3", "fee:for:x", "fee:in:mars", "check:x:0", "check:show:99", "lesson:open:x", "lesson:is:money:0:9",
           "training:home:9", "report:", "lesson:list:x")  # fmt: skip
    for data in odd:
        assert (await press(phone, data)).texts, data
