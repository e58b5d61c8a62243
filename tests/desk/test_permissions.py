"""Who may see and do what, role by role, at the own place and at another."""

from dataclasses import dataclass

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from db.registrations import Attachment, Registration
from db.staff import ROLES
from tests.desk.conftest import HAM_GIANG, PHUOC_HUNG, TAP_SON, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
LOOKING = ("editor", "reader")
DISTRICT = ("administrator", "office")
HERE, THERE = TAP_SON, HAM_GIANG


@dataclass
class Two:
    """A registration here and one elsewhere, each with a voice note."""

    here: int
    there: int
    files: dict[int, int]


async def _two(house: House) -> Two:
    here = await house.register("Thạch Sa Rương", HERE)
    there = await house.register("Kim Sô Phia", THERE)
    files = {}
    async with AsyncSession(house.engine, expire_on_commit=False) as session, session.begin():
        for number in (here, there):
            registration = await session.get_one(Registration, number)
            path = house.files.keep(b"OggS voice")
            note = Attachment(identity_id=registration.identity_id, registration_id=number, kind="voice",
                              mime="audio/ogg; codecs=opus", path=path, stored_at=house.clock())  # fmt: skip
            session.add(note)
            await session.flush()
            files[number] = note.id
    return Two(here, there, files)


@pytest.mark.parametrize("role", ROLES)
async def test_matrix(house: House, enter: Enter, role: str) -> None:
    two = await _two(house)
    browser = await enter(role, (HERE, "2020"))
    everywhere, looks = role in DISTRICT, role in LOOKING
    page = (await browser.get("/desk/registrations")).text
    assert "Thạch Sa Rương" in page
    assert ("Kim Sô Phia" in page) is everywhere
    found = (await browser.get("/desk/registrations?q=kim+so+phia")).text
    assert ("Kim Sô Phia" in found) is everywhere
    for number, visible in ((two.here, True), (two.there, everywhere)):
        detail = await browser.get(f"/desk/registration/{number}")
        assert detail.status_code == (200 if visible else 404)
        voice = await browser.get(f"/desk/registration/{number}/file/{two.files[number]}")
        assert voice.status_code == (403 if looks else 200 if visible else 404)
        moved = await browser.submit(f"/desk/registration/{number}/status", status="contacted", seen="new")
        assert moved.status_code == (403 if looks else 303 if visible else 404)
        assert await house.status(number) == ("contacted" if visible and not looks else "new")
    export = await browser.submit("/desk/registrations/export", query="")
    assert export.status_code == (403 if looks else 200)
    for path in ("/desk/staff", "/desk/audit"):
        assert (await browser.get(path)).status_code == (200 if role == "administrator" else 403)


@pytest.mark.parametrize("role", ROLES)
async def test_private_facts_and_whole_phones(house: House, enter: Enter, role: str) -> None:
    number = await house.register(commune=HERE)
    browser = await enter(role, (HERE, "2020"))
    page = (await browser.get(f"/desk/registration/{number}")).text
    assert ("Loại hộ" in page) is (role in ("administrator", "office", "commune", "hamlet"))
    assert ("Dân tộc" in page) is (role in ("administrator", "office", "commune", "hamlet"))
    listed = (await browser.get("/desk/registrations")).text
    for text in (page, listed):
        assert ("0912 345 678" in text) is (role not in LOOKING)
        assert ("091* *** *78" in text) is (role in LOOKING)


@pytest.mark.parametrize("role", ["reader", "office"])
async def test_a_masked_phone_cannot_be_found_out_by_searching(house: House, enter: Enter, role: str) -> None:
    number = await house.register("Thạch Sa Rương", commune=HERE)
    browser = await enter(role, (HERE, "2020") if role == "reader" else None)
    for typed in ("0912 345 678", "09123", "8491234", "1 2 3 x", "rương 12"):
        page = (await browser.get("/desk/registrations", params={"q": typed})).text
        assert ("Thạch Sa Rương" in page) is (role == "office" and typed != "1 2 3 x"), typed
    for typed in ("sa ruong", str(number)):
        assert "Thạch Sa Rương" in (await browser.get("/desk/registrations", params={"q": typed})).text, typed


