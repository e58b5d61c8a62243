"""Logging in: passwords, the session in the table, throttling, the forced change, and tokens in forms."""

import re
from datetime import timedelta
from typing import Literal

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import AsyncAdaptedQueuePool, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.applications import Starlette

from db.staff import Staff, StaffSession
from db.staff_accounts import add_staff, check_password
from desk.app import make_desk
from desk.network import network_of
from desk.throttle import DELAY, MANY, PER_ADDRESS, PER_LOGIN
from tests.desk.conftest import BASE, PASSWORD, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _sessions(house: House) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.execute(select(func.count()).select_from(StaffSession))).scalar_one()


async def test_a_stranger_is_led_to_the_log_in(house: House) -> None:
    answer = await house.browser().get("/desk/registrations")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("http://desk.test/desk/login")


async def test_logging_in_and_out(house: House) -> None:
    browser = house.browser()
    await browser.log_in(await house.staff("office"))
    cookie = next(one for one in browser.cookies.jar if one.name == "vieclam_desk")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.path == "/desk"
    assert (await browser.get("/desk/registrations")).status_code == 200
    token = str(cookie.value)
    await browser.submit("/desk/logout")
    assert await _sessions(house) == 0
    browser.cookies.set("vieclam_desk", token, domain="desk.test", path="/desk")
    assert (await browser.get("/desk/registrations")).status_code == 303


async def test_a_session_ends_after_a_working_day(house: House, enter: Enter) -> None:
    browser = await enter("office")
    house.clock.pass_(timedelta(hours=11))
    assert (await browser.get("/desk/registrations")).status_code == 303


async def test_wrong_password_and_unknown_login_are_answered_alike(house: House) -> None:
    await house.staff("office")
    browser = house.browser()
    wrong = await browser.log_in("office", "khong-dung-dau")
    unknown = await browser.log_in("nobody", "khong-dung-dau")
    assert (wrong.status_code, unknown.status_code) == (400, 400)
    assert "chưa đúng" in wrong.text
    assert "chưa đúng" in unknown.text


@pytest.mark.parametrize(
    ("guessing", "same", "other"),
    [("10.0.2.1", "10.0.2.1", "10.0.2.2"), ("2001:db8:1:2::1", "2001:db8:1:2:9::7", "2001:db8:1:3::1")],
)
async def test_a_login_is_shut_where_it_was_guessed_and_nowhere_else(
    house: House, guessing: str, same: str, other: str
) -> None:
    await house.staff("office")
    for _ in range(PER_LOGIN):
        await house.browser(guessing).log_in("office", "khong-dung-dau")
    assert "chờ 15 phút" in (await house.browser(same).log_in("office")).text
    assert (await house.browser(other).log_in("office")).status_code == 303
    house.clock.pass_(timedelta(minutes=16))
    assert (await house.browser(same).log_in("office")).status_code == 303


