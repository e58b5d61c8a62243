"""Writing notices at the desk: drafts in both languages, what is missing, publication, moves, files, answers."""

import re
from io import BytesIO
from typing import Any

import pytest
from openpyxl.reader.excel import load_workbook
from PIL import Image
from sqlalchemy import text

from db.notices import NOTICE_KINDS
from db.staff import ROLES
from desk.access import PUBLISHING
from tests.desk.conftest import HAM_GIANG, TAP_SON, Browser, Enter, House
from tests.notices import OVERSEAS, publish

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAIR = {
    "title_vi": "Ngày hội việc làm", "title_km": "ទិវាជួបរកការងារ", "body_vi": "Có nhiều công ty.",
    "body_km": "មានក្រុមហ៊ុនច្រើន។", "starts_at": "2026-12-04T07:30", "ends_at": "2026-12-04T11:00",
    "venue_vi": "nhà văn hóa", "venue_km": "ផ្ទះវប្បធម៌", "bring_vi": "căn cước", "bring_km": "អត្តសញ្ញាណបណ្ណ",
    "employer": ["Công ty A", ""], "jobs_vi": ["may", ""], "jobs_km": ["ដេរ", ""], "employer_places": ["1.200", ""],
}  # fmt: skip
ABROAD = {
    "title_vi": "Đi Nhật", "title_km": "ទៅជប៉ុន", "body_vi": "Làm thực phẩm.", "body_km": "ធ្វើម្ហូប។",
    "deadline": "2026-12-15", "market": "japan", "firm": "Công ty Ví Dụ", "licence": "000", "list_date": "2026-11-20",
    "order": "TEST-1", "places": "15", "wage": "28.000.000", "months": "36", "ceiling": "84.000.000", "checked": "no",
} | {f"cost_{line}": str(amount) for line, amount in OVERSEAS["costs"].items()}  # fmt: skip
COURSE = {
    "title_vi": "Lớp nấu ăn", "title_km": "ថ្នាក់ចម្អិនអាហារ", "body_vi": "Học tại ấp.", "body_km": "រៀននៅភូមិ។",
    "starts_at": "2026-12-07T07:30", "venue_vi": "ấp Chợ", "venue_km": "ភូមិ Chợ", "trade_vi": "nấu ăn",
    "trade_km": "ចម្អិនអាហារ", "school_vi": "Trung tâm", "school_km": "មជ្ឈមណ្ឌល", "days": "30",
    "support_vi": "tiền ăn", "support_km": "ប្រាក់អាហារ",
}  # fmt: skip
NEWS = {"title_vi": "Tin", "title_km": "ដំណឹង", "body_vi": "Dời chỗ.", "body_km": "ប្តូរកន្លែង។",
        "ends_at": "2026-12-31T17:00"}  # fmt: skip
FORMS: dict[str, dict[str, Any]] = {"job_fair": FAIR, "overseas": ABROAD, "course": COURSE, "general": NEWS}


async def state(house: House, number: int) -> str:
    async with house.engine.connect() as connection:
        return str(await connection.scalar(text("SELECT state FROM notice WHERE id = :id"), {"id": number}))


async def draft(browser: Browser, kind: str = "job_fair") -> int:
    answer = await browser.submit("/desk/notices/add", kind=kind)
    return int(answer.headers["location"].rsplit("/", 1)[1])


async def version(browser: Browser, number: int) -> str:
    page = (await browser.get(f"/desk/notice/{number}")).text
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize("kind", NOTICE_KINDS)
async def test_each_kind_is_written_and_published(house: House, enter: Enter, kind: str) -> None:
    browser = await enter("office")
    number = await draft(browser, kind)
    page = (await browser.get(f"/desk/notice/{number}")).text
    assert "Tên tin: thiếu tiếng Khmer" in page
    assert 'type="submit" disabled' in page
    await browser.submit(f"/desk/notice/{number}/publish")
    assert await state(house, number) == "draft", "nothing is published while anything is missing"
    saved = await browser.submit(f"/desk/notice/{number}/save", version="1", **FORMS[kind])
    assert saved.status_code == 303
    page = (await browser.get(f"/desk/notice/{number}")).text
    assert "có thể đăng" in page
    await browser.submit(f"/desk/notice/{number}/publish")
    assert await state(house, number) == "published"
    actions = [entry.action for one in ("add", "save", "publish") for entry in await house.record(f"notice_{one}")]
    assert actions == ["notice_add", "notice_save", "notice_publish"]
    listed = (await browser.get(f"/desk/notices?kind={kind}&state=published&when=coming")).text
    assert FORMS[kind]["title_vi"] in listed


@pytest.mark.parametrize("kind", NOTICE_KINDS)
@pytest.mark.parametrize("lang", ["vi", "km"])
async def test_without_one_language_nothing_is_published(house: House, enter: Enter, kind: str, lang: str) -> None:
    browser = await enter("office")
    number = await draft(browser, kind)
    await browser.submit(f"/desk/notice/{number}/save", version="1", **FORMS[kind] | {f"title_{lang}": " "})
    await browser.submit(f"/desk/notice/{number}/publish")
    assert await state(house, number) == "draft"


