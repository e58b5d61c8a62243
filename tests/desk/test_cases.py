"""Following cases up: lists in the plan's order, owners, calls, notes, days, and words with the worker."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from openpyxl.workbook.workbook import Workbook
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from db.cases import CaseCall, CaseMessage, OwnerRule, PersonTalk
from db.corrections import Correction
from db.messages import Outgoing
from db.people import Identity, Worker
from db.places import HAMLETS, Place
from db.priority import points_of
from db.register import answers_of, keep_registration
from db.registrations import Registration
from db.reminders import Appointment, WishCheck
from db.staff import Staff
from tests.desk.conftest import HAM_GIANG, PHUOC_HUNG, TAP_SON, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
HAM, DAI_AN_NEW = "29488", "29491"


async def _get(house: House, number: int) -> Registration:
    async with AsyncSession(house.engine) as session:
        return await session.get_one(Registration, number)


async def _staff_id(house: House, login: str) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.scalars(select(Staff.id).where(Staff.login == login))).one()


def _names(page: str) -> list[str]:
    return re.findall(r'<td class="name"><a [^>]*>([^<]+)<', page)


async def test_the_plans_order_and_then_the_day(house: House, enter: Enter) -> None:
    now = house.clock()
    for name, priority, days in (("Sau", 0, 1), ("Nghèo muộn", 3, 5), ("Nghèo sớm", 3, 2), ("Giữa", 1, 1)):
        await house.register(name, priority=priority, promised_at=now + timedelta(days=days))
    await house.register("Xong rồi", priority=3, status="placed")
    page = (await (await enter("office")).get("/desk/cases?tab=open")).text
    assert _names(page) == ["Nghèo sớm", "Nghèo muộn", "Giữa", "Sau"]
    assert "hộ nghèo, cận nghèo, người Khmer" in page
    bank = (await (await enter("bank")).get("/desk/cases?tab=open")).text
    assert _names(bank) == ["Sau", "Giữa", "Nghèo sớm", "Nghèo muộn"], "the order would tell what is sealed"
    assert "ưu tiên" not in bank


async def test_pages_of_the_list_follow_each_other(house: House, enter: Enter) -> None:
    made = house.clock()
    for number in range(120):
        await house.register(f"N{number:03}", priority=number % 4, promised_at=made + timedelta(hours=number))
    browser, seen = await enter("office"), []
    address = "/desk/cases?tab=open"
    while address:
        page = (await browser.get(address)).text
        seen += _names(page)
        found = re.search(r'href="(/desk/cases\?[^"]*after=[^"]*)"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == [f"N{n:03}" for rank in (3, 2, 1, 0) for n in range(120) if n % 4 == rank]


async def test_mine_nobodys_overdue(house: House, enter: Enter) -> None:
    browser = await enter("office")
    me = await _staff_id(house, "office")
    await house.register("Của tôi", owner_id=me)
    await house.register("Chưa ai", promised_at=house.clock() - timedelta(days=1))
    assert _names((await browser.get("/desk/cases")).text) == ["Của tôi"]
    assert _names((await browser.get("/desk/cases?tab=nobodys")).text) == ["Chưa ai"]
    assert _names((await browser.get("/desk/cases?tab=overdue")).text) == ["Chưa ai"]
    old = await browser.get("/desk/registrations?status=overdue")
    assert old.headers["location"] == "/desk/cases?tab=overdue"


async def test_many_are_given_to_somebody_who_may_see_them(house: House, enter: Enter) -> None:
    here, there = await house.register(commune=TAP_SON), await house.register(commune=HAM_GIANG)
    browser = await enter("office")
    await enter("commune", (TAP_SON, "2020"))
    commune = await _staff_id(house, "commune")
    answer = await browser.submit(
        "/desk/cases/assign", owner=str(commune), id=[str(here), str(there)], query="tab=nobodys"
    )
    page = (await browser.get(answer.headers["location"])).text
    assert "Đã giao 1 hồ sơ" in page
    assert "1 hồ sơ không giao được" in page
    assert ((await _get(house, here)).owner_id, (await _get(house, there)).owner_id) == (commune, None)
    (entry,) = await house.record("assign")
    assert (entry.detail["owner_before"], entry.detail["owner"]) == ("", "Cán bộ commune")


async def test_a_call_is_kept_and_moves_the_case(house: House, enter: Enter) -> None:
    number = await house.register()
    browser = await enter("office")
    await browser.submit(f"/desk/case/{number}/call", outcome="no_answer", words="máy bận")
    assert (await _get(house, number)).status == "new"
    await browser.submit(f"/desk/case/{number}/call", outcome="call_again", day="2026-11-26", hour="09:30")
    due = (await _get(house, number)).due_at
    assert due is not None
    assert due.isoformat() == "2026-11-26T02:30:00+00:00"
    await browser.submit(f"/desk/case/{number}/call", outcome="called")
    kept = await _get(house, number)
    assert (kept.status, kept.due_at) == ("contacted", house.clock() + timedelta(days=14))
    page = (await browser.get(f"/desk/registration/{number}")).text
    for words in ("máy bận", "Gọi không gặp", "gọi lại 09:30 26/11/2026", "Chờ gọi → Đã liên hệ"):
        assert words in page, words


@pytest.mark.parametrize("fields", [{}, {"outcome": "nonsense"}, {"outcome": "call_again"},
                                    {"outcome": "call_again", "day": "2026-11-23"},
                                    {"outcome": "call_again", "day": "2036-11-23"}])  # fmt: skip
async def test_a_call_without_its_day_is_not_kept(house: House, enter: Enter, fields: dict[str, Any]) -> None:
    number = await house.register()
    browser = await enter("office")
    await browser.submit(f"/desk/case/{number}/call", **fields)
    assert "chọn ngày" in (await browser.get(f"/desk/registration/{number}")).text
    async with AsyncSession(house.engine) as session:
        assert (await session.scalars(select(CaseCall))).all() == []


async def test_undoing_a_status_puts_the_day_back(house: House, enter: Enter) -> None:
    number = await house.register()
    before = (await _get(house, number)).due_at
    browser = await enter("office")
    page = await browser.submit(f"/desk/registration/{number}/status", status="contacted")
    assert (await _get(house, number)).due_at != before
    page = await browser.get(f"/desk/registration/{number}")
    found = re.search(r'name="token" value="(\w+)"', page.text)
    assert found
    await browser.submit("/desk/registrations/undo", token=found[1])
    assert (await _get(house, number)).due_at == before


async def test_notes_and_days_are_kept_and_closed_cases_are_left_alone(house: House, enter: Enter) -> None:
    number = await house.register()
    browser = await enter("office")
    await browser.submit(f"/desk/case/{number}/note", words="nhà gần chùa")
    await browser.submit(f"/desk/case/{number}/call", outcome="no_answer")
    await browser.submit(f"/desk/case/{number}/due", day="2026-12-01")
    page = (await browser.get(f"/desk/registration/{number}")).text
    assert "nhà gần chùa" in page
    assert "08:00 01/12/2026" in page
    done = await house.register(status="closed")
    await browser.submit(f"/desk/case/{done}/due", day="2026-12-01")
    assert (await _get(house, done)).due_at is None
    assert "đã kết thúc nên không ghi thêm" in (await browser.get(f"/desk/registration/{done}")).text


async def test_writing_silences_the_bot_until_it_ends(house: House, enter: Enter) -> None:
    number = await house.register()
    async with AsyncSession(house.engine) as session, session.begin():
        (await session.scalars(select(Identity))).one().lang = "km"
    browser = await enter("office")
    await browser.submit(
        "/desk/setup/answer", name="Chào", vi="Chào {name}, tôi là {officer}.", km="ជម្រាបសួរ {name} ខ្ញុំជា {officer}។"
    )
    page = (await browser.get(f"/desk/registration/{number}?ready=1")).text
    assert "ជម្រាបសួរ Thạch Thị Đào ខ្ញុំជា Cán bộ office។" in page, "in the worker's language"
    await browser.submit(f"/desk/case/{number}/write", words="ជម្រាបសួរ")
    async with AsyncSession(house.engine) as session:
        identity = (await session.scalars(select(Identity))).one()
        assert identity.data["person"]["case"] == number
        owed = (await session.scalars(select(Outgoing))).one()
        assert str(owed.payload["text"]).startswith("កម្មាភិបាល Cán bộ office សរសេរ")
        assert (await session.scalars(select(CaseMessage.words))).all() == ["ជម្រាបសួរ"]
    await browser.submit(f"/desk/case/{number}/end")
    async with AsyncSession(house.engine) as session:
        assert "person" not in (await session.scalars(select(Identity))).one().data
        assert (await session.scalars(select(PersonTalk.ended_at))).all() == [house.clock()]
        texts = [str(owed.payload["text"]) for owed in await session.scalars(select(Outgoing).order_by(Outgoing.id))]
    assert "ប្រព័ន្ធឆ្លើយវិញហើយ" in texts[-1]
    assert len(await house.record("write")) == 1


BAD_ANSWERS = (
    ("Chào", "", "đủ hai thứ tiếng"),
    ("{x}", "{x}", "ngoặc nhọn"),
    ("{name", "{name", "ngoặc nhọn"),
    ("{name}", "{day}", "cùng những chữ"),
    ("{name.__class__}", "{name}", "ngoặc nhọn"),
)


async def test_ready_answers_need_both_languages_and_known_words(house: House, enter: Enter) -> None:
    browser = await enter("office")
    for vi, km, why in BAD_ANSWERS:
        answer = await browser.submit("/desk/setup/answer", name="Thử", vi=vi, km=km)
        assert answer.status_code == 422
        assert why in answer.text


async def test_the_closest_rule_gives_a_case_an_owner(house: House, enter: Enter) -> None:
    number = await house.register(commune=TAP_SON, kind="training")
    browser = await enter("office")
    await enter("commune", (TAP_SON, "2020"))
    await enter("job_centre")
    for place, kind, login in (
        ("", "", "office"),
        (str(await house.place(TAP_SON)), "", "commune"),
        ("", "training", "job_centre"),
    ):
        await browser.submit("/desk/setup/rule", place=place, kind=kind, owner=str(await _staff_id(house, login)))
    await browser.submit("/desk/setup/share")
    assert (await _get(house, number)).owner_id == await _staff_id(house, "commune")
    async with AsyncSession(house.engine) as session:
        assert len((await session.scalars(select(OwnerRule))).all()) == 3


def _sheet(*rows: tuple[str, ...]) -> bytes:
    book: Any = Workbook()  # type: ignore[no-untyped-call]  # has no types
    for row in (("Xã", "Ấp (khóm)", "ĐBKK"), *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def _load(browser: Any, content: bytes, version: str = "2020", since: str = "2026-11-01") -> Any:
    await browser.get("/desk/hamlets")
    token = browser.cookies["starlette_admin_csrftoken"]
    fields = {"csrftoken": token, "version": version, "since": since, "source": "QĐ thử"}
    shown = await browser.post("/desk/hamlets/look", data=fields, files={"file": ("ap.xlsx", content)})
    found = re.search(r'name="sheet" value="([^"]*)"', shown.text)
    if found is None:
        return shown
    await browser.submit("/desk/hamlets/load", sheet=found[1], version=version, since=since, source="QĐ thử")
    return shown


async def test_a_list_of_hamlets_is_looked_at_then_loaded(house: House, enter: Enter) -> None:
    sure, unsure = (
        await house.register(commune=HAM, hamlet="ấp Trà Tro"),
        await house.register(commune=HAM, hamlet="gần chợ"),
    )
    browser = await enter("office")
    rows = (("Hàm Giang", "Trà Tro", "x"), ("Hàm Giang", "Ấp Chợ", ""), ("Xã Lạ", "Ấp A", ""))
    shown = await _load(browser, _sheet(*rows, ("Hàm Giang", "ấp Trà Tro", ""), ("Hàm Giang", "", "")))
    assert "Đọc được 2 ấp của 1 xã; 3 dòng không dùng được" in shown.text
    for words in ("Không có xã này", "đã có ở dòng trên", "Chưa ghi tên ấp"):
        assert words in shown.text
    one, other = await _get(house, sure), await _get(house, unsure)
    assert one.hamlet_id is not None
    assert other.hamlet_id is None
    assert one.priority == 1, "the commune is a difficult one now"
    await _load(browser, _sheet(("Hàm Giang", "Ấp Chợ", "")))
    async with AsyncSession(house.engine) as session:
        ended = (
            await session.scalars(select(Place.name).where(Place.version == HAMLETS, Place.valid_to.is_not(None)))
        ).all()
    assert ended == ["Trà Tro"]
    assert (await _get(house, sure)).priority == 0


async def test_a_hamlet_head_sees_the_hamlet_and_nothing_else(house: House, enter: Enter) -> None:
    office = await enter("office")
    await _load(office, _sheet(("Hàm Giang", "Trà Tro", ""), ("Hàm Giang", "Chợ", "")))
    mine = await house.register("Người Trà Tro", HAM, hamlet="Trà Tro")
    other = await house.register("Người Chợ", HAM, hamlet="Chợ")
    async with AsyncSession(house.engine) as session, session.begin():
        for number in (mine, other):
            case = await session.get_one(Registration, number)
            hamlet = await session.scalar(
                select(Place.id).where(Place.version == HAMLETS, Place.name == ("Trà Tro" if number == mine else "Chợ"))
            )
            case.hamlet_id = (await session.get_one(Worker, case.worker_id)).hamlet_id = hamlet
        tro = await session.scalar(select(Place.code).where(Place.version == HAMLETS, Place.name == "Trà Tro"))
    head = await enter("hamlet", (str(tro), HAMLETS))
    for path in (
        "/desk/registrations",
        "/desk/registrations?q=nguoi",
        "/desk/registrations?kind=job&status=new",
        "/desk/cases?tab=open",
    ):
        assert _names((await head.get(path)).text) == ["Người Trà Tro"], path
    assert (await head.get(f"/desk/registration/{other}")).status_code == 404
    assert (await head.submit(f"/desk/case/{other}/note", words="x")).status_code == 404


@pytest.mark.parametrize(
    ("content", "since"),
    [(b"no workbook", "2026-11-01"), (_sheet(), "2026-11-01"), (_sheet(("Hàm Giang", "A B", "")), "2099-01-01")],
)
async def test_a_list_that_cant_be_used_is_refused(house: House, enter: Enter, content: bytes, since: str) -> None:
    shown = await _load(await enter("office"), content, since=since)
    assert shown.status_code == 422
    async with AsyncSession(house.engine) as session:
        assert (await session.scalars(select(Place).where(Place.version == HAMLETS))).all() == []


async def test_filters_are_kept_without_the_words_searched_for(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await browser.submit("/desk/filters/save", name="Xuất khẩu", query="kind=overseas&q=thach+thi")
    page = (await browser.get("/desk/registrations")).text
    assert 'href="/desk/registrations?kind=overseas">Xuất khẩu<' in page
    other = await enter("office", login="other")
    assert "Xuất khẩu" not in (await other.get("/desk/registrations")).text
    await other.submit("/desk/filters/drop", id="1")
    assert "Xuất khẩu" in (await browser.get("/desk/registrations")).text


async def test_an_account_has_several_places_and_can_be_changed(house: House, enter: Enter) -> None:
    await house.register("Người Tập Sơn", TAP_SON)
    await house.register("Người Phước Hưng", PHUOC_HUNG)
    await house.register("Người Đại An", HAM_GIANG)
    admin, browser = await enter("administrator"), await enter("commune", (TAP_SON, "2020"))
    assert _names((await browser.get("/desk/registrations")).text) == ["Người Tập Sơn"]
    places = [str(await house.place(code)) for code in (TAP_SON, PHUOC_HUNG)]
    number = await _staff_id(house, "commune")
    await admin.submit(f"/desk/staff/{number}/edit", name="Kim Út", role="commune", lang="km", place=places)
    page = (await browser.get("/desk/registrations")).text
    assert sorted(_names(page)) == ["Người Phước Hưng", "Người Tập Sơn"]
    assert "អ្នកចុះឈ្មោះ" in page, "in Khmer from the next page on"
    await admin.submit(f"/desk/staff/{number}/edit", name="Kim Út", role="commune", lang="km")
    assert len(_names((await browser.get("/desk/registrations")).text)) == 2, "a commune's officer has a place"
    (entry,) = await house.record("staff_edit")
    assert entry.detail["was"] == {"role": "commune", "places": ["xã Tập Sơn"]}


async def test_a_code_for_the_chat_is_shown_once(house: House, enter: Enter) -> None:
    browser = await enter("commune", (TAP_SON, "2020"))
    answer = await browser.submit("/desk/me/code")
    found = re.search(r'class="once">(CB-\w{4}-\w{4})<', answer.text)
    assert found
    assert found[1] not in (await browser.get("/desk/me")).text
    await browser.submit("/desk/me/language", lang="km")
    assert "គណនីរបស់ខ្ញុំ" in (await browser.get("/desk/me")).text
    assert (await browser.submit("/desk/me/language", lang="en")).status_code == 404


@pytest.mark.parametrize(("person", "points"), [({}, 0), ({"household": "poor"}, 2), ({"household": "near_poor"}, 1),
                                                ({"household": "poor", "ethnicity": "khmer"}, 3),
                                                ({"household": "ordinary", "ethnicity": "kinh"}, 0)])  # fmt: skip
async def test_points(person: dict[str, str], points: int) -> None:
    assert points_of(person) == points


async def test_what_is_agreed_stands_on_the_page_and_on_the_first_page(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    await browser.submit(f"/desk/case/{number}/meet", day="2026-11-24", hour="14:00", venue="Ủy ban xã")
    await browser.submit(f"/desk/case/{number}/call", outcome="call_again", day="2026-11-26", hour="09:30")
    page = (await browser.get(f"/desk/registration/{number}")).text
    for words in ("Hẹn gặp</dt><dd>14:00 24/11/2026 – Ủy ban xã", "Hẹn gọi điện</dt><dd>09:30 26/11/2026"):
        assert words in page, words
    home = (await browser.get("/desk/")).text
    assert "Hẹn của anh/chị hôm nay" in home
    assert home.count("Thạch Thị Đào") == 1, "the call is not today"
    assert len(await house.record("list")) == 1
    other = await enter("office", login="other")
    assert "Thạch Thị Đào" not in (await other.get("/desk/")).text
    assert "Ủy ban xã" in (await other.get(f"/desk/registration/{number}")).text
    house.clock.pass_(timedelta(hours=6))
    assert 'class="mark late"' in (await browser.get("/desk/")).text.split("tiles")[0], "it is shown until it is done"
    await browser.submit(f"/desk/case/{number}/call-off", kind="meeting")
    assert "Hẹn gặp</dt>" not in (await browser.get(f"/desk/registration/{number}")).text
    assert "Thạch Thị Đào" not in (await browser.get("/desk/")).text
    assert len(await house.record("call_off")) == 1


async def test_a_meeting_moves_and_the_case_comes_up_for_what_is_first(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    await browser.submit(f"/desk/case/{number}/call", outcome="call_again", day="2026-11-26", hour="09:30")
    for day in ("2026-12-01", "2026-11-30"):
        await browser.submit(f"/desk/case/{number}/meet", day=day, hour="14:00")
    due = (await _get(house, number)).due_at
    assert due is not None
    assert due.isoformat() == "2026-11-26T02:30:00+00:00"
    async with AsyncSession(house.engine) as session:
        kept = (await session.scalars(select(Appointment).order_by(Appointment.at))).all()
    assert [(one.kind, one.at.isoformat()) for one in kept] == [
        ("call", "2026-11-26T02:30:00+00:00"),
        ("meeting", "2026-11-30T07:00:00+00:00"),
    ]


@pytest.mark.parametrize("day", ["", "2026-11-23", "2036-11-30", "mai"])
async def test_a_meeting_needs_a_day_that_can_be(house: House, enter: Enter, day: str) -> None:
    number, browser = await house.register(), await enter("office")
    await browser.submit(f"/desk/case/{number}/meet", day=day, hour="14:00")
    done = await house.register(status="closed")
    await browser.submit(f"/desk/case/{done}/meet", day="2026-11-30", hour="14:00")
    async with AsyncSession(house.engine) as session:
        assert (await session.scalars(select(Appointment))).all() == []


async def test_the_answer_to_do_you_still_want_it_is_shown_with_its_date(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    now = house.clock()
    async with AsyncSession(house.engine) as session, session.begin():
        identity = (await session.scalars(select(Identity.id))).one()
        asked = {"registration_id": number, "identity_id": identity}
        session.add(
            WishCheck(**asked, asked_at=now - timedelta(days=95), answer="yes", answered_at=now - timedelta(94))
        )
        session.add(WishCheck(**asked, asked_at=now - timedelta(days=2)))
    page = (await browser.get(f"/desk/registration/{number}")).text
    assert "Hỏi “còn muốn không” ngày 21/08/2026</dt><dd>còn muốn, 22/08/2026" in page
    assert "Hỏi “còn muốn không” ngày 22/11/2026</dt><dd>chưa trả lời" in page
    await browser.submit("/desk/me/language", lang="km")
    assert "មិនទាន់ឆ្លើយ" in (await browser.get(f"/desk/registration/{number}")).text


async def test_calling_off_tells_the_worker_and_what_was_kept_does_not(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    for kept in ("1", ""):
        await browser.submit(f"/desk/case/{number}/meet", day="2026-11-24", hour="14:00", venue="Ủy ban xã")
        answer = await browser.submit(f"/desk/case/{number}/call-off", kind="meeting", kept=kept)
        assert answer.status_code == 303
    async with house.engine.connect() as connection:
        known = await connection.execute(text("SELECT known_at IS NULL FROM appointment ORDER BY id"))
        assert list(known.scalars()) == [True, False], "only the second one is to be told"


async def test_a_moved_meeting_is_marked_until_the_worker_was_told(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    for day in ("2026-11-24", "2026-11-25"):
        await browser.submit(f"/desk/case/{number}/meet", day=day, hour="14:00", venue="Ủy ban xã")
    assert "bà con chưa được báo giờ mới" in (await browser.get(f"/desk/registration/{number}")).text


async def test_what_a_worker_changes_is_in_the_history_before_and_after(house: House, enter: Enter) -> None:
    desk = await enter("commune", (HAM_GIANG, "2020"))
    number = await house.register(owner_id=await _staff_id(house, "commune"))
    async with AsyncSession(house.engine) as session, session.begin():
        case = await session.get_one(Registration, number)
        person = {"name": "Thạch Thị Đào", "birth_year": 1990, "sex": "female", "phone": "+84987654321",
                  "phone_owner": "own", "hamlet": "Ấp Trà Tro", "schooling": "lower", "work_state": "under",
                  "household": "ordinary", "ethnicity": "khmer"}  # fmt: skip
        kept = await keep_registration(
            session, house.seal, identity_id=case.identity_id, kind="job", person=person, commune=TAP_SON,
            answers={"job_wanted": "phụ hồ", "job_where": "near"}, source=None, promised_at=house.clock(),
            for_other=False, now=house.clock(),
        )  # fmt: skip
        assert kept.number == number and kept.renewed
    office, reader = await enter("office"), await enter("reader")
    page = (await office.get(f"/desk/registration/{number}")).text
    assert "Người đăng ký: sửa thông tin" in page
    for before, after in (("0912 345 678", "0987 654 321"), ("xã Đại An", "xã Tập Sơn"), ("may mặc", "phụ hồ"),
                          ("Hộ nghèo", "Không thuộc các hộ đó")):  # fmt: skip
        assert f"{before} → {after}" in page
    assert "Thạch Thị Đào →" not in page
    assert (await desk.get(f"/desk/registration/{number}")).status_code == 404
    seen = (await reader.get(f"/desk/registration/{number}")).text
    assert "may mặc → phụ hồ" in seen
    assert "0987 654 321" not in seen and "Hộ nghèo" not in seen
    assert (await _get(house, number)).owner_id is None, "who has it does not see Tập Sơn"


async def test_the_same_answers_again_are_no_correction(house: House) -> None:
    number = await house.register()
    async with AsyncSession(house.engine) as session, session.begin():
        case = await session.get_one(Registration, number)
        worker = await session.get_one(Worker, case.worker_id)
        person = await answers_of(session, house.seal, worker)
        commune = person.pop("commune")
        await keep_registration(
            session, house.seal, identity_id=case.identity_id, kind="job", person=person, commune=commune,
            answers=case.answers, source=None, promised_at=house.clock(), for_other=False, now=house.clock(),
        )  # fmt: skip
        assert not (await session.scalars(select(Correction))).all()


async def test_a_promise_is_not_put_off_unheard(house: House, enter: Enter) -> None:
    number = await house.register(promised_at=house.clock() + timedelta(days=3))
    browser = await enter("office")
    await browser.submit(f"/desk/case/{number}/due", day="2026-12-15")
    assert "ghi cuộc gọi trước" in (await browser.get(f"/desk/registration/{number}")).text
    assert (await _get(house, number)).next_at is None
    await browser.submit(f"/desk/case/{number}/due", day="2026-11-26")
    assert (await _get(house, number)).next_at is not None, "a day before the promised one breaks nothing"


async def test_a_case_is_offered_to_those_only_who_see_it(house: House, enter: Enter) -> None:
    places = {"xa": (HAM_GIANG, "2020"), "xa-moi": (DAI_AN_NEW, "2025"), "xa-khac": (TAP_SON, "2020")}
    for login, place in places.items():
        await house.staff("commune", place, login)
    await house.staff("commune", None, "chua-co-xa")
    for role in ("bank", "office", "reader"):
        await house.staff(role)
    number = await house.register()
    page = (await (await enter("administrator")).get(f"/desk/registration/{number}")).text
    offered = re.findall(r'<option value="[0-9]+">Cán bộ ([a-z-]+) ', page)
    assert offered == ["bank", "office", "xa", "xa-moi"]


async def test_ones_own_newest_call_is_taken_back_with_what_it_promised(house: House, enter: Enter) -> None:
    number = await house.register()
    office, other = await enter("office"), await enter("office", login="khac")
    await office.submit(f"/desk/case/{number}/call", outcome="call_again", day="2026-11-27", hour="09:00")
    page = (await other.get(f"/desk/registration/{number}")).text
    assert "Ghi nhầm, bỏ" not in page, "it is another's"
    found = re.search(r'name="call" value="([0-9]+)"', (await office.get(f"/desk/registration/{number}")).text)
    assert found
    await other.submit(f"/desk/case/{number}/uncall", call=found[1])
    assert (await _get(house, number)).next_at is not None
    house.clock.pass_(timedelta(minutes=5))
    await office.submit(f"/desk/case/{number}/uncall", call=found[1])
    page = (await office.get(f"/desk/registration/{number}")).text
    assert "Đã bỏ lần ghi đó" in page and "bỏ lần ghi cuộc gọi – Hẹn gọi lại" in page
    case = await _get(house, number)
    assert (case.status, case.next_at) == ("new", None)
    async with AsyncSession(house.engine) as session:
        assert not (await session.scalars(select(Appointment).where(Appointment.ended_at.is_(None)))).all()
        assert not (await session.scalars(select(CaseCall))).all()


async def test_a_shortcut_calls_a_ready_answer_up_and_sends_nothing(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    for name in ("Giấy khám", "Giấy tờ vay", "Chào"):
        await browser.submit("/desk/setup/answer", name=name, vi=f"{name} của {{name}}.", km="ជម្រាបសួរ {name}។")
    for typed, found in (
        ("/chao", "Chào"),
        ("/kham", "Giấy khám"),
        ("/gtv", "Giấy tờ vay"),
        ("/GiấyTờ", "Giấy tờ vay"),
    ):
        answer = await browser.submit(f"/desk/case/{number}/write", words=typed)
        page = (await browser.get(answer.headers["location"].partition("#")[0])).text
        assert f">{found} của Thạch Thị Đào.</textarea>" in page, typed
    for typed in ("/giay", "/khong"):
        answer = await browser.submit(f"/desk/case/{number}/write", words=typed)
        assert "Chưa gửi gì" in (await browser.get(answer.headers["location"].partition("#")[0])).text
    async with AsyncSession(house.engine) as session:
        assert (await session.scalars(select(CaseMessage.words))).all() == []
    await browser.submit(f"/desk/case/{number}/write", words="1/2 ngày, /chao")
    async with AsyncSession(house.engine) as session:
        assert (await session.scalars(select(CaseMessage.words))).all() == ["1/2 ngày, /chao"]
    page = (await browser.get(f"/desk/registration/{number}")).text
    assert 'data-keys="giay to vay giaytovay gtv"' in page
