"""The list: filters, search without accents or spacing, and paging to the end and back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from httpx import Response

from tests.desk.conftest import HAM_GIANG, NOW, TAP_SON, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


def numbers(page: Response) -> list[int]:
    return [int(number) for number in re.findall(r'class="name"><a href="/desk/registration/(\d+)"', page.text)]


async def _listed(browser: Browser, query: str) -> list[int]:
    return numbers(await browser.get(f"/desk/registrations?{query}"))


async def test_filters_alone_and_together(house: House, enter: Enter) -> None:
    old = await house.register(created_at=datetime(2026, 9, 30, 18, tzinfo=UTC), promised_at=NOW, commune=TAP_SON)
    done = await house.register(kind="training", status="enrolled")
    late = await house.register(kind="overseas", promised_at=house.clock() - timedelta(days=1))
    new = await house.register()
    browser = await enter("office")
    place, new_place = await house.place(TAP_SON), await house.place(TAP_SON, "2025")
    assert await _listed(browser, "") == [new, late, done, old]
    assert await _listed(browser, f"place={place}") == [old]
    assert await _listed(browser, f"place={new_place}") == [old]
    assert await _listed(browser, "kind=training") == [done]
    assert await _listed(browser, "status=new") == [new, late, old]
    assert await _listed(browser, "month=2026-10") == [old]  # 18:00 UTC is the next morning here
    assert await _listed(browser, "month=2026-09") == []
    assert await _listed(browser, f"place={place}&kind=job&status=new&month=2026-10") == [old]
    assert await _listed(browser, f"place={place}&kind=training") == []
    assert await _listed(browser, "kind=nonsense&status=%27&month=2026-13&place=x&older=1-x") == [new, late, done, old]


@pytest.mark.parametrize(
    "typed", ["dao", "THACH THI DAO", "thạch đào", "thi da", "tra tro", "0912345678", "0912 345 678", "+84 912.345.678",
              "0912 345", "345 678", "091234"]
)  # fmt: skip
async def test_search_finds(house: House, enter: Enter, typed: str) -> None:
    await house.register("Nguyễn Văn An", phone="+84987000111", hamlet="Ấp Chợ")
    wanted = await house.register()
    browser = await enter("office")
    page = await browser.get("/desk/registrations", params={"q": typed})
    found = numbers(page)
    if typed == "345 678":  # six digits with no 0 before them are a registration's number
        assert found == []
    else:
        assert found == [wanted]


@pytest.mark.parametrize("typed", ["#1", "1"])
async def test_search_by_number(house: House, enter: Enter, typed: str) -> None:
    first = await house.register()
    await house.register("Kim Sô Phia")
    browser = await enter("office")
    assert numbers(await browser.get("/desk/registrations", params={"q": typed})) == [first]


@pytest.mark.parametrize(
    "typed", ["%", "_", "'; DROP TABLE worker; --", "!!!", "\\", "a & b | c:*", "(", "9" * 80, "ស៊ុន"]
)
async def test_search_survives_anything(house: House, enter: Enter, typed: str) -> None:
    await house.register()
    browser = await enter("office")
    page = await browser.get("/desk/registrations", params={"q": typed})
    assert page.status_code == 200
    assert numbers(page) == []


async def test_khmer_names_are_found(house: House, enter: Enter) -> None:
    wanted = await house.register("ថាច់ សុភា")
    await house.register()
    browser = await enter("office")
    assert numbers(await browser.get("/desk/registrations", params={"q": "សុភា"})) == [wanted]


async def test_part_of_a_word_is_found_when_no_word_begins_so(house: House, enter: Enter) -> None:
    wanted = await house.register("Thạch Sa Rương")
    browser = await enter("office")
    assert await _listed(browser, "q=uong") == [wanted]


@pytest.mark.parametrize("query", ["", "q=thach", "q=thach&kind=job", "status=new"])
async def test_paging_reaches_every_row_once_and_comes_back(house: House, enter: Enter, query: str) -> None:
    made = []
    for _ in range(105):
        house.clock.pass_(timedelta(minutes=1))
        made.append(await house.register())
    browser = await enter("office")
    page = await browser.get(f"/desk/registrations?{query}")
    first, seen = numbers(page), numbers(page)
    while link := re.search(r'href="([^"]*older=[^"]*)"', page.text):
        page = await browser.get(link[1].replace("&amp;", "&"))
        seen += numbers(page)
    assert seen == made[::-1]
    while link := re.search(r'href="([^"]*newer=[^"]*)"', page.text):
        page = await browser.get(link[1].replace("&amp;", "&"))
    assert numbers(page) == first


async def test_marks_for_overdue_and_twins(house: House, enter: Enter) -> None:
    first = await house.register()
    await house.register(promised_at=house.clock() - timedelta(days=1), twin_id=1)
    browser = await enter("office")
    page = (await browser.get("/desk/registrations")).text
    assert page.count("quá hạn") == 1
    assert page.count("có thể trùng") == 1
    assert f"/desk/registration/{first}" in (await browser.get("/desk/registration/2")).text


async def test_the_old_commune_is_shown_with_the_new_one(house: House, enter: Enter) -> None:
    await house.register(commune=HAM_GIANG)
    page = (await (await enter("office")).get("/desk/registrations")).text
    assert 'title="nay là xã' in page