async def test_the_form_says_what_is_missing_before_it_is_kept(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await draft(browser, "overseas")
    answer = await browser.submit(f"/desk/notice/{number}/check", **ABROAD | {"cost_service": "84.000.001"})
    assert "tiền dịch vụ cao hơn mức luật cho phép" in answer.text
    assert "<html" not in answer.text
    assert "Đi Nhật Bản: cần 15 người, hợp đồng 36 tháng." in answer.text
    assert "CHƯA kiểm tra" in answer.text
    assert "ទៅជប៉ុន៖ ត្រូវការ 15 នាក់" in answer.text
    assert await version(browser, number) == "1", "nothing was kept"


async def test_a_published_notice_stays_whole_and_what_was_typed_is_not_lost(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await publish(house.engine)
    refused = await browser.submit(f"/desk/notice/{number}/save", version="1", **FAIR | {"title_km": ""})
    assert refused.status_code == 422
    assert 'value="Công ty A"' in refused.text
    async with house.engine.connect() as connection:
        titles = (await connection.execute(text("SELECT title FROM notice_text ORDER BY lang"))).scalars().all()
    assert titles == ["ទិវាជួបរកការងារ Hàm Giang", "Ngày hội việc làm Hàm Giang"]


async def test_two_at_once_do_not_undo_each_other(house: House, enter: Enter) -> None:
    first, second = await enter("office"), await enter("editor")
    number = await draft(first)
    await first.submit(f"/desk/notice/{number}/save", version="1", **FAIR)
    late = await second.submit(f"/desk/notice/{number}/save", version="1", **FAIR | {"title_vi": "Khác"})
    assert late.status_code == 422
    assert "Ngày hội việc làm" in (await first.get(f"/desk/notice/{number}")).text


async def test_a_move_is_kept_and_offered_as_a_correction_in_both_languages(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await draft(browser)
    await browser.submit(f"/desk/notice/{number}/save", version="1", **FAIR)
    await browser.submit(f"/desk/notice/{number}/publish")
    assert "Lời báo thay đổi" not in (await browser.get(f"/desk/notice/{number}")).text
    moved = FAIR | {"starts_at": "2026-12-05T08:00", "ends_at": "2026-12-05T11:00"}
    await browser.submit(f"/desk/notice/{number}/save", version=await version(browser, number), **moved)
    page = (await browser.get(f"/desk/notice/{number}")).text
    assert "KHÔNG còn là 07:30 4/12/2026" in page
    assert "Từ 08:00 đến 11:00, Thứ Bảy 5/12/2026" in page
    assert "លែងជា 07:30 4/12/2026" in page
    await browser.submit(f"/desk/notice/{number}/correct")
    async with house.engine.connect() as connection:
        (row,) = (await connection.execute(text("SELECT corrects, words ->> 'vi' AS vi, state FROM broadcast"))).all()
    assert (row.corrects, row.state) == (True, "draft")
    assert "5/12/2026" in row.vi


async def test_cancelling_is_for_good(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await publish(house.engine)
    await browser.submit(f"/desk/notice/{number}/cancel")
    assert await state(house, number) == "cancelled"
    page = (await browser.get(f"/desk/notice/{number}")).text
    assert "Tin báo HỦY" in page
    assert 'name="version"' not in page
    saved = await browser.submit(f"/desk/notice/{number}/save", version="2", **FAIR)
    assert saved.status_code == 422
    assert await state(house, number) == "cancelled"


@pytest.mark.parametrize("role", ROLES)
async def test_who_may_write_which_kind(house: House, enter: Enter, role: str) -> None:
    author = await enter("office", login="author")
    browser = await enter(role, (TAP_SON, "2020"))
    for kind in NOTICE_KINDS:
        own = kind in PUBLISHING.get(role, ())
        assert (await browser.submit("/desk/notices/add", kind=kind)).status_code == (303 if own else 403)
        unpublished = await draft(author, kind)
        assert (await browser.get(f"/desk/notice/{unpublished}")).status_code == (200 if own else 404)
        number = await publish(house.engine, kind)
        page = await browser.get(f"/desk/notice/{number}")
        assert page.status_code == 200
        assert ('name="version"' in page.text) is own
        saved = await browser.submit(f"/desk/notice/{number}/save", version="1", **FORMS[kind])
        assert saved.status_code == (303 if own else 403)
        checked = await browser.submit(f"/desk/notice/{number}/check", **FORMS[kind])
        assert checked.status_code == (200 if own else 403)
        for act in ("correct", "cancel", "publish"):
            done = await browser.submit(f"/desk/notice/{number}/{act}")
            assert done.status_code == (303 if own else 403)
        assert await state(house, number) == ("cancelled" if own else "published")
        dropped = await browser.submit(f"/desk/notice/{number}/file/drop", file="1")
        assert dropped.status_code == (404 if own else 403)
    assert (await browser.get("/desk/notices")).status_code == 200


async def upload(browser: Browser, number: int, content: bytes, mime: str, lang: str = "") -> Any:
    await browser.get("/desk/login")
    token = browser.cookies["starlette_admin_csrftoken"]
    files = {"file": ("to-roi.jpg", content, mime)}
    return await browser.post(f"/desk/notice/{number}/file/add", data={"csrftoken": token, "lang": lang}, files=files)


def drawn() -> bytes:
    """A small picture."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return out.getvalue()


async def test_files_are_attached_shown_and_taken_off(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await draft(browser)
    picture = drawn()
    await upload(browser, number, picture, "application/x-whatever", "km")
    page = (await browser.get(f"/desk/notice/{number}")).text
    assert "Hình: to-roi.jpg" in page
    answer = await browser.get(f"/desk/notice/{number}/file/1")
    assert (answer.content, answer.headers["content-type"]) == (picture, "image/jpeg")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    refused = ((b"<html>", "image/jpeg", "Chỉ nhận hình"), (picture[:40], "image/jpeg", "Chỉ nhận hình"),
               (b"", "image/png", "Chưa chọn tệp"))  # fmt: skip
    for content, mime, word in refused:
        await upload(browser, number, content, mime)
        assert word in (await browser.get(f"/desk/notice/{number}")).text
    other = await draft(browser)
    assert (await browser.get(f"/desk/notice/{other}/file/1")).status_code == 404
    assert (await (await enter("reader")).get(f"/desk/notice/{number}/file/1")).status_code == 403
    await browser.submit(f"/desk/notice/{number}/file/drop", file="1")
    assert "to-roi.jpg" not in (await browser.get(f"/desk/notice/{number}")).text


async def test_answers_are_counted_listed_within_the_own_places_and_on_record(house: House, enter: Enter) -> None:
    number = await publish(house.engine)
    await house.register("Thạch Sa Rương", TAP_SON)
    await house.register("Kim Sô Phia", HAM_GIANG)
    answer = """
        INSERT INTO response (notice_id, identity_id, worker_id, answer)
        SELECT :notice, identity_id, worker_id, 'come' FROM worker_identity
    """
    async with house.engine.begin() as connection:
        await connection.execute(text(answer), {"notice": number})
    office, local = await enter("office"), await enter("commune", (TAP_SON, "2025"))
    assert "Sẽ đến: 2" in (await office.get("/desk/notices")).text
    page = (await office.get(f"/desk/notice/{number}/answers")).text
    assert "Thạch Sa Rương" in page
    assert "Kim Sô Phia" in page
    page = (await local.get(f"/desk/notice/{number}/answers?answer=come")).text
    assert "Thạch Sa Rương" in page
    assert "Kim Sô Phia" not in page
    masked = (await (await enter("reader")).get(f"/desk/notice/{number}/answers")).text
    assert "0912 345 678" not in masked
    seen = [(entry.subject, entry.detail["count"]) for entry in await house.record("list")]
    assert seen == [("notice", 2), ("notice", 1), ("notice", 2)]
    taken = await local.submit(f"/desk/notice/{number}/answers/take", answer="come")
    heading, _, *rows = load_workbook(BytesIO(taken.content)).active.iter_rows(values_only=True)  # type: ignore[no-untyped-call]
    assert "Sẽ đến. Cán bộ commune lấy danh sách lúc" in heading[0]
    assert [(row[0], row[2]) for row in rows] == [("Thạch Sa Rương", "0912 345 678")]
    (entry,) = await house.record("export")
    assert (entry.subject, entry.detail) == ("notice", {"count": 1, "answer": "come"})
    assert (await office.submit(f"/desk/notice/{number}/answers/take")).status_code == 200


async def test_pages_ask_nothing_of_any_other_site(house: House, enter: Enter) -> None:
    browser = await enter("administrator")
    number = await publish(house.engine)
    for path in ("/notices", f"/notice/{number}", f"/notice/{number}/answers"):
        answer = await browser.get(f"/desk{path}")
        assert answer.status_code == 200
        assert re.findall(r"""(?:src|href|action)=["'](?:https?:)?//""", answer.text) == []
        assert " style=" not in answer.text
        assert re.findall(r"<script(?! src=)", answer.text) == []


async def test_nonsense_is_refused_quietly(house: House, enter: Enter) -> None:
    browser = await enter("office")
    number = await draft(browser)
    broken = {"starts_at": "soon", "officer": "x", "place": "999999", "employer_places": "-3", "version": "1"}
    assert (await browser.submit(f"/desk/notice/{number}/save", **broken)).status_code == 303
    for path in ("/notice/999", "/notice/x", f"/notice/{number}/file/9"):
        assert (await browser.get(f"/desk{path}")).status_code == 404
    assert (await browser.submit("/desk/notices/add", kind="party")).status_code == 403