async def test_a_login_that_is_guessed_from_everywhere_is_slow_and_stays_open(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = []

    async def recorded(pause: float) -> None:
        pauses.append(pause)

    monkeypatch.setattr("desk.login.sleep", recorded)
    await house.staff("office")
    for number in range(MANY):
        await house.browser(f"10.0.1.{number}").log_in("office", "khong-dung-dau")
    assert pauses == []
    assert (await house.browser("10.0.2.1").log_in("office")).status_code == 303
    assert pauses == [DELAY]


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
async def test_addresses_are_counted_by_their_network(host: str, network: str) -> None:
    assert network_of(host) == network


async def test_no_connection_is_held_while_a_password_is_checked(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.staff("office")
    browser, held = house.browser(), []
    verify = PasswordHasher.verify

    def watched(hasher: PasswordHasher, hash: str, password: str) -> Literal[True]:
        pool = house.engine.pool
        assert isinstance(pool, AsyncAdaptedQueuePool)
        held.append(pool.checkedout())
        return verify(hasher, hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert (await browser.log_in("office")).status_code == 303
    new = "mot-mat-khau-khac"
    assert (await browser.submit("/desk/password", old=PASSWORD, new=new, again=new)).status_code == 303
    assert held == [0, 0]


async def test_an_account_that_is_shut_while_its_password_is_checked_stays_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.staff("office")

    async def shut_meanwhile(engine: AsyncEngine, login: str, password: str) -> Staff | None:
        staff = await check_password(engine, login, password)
        async with engine.begin() as connection:
            await connection.execute(update(Staff).values(disabled_at=house.clock()))
        return staff

    monkeypatch.setattr("desk.login.check_password", shut_meanwhile)
    assert (await house.browser().log_in("office")).status_code == 400


async def test_spaces_around_a_password_are_part_of_it(house: House, enter: Enter) -> None:
    browser, new = await enter("office"), " mot mat khau "
    assert (await browser.submit("/desk/password", old=PASSWORD, new=new, again=new)).status_code == 303
    assert (await house.browser().log_in("office", new.strip())).status_code == 400
    assert (await house.browser().log_in("office", new)).status_code == 303


async def test_a_nul_is_no_failure(house: House) -> None:
    assert (await house.browser().log_in("off\0ice", "khong\0dung")).status_code == 400


async def test_an_address_is_shut_after_many_failures(house: House) -> None:
    await house.staff("office")
    for number in range(PER_ADDRESS):
        await house.browser("10.0.3.1").log_in(f"guess{number}", "khong-dung-dau")
    assert "chờ 15 phút" in (await house.browser("10.0.3.1").log_in("office")).text
    assert (await house.browser("10.0.3.2").log_in("office")).status_code == 303


async def test_first_log_in_leads_to_a_new_password_and_nowhere_else(house: House) -> None:
    once = await add_staff(house.engine, "moi", "Cán bộ mới", "office")
    browser = house.browser()
    await browser.log_in("moi", once)
    assert (await browser.get("/desk/registrations")).headers["location"] == "/desk/password"
    form = {"old": once, "new": "ngan", "again": "ngan"}
    assert (await browser.submit("/desk/password", **form)).status_code == 422
    form = {"old": once, "new": PASSWORD, "again": PASSWORD}
    assert (await browser.submit("/desk/password", **form)).status_code == 303
    assert (await browser.get("/desk/registrations")).status_code == 200
    assert (await house.browser().log_in("moi", once)).status_code == 400


async def test_changing_the_password_ends_the_other_sessions(house: House, enter: Enter) -> None:
    browser = await enter("office")
    other = house.browser()
    await other.log_in("office")
    new = "mot-mat-khau-khac"
    await browser.submit("/desk/password", old=PASSWORD, new=new, again=new)
    assert (await browser.get("/desk/")).status_code == 200
    assert (await other.get("/desk/")).status_code == 303


@pytest.mark.parametrize("path", ["/login", "/logout", "/registrations/status", "/registrations/export", "/staff/add"])
async def test_a_form_without_its_token_is_refused_in_vietnamese(enter: Enter, path: str) -> None:
    browser = await enter("administrator")
    answer = await browser.post(f"/desk{path}", data={"csrftoken": "forged"})
    assert answer.status_code == 403
    assert "tải lại trang" in answer.text


@pytest.mark.parametrize(("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 303),
                                              ("none", 303)])  # fmt: skip
async def test_a_form_of_another_site_is_refused_even_with_its_token(
    house: House, enter: Enter, site: str, status: int
) -> None:
    browser = await enter("office")
    await browser.get("/desk/me")
    form = {"csrftoken": browser.cookies["starlette_admin_csrftoken"], "lang": "km"}
    answer = await browser.post("/desk/me/language", data=form, headers={"sec-fetch-site": site})
    assert answer.status_code == status


async def test_under_https_cookies_are_this_hosts_only_and_go_over_tls_only(house: House) -> None:
    app, title = Starlette(), {"vi": "VP", "km": "VP"}
    known = house.engine, house.seal, house.files
    make_desk(*known, secret="test", clock=house.clock, title=title, secure=True).mount_to(app)
    await house.staff("office")
    # the proxy speaks http to us, and does not say how the browser spoke to it
    browser = Browser(transport=httpx.ASGITransport(app), base_url=BASE)
    first = await browser.get("/desk/login")
    token = re.search(r'name="csrftoken" value="([^"]+)"', first.text)
    assert token is not None
    browser.cookies.set("starlette_admin_csrftoken", token[1], domain="desk.test", path="/")
    form = {"csrftoken": token[1], "username": "office", "password": PASSWORD}
    answer = await browser.post("/desk/login", data=form)
    cookies = [*first.headers.get_list("set-cookie"), *answer.headers.get_list("set-cookie")]
    assert len(cookies) > 1
    assert all("; secure" in cookie.lower() for cookie in cookies), cookies
    (session,) = [cookie for cookie in cookies if "vieclam_desk" in cookie]
    assert session.startswith("__Host-vieclam_desk=")
    assert "httponly" in session.lower() and "path=/;" in session.lower() and "domain" not in session.lower()


async def test_a_role_or_place_that_was_taken_away_counts_at_once(house: House, enter: Enter) -> None:
    browser = await enter("administrator")
    assert (await browser.get("/desk/audit")).status_code == 200
    async with AsyncSession(house.engine) as session, session.begin():
        await session.execute(update(Staff).values(role="reader"))
    assert (await browser.get("/desk/audit")).status_code == 403


async def test_no_page_of_the_desk_is_kept_by_the_browser(house: House, enter: Enter) -> None:
    number, browser = await house.register(), await enter("office")
    for path in (
        "/",
        "/registrations",
        f"/registration/{number}",
        "/me",
        "/second",
        "/confirm",
        "/login/code",
        "/lists",
    ):
        for who in (browser, house.browser()):
            assert (await who.get(f"/desk{path}")).headers["cache-control"] == "no-store", path


async def test_next_leads_only_to_this_site(house: House) -> None:
    await house.staff("office")
    browser = house.browser()
    for wanted in (
        "https://evil.test/",
        "//evil.test/",
        "javascript:alert(1)",
        "/\\evil.test",
        "https://desk.test@evil.test/",
    ):
        answer = await browser.submit(f"/desk/login?next={wanted}", username="office", password=PASSWORD)
        assert answer.headers["location"] in ("/desk/", "http://desk.test/desk/")
        browser.cookies.delete("vieclam_desk")
