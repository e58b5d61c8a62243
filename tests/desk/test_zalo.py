"""The Official Account at the desk: alarms above every page, money, templates, and who can be reached."""

import html
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl.reader.excel import load_workbook
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from content.zalo_prices import Terms
from db.alarms import raise_alarm
from db.audiences import Audience
from db.people import Identity
from db.recipients import read
from db.registrations import Registration
from db.zalo_account import Facts, keep_facts, keep_failure
from db.zalo_budget import reserve
from db.zalo_templates import TemplateRead, ZaloTemplate, keep_templates
from desk.app import ZONE
from desk.zalo import read_fields
from desk.zalo_costs import costs_of
from tests.desk.conftest import HAM_GIANG, TAP_SON, Enter, House
from tests.notices import publish

session = pytest.mark.asyncio(loop_scope="session")
CHANNELS = ("telegram", "web", "zalo_oa")


async def on_zalo(house: House, silent: timedelta | None, *, blocked: bool = False, phone: bool = True) -> None:
    """Somebody who writes on Zalo only, and has been silent for so long; None: never did anything."""
    number = await house.register(phone="+84912345678" if phone else None)
    now = house.clock()
    async with AsyncSession(house.engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        identity = await session.get_one(Identity, registration.identity_id)
        identity.channel, identity.address = "zalo_oa", f"uid{number}"
        identity.interacted_at = None if silent is None else now - silent
        identity.blocked_at = now if blocked else None
        identity.data = {"consent": "2026-11-24"}
        query = text("INSERT INTO consent (identity_id, text_version, lang, channel) VALUES (:i, 'x', 'vi', 'zalo_oa')")
        await session.execute(query, {"i": identity.id})


async def village(house: House) -> None:
    """Seven people: two free, one billed, two silent for long (one without a phone), one blocked, one on no channel."""
    await on_zalo(house, timedelta(hours=1))
    await on_zalo(house, timedelta(hours=47))
    await on_zalo(house, timedelta(days=3))
    await on_zalo(house, timedelta(days=8))
    await on_zalo(house, None, phone=False)
    await on_zalo(house, timedelta(hours=1), blocked=True)
    number = await house.register()
    async with AsyncSession(house.engine) as session, session.begin():
        registration = await session.get_one(Registration, number)
        identities = select(Identity).where(Identity.id == registration.identity_id)
        await session.delete(await session.scalar(identities))


@session
async def test_a_broadcast_is_reckoned_before_it_is_sent(house: House) -> None:
    await village(house)
    terms = Terms(1000, "growth", ZONE, is_on=True)
    async with house.engine.connect() as connection:
        reading = await read(connection, Audience(), CHANNELS, house.clock())
        costs = await costs_of(connection, reading, terms, house.clock())
    assert (costs.free, costs.billed, costs.by_template, costs.template_price) == (2, 1, 0, None)
    assert (costs.to_call, costs.nothing) == (3, 1)
    assert (costs.total, costs.left, costs.is_affordable) == (55, 1000, True)


@session
async def test_a_template_reaches_the_silent_and_the_budget_bounds_it(house: House) -> None:
    await village(house)
    async with AsyncSession(house.engine) as session, session.begin():
        session.add(ZaloTemplate(template_id="7", name="x", purpose="notice", state="ENABLE", price_uid=560, fields={}))
    terms = Terms(1000, "growth", ZONE, is_on=True)
    async with house.engine.begin() as connection:
        assert await reserve(connection, "earlier", house.clock().date(), 900, 1000)
        reading = await read(connection, Audience(), CHANNELS, house.clock())
        costs = await costs_of(connection, reading, terms, house.clock())
    assert (costs.by_template, costs.total) == (2, 55 + 2 * 560)
    assert (costs.left, costs.is_affordable) == (100, False)


@session
async def test_the_composer_shows_what_its_audience_costs(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await village(house)
    browser = await enter("office")
    notice = await publish(house.engine, commune=HAM_GIANG, updated_at=house.clock())
    begun = await browser.submit("/desk/broadcasts/add", notice=str(notice))
    address = begun.headers["location"]
    assert "Tiền Zalo cho đợt gửi này" not in (await browser.get(address)).text, "no Official Account, no costs"
    monkeypatch.setattr(house.desk, "channels", CHANNELS)
    monkeypatch.setattr(house.desk, "zalo", Terms(50, "growth", ZONE, is_on=True))
    shown = html.unescape((await browser.get(address)).text).split("Tiền Zalo cho đợt gửi này")[1]
    for words in ("Miễn phí: 2 người", "Tính tiền: 1 người, mỗi người 55 đồng", "Chỉ gọi điện được: 3 người",
                  "Nhiều nhất 55 đồng; ngân sách tháng còn 50 đồng", "vượt ngân sách"):  # fmt: skip
        assert words in shown
    await browser.submit(f"{address}/save", places=str(await house.place(TAP_SON)), when="now")
    shown = html.unescape((await browser.get(address)).text).split("Tiền Zalo cho đợt gửi này")[1]
    assert "Nhiều nhất 0 đồng" in shown, "its own audience, not everybody"


@session
async def test_reach_by_hamlet(house: House, enter: Enter) -> None:
    await village(house)
    office = await enter("office")
    place = await house.place(HAM_GIANG)
    page = (await office.get(f"/desk/reach?place={place}")).text
    assert "Ấp Trà Tro" in page
    row = page.split("<strong>Cộng</strong>")[1]
    counts = [int(part.split("</strong>")[0]) for part in row.split("<strong>")[1:6]]
    assert counts == [2, 1, 2, 1, 1]
    assert "Zalo" in row
    local = await enter("commune", (TAP_SON, "2020"))
    assert (await local.get(f"/desk/reach?place={place}")).status_code == 404
    assert (await local.get("/desk/reach")).status_code == 200
    taken = await office.submit("/desk/reach/take", place=str(place))
    heading, titles, *lines = load_workbook(BytesIO(taken.content)).active.values  # type: ignore[no-untyped-call]
    assert "Cán bộ office lấy lúc 10:00 24/11/2026" in heading[0]
    assert (len(titles), lines[-1][0], list(lines[-1][1:6])) == (6, "Cộng", counts)
    (entry,) = await house.record("export")
    assert (entry.subject, entry.subject_id, entry.detail) == ("reach", place, {"count": sum(counts)})
    assert (await local.submit("/desk/reach/take", place=str(place))).status_code == 404


@session
async def test_a_count_is_shown_again_for_five_minutes(
    house: House, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await village(house)
    office, place = await enter("office"), await house.place(HAM_GIANG)

    async def free() -> str:
        page = (await office.get(f"/desk/reach?place={place}")).text
        return page.split("<strong>Cộng</strong>")[1].split("<strong>")[1].split("</strong>")[0]

    assert await free() == "2"
    await on_zalo(house, timedelta(hours=1))
    assert await free() == "2"
    monkeypatch.setattr(house.clock, "now", house.clock.now + timedelta(minutes=5))
    assert await free() == "3"


@session
async def test_alarms_stand_above_the_districts_pages(house: House, enter: Enter) -> None:
    await raise_alarm(house.engine, "zalo_login", house.clock(), why="-14014")
    office, local = await enter("office"), await enter("commune", (TAP_SON, "2020"))
    assert "Zalo đã mất đăng nhập" in (await office.get("/desk/")).text
    assert "Zalo đã mất đăng nhập" not in (await local.get("/desk/")).text
    assert (await local.get("/desk/zalo")).status_code == 403


@session
async def test_a_lost_login_says_what_to_do(house: House, enter: Enter) -> None:
    query = """INSERT INTO zalo_token (app, access, refresh, got_at, expires_at, lost_at, lost_why)
               VALUES ('1', '', '', :now, :now, :now, '-14014 Invalid')"""
    async with house.engine.begin() as connection:
        await connection.execute(text(query), {"now": house.clock()})
    page = (await (await enter("administrator")).get("/desk/zalo")).text
    assert "-14014 Invalid" in page
    assert "vieclam zalo login" in page


@session
async def test_templates_are_kept_by_administrators(house: House, enter: Enter) -> None:
    boss, office = await enter("administrator"), await enter("office")
    one = {"id": "12345", "name": "Nhắc hẹn", "purpose": "reminder", "lang": "vi", "state": "ENABLE"}
    assert (await office.submit("/desk/zalo/template", **one, fields="")).status_code == 403
    await boss.submit("/desk/zalo/template", **one, fields="ten = name:30\nviec=title")
    await boss.submit("/desk/zalo/template", **(one | {"id": "12346"}), fields="")
    await boss.submit("/desk/zalo/template", **(one | {"id": "12347"}), fields="ten = secret_key")
    async with AsyncSession(house.engine) as session:
        kept = list(await session.scalars(select(ZaloTemplate).order_by(ZaloTemplate.template_id)))
    assert [(row.template_id, row.purpose) for row in kept] == [("12345", None), ("12346", "reminder")]
    assert kept[0].fields == {"ten": "name:30", "viec": "title"}
    assert "Nhắc hẹn" in (await boss.get("/desk/zalo")).text
    await boss.submit("/desk/zalo/template/drop", id="12345")
    async with AsyncSession(house.engine) as session:
        assert len(list(await session.scalars(select(ZaloTemplate)))) == 1
    assert len(await house.record("zalo_template")) == 3


@session
async def test_what_the_plan_still_pays_for_is_taken_off(house: House) -> None:
    for days in (3, 4, 5):
        await on_zalo(house, timedelta(days=days))
    terms = Terms(1000, "growth", ZONE, is_on=True)
    for left, total in ((None, 3 * 55), (0, 3 * 55), (2, 55), (500, 0)):
        await keep_facts(house.engine, "1", Facts("1", "OA", "x", None, left, 500), house.clock())
        async with house.engine.connect() as connection:
            reading = await read(connection, Audience(), CHANNELS, house.clock())
            costs = await costs_of(connection, reading, terms, house.clock())
        assert (costs.billed, costs.in_plan, costs.total) == (3, left, total)


@session
async def test_the_page_shows_what_zalo_told_and_asks_it_anew(house: House, enter: Enter) -> None:
    boss, office = await enter("administrator"), await enter("office")
    assert (await office.submit("/desk/zalo/read")).status_code == 403
    await boss.submit("/desk/zalo/read")
    async with house.engine.begin() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM zalo_account")) == 0, "nobody has logged in"
        await connection.execute(text("INSERT INTO zalo_token (app, access, refresh, got_at, expires_at) "
                                      "VALUES ('1', '', '', :now, :now)"), {"now": house.clock()})  # fmt: skip
    facts = Facts("1", "Văn phòng", "Tăng trưởng", date(2027, 1, 31), 412, 500)
    await keep_facts(house.engine, "1", facts, house.clock())
    await keep_failure(house.engine, "1", "Zalo error -136", house.clock())
    params: dict[str, int | None] = {"ten": 30, "ngay": None}
    one = TemplateRead("77", "Mời dự phiên", "ENABLE", None, 560, 800, params)
    await keep_templates(house.engine, [one], house.clock())
    page = html.unescape((await boss.get("/desk/zalo")).text)
    for words in ("Văn phòng, gói Tăng trưởng, đến hết ngày 31/01/2027", "Gói còn 412 trên 500 tin", "-136",
                  "theo tài khoản 560 đồng, theo số điện thoại 800 đồng", "chưa điền hết", "ngay = "):  # fmt: skip
        assert words in page
    await boss.submit("/desk/zalo/read")
    async with house.engine.connect() as connection:
        assert await connection.scalar(text("SELECT wanted_at FROM zalo_account")) == house.clock()
    assert len(await house.record("zalo_read")) == 2


def test_fields_are_read() -> None:
    assert read_fields("a = title\n\n b=text:60 ") == {"a": "title", "b": "text:60"}
    assert read_fields("a = text:x") is read_fields("a = text:1") is None
    assert read_fields("a") is None
    assert read_fields("= title") is None