async def test_looking_at_the_list_is_on_record_without_the_words(house: House, enter: Enter) -> None:
    await house.register("Thạch Sa Rương", commune=HERE)
    browser = await enter("commune", (HERE, "2020"))
    await browser.get("/desk/registrations", params={"q": "sa ruong", "kind": "job"})
    (seen,) = await house.record("list")
    assert (seen.subject, seen.detail) == ("registration", {"count": 1, "filter": "kind=job", "searched": True})


async def test_batch_and_another_files_number_do_not_reach_elsewhere(house: House, enter: Enter) -> None:
    two = await _two(house)
    browser = await enter("commune", (HERE, "2020"))
    await browser.submit("/desk/registrations/status", status="contacted", id=[str(two.here), str(two.there)])
    assert (await house.status(two.here), await house.status(two.there)) == ("contacted", "new")
    answer = await browser.get(f"/desk/registration/{two.here}/file/{two.files[two.there]}")
    assert answer.status_code == 404


async def test_filtering_by_another_place_shows_nothing_more(house: House, enter: Enter) -> None:
    await _two(house)
    browser = await enter("commune", (HERE, "2020"))
    page = (await browser.get(f"/desk/registrations?place={await house.place(THERE)}")).text
    assert "Kim Sô Phia" not in page
    assert "0 hồ sơ" in page


async def test_a_new_commune_covers_the_old_ones_it_was_made_of(house: House, enter: Enter) -> None:
    await house.register("Thạch Sa Rương", TAP_SON)
    await house.register("Kim Sô Phia", PHUOC_HUNG)
    await house.register("Sơn Thị Na Ri", HAM_GIANG)
    browser = await enter("commune", (TAP_SON, "2025"))
    page = (await browser.get("/desk/registrations")).text
    assert "Thạch Sa Rương" in page
    assert "Kim Sô Phia" in page
    assert "Sơn Thị Na Ri" not in page


async def test_a_local_officer_without_a_place_sees_nothing(house: House, enter: Enter) -> None:
    number = await house.register()
    browser = await enter("commune")
    assert "Thạch Thị Đào" not in (await browser.get("/desk/registrations")).text
    assert (await browser.get(f"/desk/registration/{number}")).status_code == 404
    assert (await browser.get("/desk/")).text.count("chưa được giao địa bàn") == 1


async def test_a_registration_of_no_place_is_the_districts(house: House, enter: Enter) -> None:
    number = await house.register(commune=None)
    assert (await (await enter("office")).get(f"/desk/registration/{number}")).status_code == 200
    assert (await (await enter("commune", (HERE, "2020"))).get(f"/desk/registration/{number}")).status_code == 404


async def test_an_unknown_kind_of_file_is_saved_not_shown(house: House, enter: Enter) -> None:
    two = await _two(house)
    async with AsyncSession(house.engine) as session, session.begin():
        attachment = await session.get_one(Attachment, two.files[two.here])
        attachment.path = house.files.keep(b"<html><script>alert(1)</script></html>")
    browser = await enter("office")
    answer = await browser.get(f"/desk/registration/{two.here}/file/{two.files[two.here]}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


async def test_a_phone_in_somebodys_words_is_masked_too(house: House, enter: Enter) -> None:
    number = await house.register(answers={"job_wanted": "may, gọi 0987.654.321 nhé", "job_where": "near"})
    office, reader = await enter("office"), await enter("reader")
    await office.submit(f"/desk/case/{number}/note", words="số mới ០៩៨៧ ៦៥៤ ៣២១, lương 12.000.000 đ")
    await office.submit(f"/desk/case/{number}/call", outcome="called", words="số con: +84 987 654 321")
    whole = (await office.get(f"/desk/registration/{number}")).text
    seen = (await reader.get(f"/desk/registration/{number}")).text
    for words in ("0987.654.321", "០៩៨៧ ៦៥៤ ៣២១", "+84 987 654 321"):
        assert words in whole and words not in seen
    assert "lương 12.000.000 đ" in seen and "gọi 098*.***.*21" in seen
