"""The second step: setting it up, logging in with it, guessing it, losing it, and what asks for it again."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from content.catalogue import tell
from db.messages import Outgoing
from db.people import Identity
from db.second_factor import SENDS, TRIES, RecoveryCode, SecondFactor
from db.staff import LoginStep, Staff, StaffIdentity, StaffSession
from db.staff_accounts import add_staff
from desk.app import make_desk
from desk.confirm import LASTS
from desk.throttle import PER_ADDRESS
from desk.totp import app_address
from jobs.retention import forget_old
from tests.desk.conftest import PASSWORD, Browser, Enter, House

pytestmark = pytest.mark.asyncio(loop_scope="session")
CODE = re.compile(r"\b\d{6}\b")
HALF_MINUTE = timedelta(seconds=30)


class Phone:
    """An authenticator app, which reads the secret off the page as a person would type it."""

    def __init__(self, house: House, page: str) -> None:
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
        assert found is not None
        self._totp = pyotp.TOTP(found[1].replace(" ", ""))
        self._house = house

    def code(self, later: int = 0) -> str:
        return self._totp.at(self._house.clock() + later * HALF_MINUTE)


def paper(page: str) -> list[str]:
    return re.findall(r"<li>([2-9a-z]{5}-[2-9a-z]{5})</li>", page)


async def set_up(house: House, browser: Browser) -> tuple[Phone, list[str]]:
    """Set the app up; its first code is used, so time moves on."""
    phone = Phone(house, (await browser.submit("/desk/second/app")).text)
    done = await browser.submit("/desk/second/app/confirm", code=phone.code())
    assert done.status_code in (200, 303), done.text
    house.clock.pass_(HALF_MINUTE)
    return phone, paper(done.text)


async def link(house: House, login: str, channel: str = "telegram", chat_id: int = 77) -> int:
    async with AsyncSession(house.engine) as session, session.begin():
        staff = (await session.execute(select(Staff).where(Staff.login == login))).scalar_one()
        identity = Identity(channel=channel, chat_id=chat_id, lang="vi")
        session.add(identity)
        await session.flush()
        session.add(StaffIdentity(identity_id=identity.id, staff_id=staff.id))
        return identity.id


async def said(house: House, channel: str = "telegram") -> list[str]:
    async with AsyncSession(house.engine) as session:
        query = select(Outgoing.payload).where(Outgoing.channel == channel).order_by(Outgoing.id)
        return [str(payload["text"]) for payload in await session.scalars(query)]


async def sent_code(house: House) -> str:
    found = CODE.search((await said(house))[-1])
    assert found is not None
    return found[0]


async def _sessions(house: House) -> int:
    async with AsyncSession(house.engine) as session:
        return (await session.execute(select(func.count()).select_from(StaffSession))).scalar_one()


async def test_the_qr_code_says_what_an_app_reads(house: House) -> None:
    link = app_address("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "admin", "Văn phòng lao động")
    read = pyotp.parse_uri(link)
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.name, read.issuer) == ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "admin", "Văn phòng lao động")


async def test_with_an_app_the_password_alone_opens_nothing(house: House, enter: Enter) -> None:
    phone, codes = await set_up(house, await enter("office"))
    assert len(set(codes)) == 10
    browser = house.browser()
    answer = await browser.log_in("office")
    assert answer.headers["location"].startswith("/desk/login/code?")
    assert "vieclam_desk" not in browser.cookies
    for path in ("/desk/", "/desk/registrations", "/desk/second", "/desk/me"):
        assert (await browser.get(path)).headers["location"].startswith("http://desk.test/desk/login"), path
    step = browser.cookies["vieclam_desk_step"]
    browser.cookies.set("vieclam_desk", step, domain="desk.test", path="/desk")
    assert (await browser.get("/desk/")).status_code == 303, "the step's token is no session"
    del browser.cookies["vieclam_desk"]
    opened = await browser.submit("/desk/login/code", code=phone.code())
    assert (opened.status_code, opened.headers["location"]) == (303, "/desk/")
    assert "vieclam_desk_step" not in browser.cookies
    assert browser.cookies["vieclam_desk"] != step, "a new token: nothing that was planted before counts"
    assert (await browser.get("/desk/")).status_code == 200
    assert [entry.detail for entry in await house.record("login")] == [{"second": "app"}]


async def test_the_page_that_was_wanted_comes_after_the_code(house: House, enter: Enter) -> None:
    phone, _ = await set_up(house, await enter("office"))
    for wanted, led in (("/desk/registrations?q=a", "/desk/registrations?q=a"), ("https://evil.test/", "/desk/"),
                        ("//evil.test", "/desk/"), ("/\\evil.test", "/desk/")):  # fmt: skip
        browser = house.browser()
        answer = await browser.submit(f"/desk/login?{httpx.QueryParams(next=wanted)}", username="office",
                                      password=PASSWORD)  # fmt: skip
        opened = await browser.submit(answer.headers["location"], code=phone.code())
        assert opened.headers["location"] == led
        house.clock.pass_(HALF_MINUTE)


@pytest.mark.parametrize(("later", "status"), [(-2, 400), (-1, 303), (0, 303), (1, 303), (2, 400)])
async def test_a_phones_clock_may_be_half_a_minute_off(house: House, enter: Enter, later: int, status: int) -> None:
    phone, _ = await set_up(house, await enter("office"))
    house.clock.pass_(5 * HALF_MINUTE)
    browser = house.browser()
    await browser.log_in("office")
    answer = await browser.submit("/desk/login/code", code=f"{phone.code(later)[:3]} {phone.code(later)[3:]}")
    assert answer.status_code == status


async def test_a_code_is_good_once_and_none_before_it_either(house: House, enter: Enter) -> None:
    phone, _ = await set_up(house, await enter("office"))
    for code, status in ((phone.code(), 303), (phone.code(), 400), (phone.code(-1), 400)):
        browser = house.browser()
        await browser.log_in("office")
        assert (await browser.submit("/desk/login/code", code=code)).status_code == status


async def test_khmer_digits_are_digits(house: House, enter: Enter) -> None:
    phone, _ = await set_up(house, await enter("office"))
    browser = house.browser()
    await browser.log_in("office")
    khmer = phone.code().translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    assert (await browser.submit("/desk/login/code", code=khmer)).status_code == 303


async def test_a_recovery_code_opens_once_and_is_on_record(house: House, enter: Enter) -> None:
    _, codes = await set_up(house, await enter("office"))
    for status in (303, 400):
        browser = house.browser()
        await browser.log_in("office")
        assert (await browser.submit("/desk/login/code", code=codes[3].upper())).status_code == status
    (used,) = await house.record("second_recovery")
    assert used.detail == {"left": 9}
    assert len(await house.record("second_wrong")) == 1


async def test_codes_and_secrets_are_not_kept_as_they_are(house: House, enter: Enter) -> None:
    browser = await enter("office")
    page = (await browser.submit("/desk/second/app")).text
    phone = Phone(house, page)
    codes = paper((await browser.submit("/desk/second/app/confirm", code=phone.code())).text)
    async with house.engine.connect() as connection:
        kept = "".join([str((await connection.execute(text(f"SELECT * FROM {table}"))).all())
                        for table in ("second_factor", "recovery_code", "audit_entry")])  # fmt: skip
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert secret is not None
    assert secret[1].replace(" ", "") not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
    assert "data:image/svg+xml" in page
    assert codes[0] not in (await browser.get("/desk/second")).text, "shown once"


async def test_another_accounts_recovery_code_is_worth_nothing(house: House, enter: Enter) -> None:
    _, codes = await set_up(house, await enter("office"))
    await set_up(house, await enter("reader"))
    browser = house.browser()
    await browser.log_in("reader")
    assert (await browser.submit("/desk/login/code", code=codes[0])).status_code == 400


async def test_after_some_wrong_codes_the_password_is_wanted_again(house: House, enter: Enter) -> None:
    phone, _ = await set_up(house, await enter("office"))
    browser = house.browser()
    await browser.log_in("office")
    answers = [(await browser.submit("/desk/login/code", code="x")).status_code for _ in range(5)]
    assert answers == [400, 400, 400, 400, 303]
    assert "/desk/login?" in (await browser.submit("/desk/login/code", code=phone.code())).headers["location"]


async def test_guessing_shuts_short_codes_everywhere_and_for_longer_each_time(house: House, enter: Enter) -> None:
    phone, codes = await set_up(house, await enter("office"))
    await link(house, "office")

    async def attempt(code: str, host: str) -> httpx.Response:
        browser = house.browser(host)
        await browser.log_in("office")
        return await browser.submit("/desk/login/code", code=code)

    for number in range(TRIES):
        await attempt("000000" if phone.code() != "000000" else "111111", f"10.1.0.{number}")
    assert "chờ một lúc" in (await attempt(phone.code(), "10.1.1.1")).text, "from another address, too"
    assert "biết mật khẩu" in (await said(house))[-1]
    assert (await attempt(codes[0], "10.1.1.2")).status_code == 303, "its owner gets in with paper"
    await _be_wrong(house, 3 * TRIES)
    house.clock.pass_(timedelta(minutes=59))
    assert "chờ một lúc" in (await attempt(phone.code(), "10.1.1.3")).text
    house.clock.pass_(timedelta(minutes=2))
    assert (await attempt(phone.code(), "10.1.1.4")).status_code == 303
    assert len(await house.record("second_shut")) == 1


async def _be_wrong(house: House, times: int) -> None:
    async with AsyncSession(house.engine) as session, session.begin():
        factor = (await session.execute(select(SecondFactor))).scalar_one()
        for _ in range(times):
            factor.count_wrong(house.clock())


async def test_guesses_count_for_the_address_together_with_passwords(house: House, enter: Enter) -> None:
    phone, _ = await set_up(house, await enter("office"))
    browser = house.browser("10.2.0.1")
    await browser.log_in("office")
    for number in range(PER_ADDRESS - 1):
        await house.browser("10.2.0.1").log_in(f"guess{number}", "khong-dung-dau")
    await browser.submit("/desk/login/code", code="x")
    assert (await browser.submit("/desk/login/code", code=phone.code())).status_code == 429


async def test_a_step_waits_for_ten_minutes_only(house: House, enter: Enter) -> None:
    phone, _ = await set_up(house, await enter("office"))
    browser = house.browser()
    await browser.log_in("office")
    house.clock.pass_(timedelta(minutes=11))
    assert "/desk/login?" in (await browser.submit("/desk/login/code", code=phone.code())).headers["location"]


@pytest.mark.parametrize("what", ["password", "shut"])
async def test_a_step_ends_with_a_new_password_or_a_shut_account(house: House, enter: Enter, what: str) -> None:
    phone, _ = await set_up(house, await enter("office"))
    browser = house.browser()
    await browser.log_in("office")
    administrator = await enter("administrator")
    async with AsyncSession(house.engine) as session:
        number = str(await session.scalar(select(Staff.id).where(Staff.login == "office")))
    await administrator.submit(f"/desk/staff/{'reset' if what == 'password' else 'disable'}", id=number)
    assert "/desk/login?" in (await browser.submit("/desk/login/code", code=phone.code())).headers["location"]
    async with AsyncSession(house.engine) as session:
        assert await session.scalar(select(func.count()).select_from(LoginStep)) == 0


async def test_setting_up_ends_the_other_sessions_and_the_owner_is_told(house: House, enter: Enter) -> None:
    browser = await enter("office")
    other = house.browser()
    await other.log_in("office")
    await link(house, "office", "web", 5)
    await set_up(house, browser)
    assert (await other.get("/desk/")).status_code == 303
    assert (await browser.get("/desk/")).status_code == 200
    assert "vừa được bật" in (await said(house, "web"))[-1]


async def test_nothing_is_in_force_before_a_right_code(house: House, enter: Enter) -> None:
    browser = await enter("office")
    phone = Phone(house, (await browser.submit("/desk/second/app")).text)
    again = await browser.submit("/desk/second/app/confirm", code=phone.code(5))
    assert again.status_code == 422
    assert Phone(house, again.text).code() == phone.code(), "the same secret is shown again"
    assert (await house.browser().log_in("office")).headers["location"] == "/desk/"


async def by_chat(house: House, browser: Browser, login: str = "office") -> Sequence[str]:
    await link(house, login)
    await browser.submit("/desk/second/chat")
    done = await browser.submit("/desk/second/chat/confirm", code=await sent_code(house))
    assert done.status_code == 200
    return paper(done.text)


async def test_a_code_by_chat_is_good_once_for_five_minutes_and_for_its_own_log_in(house: House, enter: Enter) -> None:
    assert len(await by_chat(house, await enter("office"))) == 10
    one, two = house.browser(), house.browser()
    for browser in (one, two):
        page = (await browser.get((await browser.log_in("office")).headers["location"])).text
        assert "Gửi mã vào chat" in page
    assert "Đã gửi mã" in (await one.submit("/desk/login/send")).text
    code = await sent_code(house)
    assert (await two.submit("/desk/login/code", code=code)).status_code == 400, "another log-in's"
    house.clock.pass_(timedelta(minutes=6))
    assert (await one.submit("/desk/login/code", code=code)).status_code == 400, "too old"
    await one.submit("/desk/login/send")
    code = await sent_code(house)
    assert (await one.submit("/desk/login/code", code=code)).status_code == 303
    assert (await house.record("login"))[-1].detail == {"second": "chat"}
    assert (await two.submit("/desk/login/code", code=code)).status_code == 400


async def test_codes_are_sent_seldom(house: House, enter: Enter) -> None:
    await by_chat(house, await enter("office"))
    house.clock.pass_(timedelta(minutes=16))
    browser = house.browser()
    await browser.log_in("office")
    answers = [(await browser.submit("/desk/login/send")).status_code for _ in range(SENDS + 1)]
    assert answers == [200] * SENDS + [429]


async def test_the_web_chat_gets_no_codes(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await link(house, "office", "web", 5)
    page = await browser.submit("/desk/second/chat")
    assert page.status_code == 422
    assert "Chat trên web không nhận mã" in page.text
    assert not CODE.search(" ".join(await said(house, "web")))


async def test_the_last_chat_for_codes_stays(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await by_chat(house, browser)
    async with AsyncSession(house.engine) as session:
        number = str(await session.scalar(select(StaffIdentity.identity_id)))
    assert (await browser.submit("/desk/me/unlink", id=number)).headers["location"] == "/desk/second"
    await browser.submit("/desk/second/drop", way="chat")
    assert (await browser.submit("/desk/me/unlink", id=number)).headers["location"] == "/desk/me"


async def test_dropping_the_last_way_takes_the_paper_along(house: House, enter: Enter) -> None:
    browser = await enter("office")
    await set_up(house, browser)
    await browser.submit("/desk/second/drop", way="app")
    async with AsyncSession(house.engine) as session:
        assert await session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert (await house.browser().log_in("office")).headers["location"] == "/desk/"
    assert len(await house.record("second_drop")) == 1


async def test_an_administrator_resets_anothers_and_they_are_told(house: House, enter: Enter) -> None:
    theirs = await enter("office")
    await set_up(house, theirs)
    await link(house, "office")
    administrator = await enter("administrator")
    async with AsyncSession(house.engine) as session:
        numbers = {row.login: row.id for row in await session.execute(select(Staff.login, Staff.id))}
    await administrator.submit(f"/desk/staff/{numbers['office']}/second")
    assert (await theirs.get("/desk/")).status_code == 303, "their sessions have ended"
    assert "đặt lại" in (await said(house))[-1]
    (entry,) = await house.record("second_reset")
    assert (entry.actor, entry.detail["login"]) == ("Cán bộ administrator", "office")
    assert (await house.browser().log_in("office")).headers["location"] == "/desk/"
    await set_up(house, administrator)
    assert (await administrator.submit(f"/desk/staff/{numbers['administrator']}/second")).status_code == 404


def _strict(house: House) -> House:
    """A desk where administrators must have a second step within a week."""
    app, title = Starlette(), {"vi": "VP", "km": "VP"}
    known = house.engine, house.seal, house.files
    rule = ["administrator"]
    desk = make_desk(*known, secret="test", clock=house.clock, title=title, secure=False, second_roles=rule)
    desk.mount_to(app)
    return House(app, house.engine, house.seal, house.files, house.clock, house.desk)


async def test_the_first_administrator_gets_in_and_is_asked(house: House) -> None:
    strict = _strict(house)
    once = await add_staff(house.engine, "admin", "Quản trị", "administrator")
    browser = strict.browser()
    await browser.log_in("admin", once)
    assert "hai bước" not in (await browser.get("/desk/password")).text, "one thing after the other"
    await browser.submit("/desk/password", old=once, new=PASSWORD, again=PASSWORD)
    assert "trước ngày 01/12/2026" in (await browser.get("/desk/staff")).text
    assert "trước ngày" not in (await (await _office(strict)).get("/desk/")).text


async def _office(house: House) -> Browser:
    await house.staff("office")
    browser = house.browser()
    await browser.log_in("office")
    return browser


async def test_after_the_days_of_grace_only_setting_up_opens(house: House) -> None:
    strict = _strict(house)
    await house.staff("administrator")
    await strict.browser().log_in("administrator")
    house.clock.pass_(timedelta(days=7, minutes=1))
    browser = strict.browser()
    await browser.log_in("administrator")
    assert (await browser.get("/desk/staff")).headers["location"] == "/desk/second"
    assert (await browser.submit("/desk/staff/add")).headers["location"] == "/desk/second"
    for path in ("/desk/second", "/desk/me", "/desk/password"):
        assert (await browser.get(path)).status_code == 200, path
    await set_up(strict, browser)
    assert (await browser.get("/desk/staff")).status_code == 200


async def test_what_matters_asks_again_after_a_while(house: House, enter: Enter) -> None:
    browser = await enter("administrator")
    phone, _ = await set_up(house, browser)
    await browser.submit("/desk/registrations/export", query="")
    house.clock.pass_(LASTS)
    came = {"referer": "http://desk.test/desk/registrations?kind=job"}
    token = browser.cookies["starlette_admin_csrftoken"]
    answer = await browser.post("/desk/registrations/export", data={"csrftoken": token, "query": ""}, headers=came)
    assert answer.headers["location"] == "/desk/confirm?next=%2Fdesk%2Fregistrations%3Fkind%3Djob"
    assert len(await house.record("export")) == 1
    for path in ("/cases/export", "/files/1/take", "/audit/take", "/notice/1/answers/take", "/fair/1/take"):
        assert (await browser.submit(f"/desk{path}")).headers["location"].startswith("/desk/confirm?"), path
    assert (await browser.get("/desk/registrations")).status_code == 200, "to look is no matter"
    for path in ("/cases/export", "/lists/take", "/registration/1/erase", "/staff/add", "/staff/1/second", "/me/code"):
        assert "/desk/confirm" in (await browser.submit(f"/desk{path}")).headers["location"], path
    came = {"referer": "http://desk.test/desk/staff/add"}
    added = await browser.post("/desk/staff/reset", data={"csrftoken": token, "id": "1"}, headers=came)
    assert added.headers["location"] == "/desk/confirm?next=%2Fdesk%2Fstaff", "a page that can be opened"
    assert (await browser.submit(answer.headers["location"], code="123")).status_code == 422
    proved = await browser.submit(answer.headers["location"], code=phone.code())
    assert proved.headers["location"] == "/desk/registrations?kind=job"
    assert (await browser.submit("/desk/registrations/export", query="")).status_code == 200


async def test_a_new_password_is_no_proof_of_the_second_step(house: House, enter: Enter) -> None:
    browser = await enter("administrator")
    await set_up(house, browser)
    house.clock.pass_(LASTS)
    new = "mot-mat-khau-khac"
    assert (await browser.submit("/desk/password", old=PASSWORD, new=new, again=new)).status_code == 303
    assert "/desk/confirm" in (await browser.submit("/desk/second/drop", way="app")).headers["location"]
    assert "/desk/confirm" in (await browser.submit("/desk/staff/add")).headers["location"]


async def test_a_session_that_was_left_open_cannot_set_up_a_second_step(house: House, enter: Enter) -> None:
    browser = await enter("office")
    house.clock.pass_(timedelta(hours=1))
    assert (await browser.submit("/desk/second/app")).headers["location"] == "/desk/confirm?next=%2Fdesk%2Fsecond"
    assert (await browser.submit("/desk/confirm?next=/desk/second", password="khong-dung")).status_code == 422
    proved = await browser.submit("/desk/confirm?next=/desk/second", password=PASSWORD)
    assert proved.headers["location"] == "/desk/second"
    await set_up(house, browser)


async def test_sessions_from_before_the_second_step_have_proved_nothing(house: House, enter: Enter) -> None:
    browser = await enter("office")
    async with AsyncSession(house.engine) as session, session.begin():
        await session.execute(update(StaffSession).values(proved_at=None))
    assert "/desk/confirm" in (await browser.submit("/desk/second/app")).headers["location"]


@pytest.mark.parametrize("way", ["app", "chat"])
async def test_a_form_that_outlived_its_session_goes_on_after_both_steps(house: House, enter: Enter, way: str) -> None:
    number = await house.register()
    browser = await enter("office")
    if way == "chat":
        await by_chat(house, browser)
    phone, _ = await set_up(house, browser)
    house.clock.pass_(timedelta(hours=11))
    path, typed = f"/desk/registration/{number}/status", {"status": "contacted", "seen": "new"}
    asked = await browser.submit(path, **typed)
    assert asked.status_code == 401
    half = await browser.submit(path, **typed, again_login="office", again_password=PASSWORD)
    assert half.status_code == 401, "no way round the second step, and no running in a circle"
    assert 'name="again_code"' in half.text
    assert PASSWORD not in half.text
    assert await house.status(number) == "new"
    assert "Mã chưa đúng" in (await browser.submit(path, **typed, again_code="x")).text
    code = phone.code()
    if way == "chat":
        assert "Đã gửi mã" in (await browser.submit(path, **typed, again_send="1")).text
        code = await sent_code(house)
    done = await browser.submit(path, **typed, again_code=code)
    assert (done.status_code, done.headers["location"]) == (307, path)
    assert (await browser.submit(path, **typed, again_code=code)).status_code == 303
    assert await house.status(number) == "contacted"


async def test_two_requests_with_the_same_code_open_one_session(house: House, enter: Enter) -> None:

    phone, _ = await set_up(house, await enter("office"))
    browsers = [house.browser(f"10.3.0.{number}") for number in range(4)]
    for browser in browsers:
        await browser.log_in("office")
    before, code = await _sessions(house), phone.code()
    answers = await asyncio.gather(*(browser.submit("/desk/login/code", code=code) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 400, 400, 400]
    assert await _sessions(house) == before + 1


async def test_words_to_the_chat_are_in_both_languages() -> None:
    assert "123456" in tell("vi", "second.code", code="123456", minutes=5)
    assert "123456" in tell("km", "second.code", code="123456", minutes=5)


async def test_steps_and_codes_that_are_over_go_with_the_night(house: House, enter: Enter) -> None:
    await by_chat(house, await enter("office"))
    browser = house.browser()
    await browser.log_in("office")
    await browser.submit("/desk/login/send")
    tables = ("login_step", "chat_code")

    async def kept() -> list[int]:
        async with house.engine.connect() as connection:
            return [await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0 for table in tables]

    await forget_old(house.engine, house.files, house.clock())
    assert await kept() == [1, 1]
    house.clock.pass_(timedelta(minutes=11))
    await forget_old(house.engine, house.files, house.clock())
    assert await kept() == [0, 0]
