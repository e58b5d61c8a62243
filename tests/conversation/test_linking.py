"""One person on two channels: joined by a code, seen from both, taken apart, deleted in both; in both languages."""

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from db.linking import CODE_LIVES, accounts_of
from db.wrong_codes import OVERALL, TRIES, calm
from handlers.linking import code_in
from tests.conftest import MovableClock, Running
from tests.conversation.phones import Answer, Phone, TelegramPhone, WebPhone
from tests.conversation.test_my_data import registered
from tests.conversation.test_registration import KHMER_LAST, KHMER_PERSON, begin
from tests.conversation.zalo_bot_phone import ZaloBotPhone
from tests.standins.telegram import TelegramStandIn
from tests.standins.zalo_bot import ZaloBotStandIn

PAIRS = [("telegram", "web"), ("web", "zalo_bot"), ("zalo_bot", "telegram")]


class Village:
    """Phones of any channel, each of a different account."""

    def __init__(self, program: Running, telegram: TelegramStandIn, zalo: ZaloBotStandIn) -> None:
        self.program = program
        self._telegram = telegram
        self._zalo = zalo
        self._numbers = iter(range(5000, 6000))
        self._pages: list[WebPhone] = []

    async def phone(self, channel: str) -> Phone:
        number = next(self._numbers)
        if channel == "telegram":
            return TelegramPhone(self.program, self._telegram, number)
        if channel == "zalo_bot":
            return ZaloBotPhone(self.program, self._zalo, self._zalo.person(f"z-{number}"))
        return await self._page()

    async def _page(self, cookie: str = "", after: int = 0) -> WebPhone:
        page = await WebPhone.open(self.program, cookie=cookie, after=after)
        self._pages.append(page)
        return page

    async def news(self, phone: Phone) -> Answer:
        """What came to a phone without its doing: on the web when the page is opened again."""
        if isinstance(phone, WebPhone):
            return await (await self._page(phone.cookie, phone.seen)).answer()
        await self.program.program.delivery.look()
        assert isinstance(phone, TelegramPhone | ZaloBotPhone)
        return await phone.answer()

    async def close(self) -> None:
        for page in self._pages:
            await page.close()


@pytest.fixture
async def village(program: Running, telegram: TelegramStandIn, zalo_bot: ZaloBotStandIn) -> AsyncIterator[Village]:
    made = Village(program, telegram, zalo_bot)
    yield made
    await made.close()


async def agreed(phone: Phone) -> None:
    """With a language and a consent, and nothing registered."""
    await begin(phone)
    await phone.say("menu")


async def code_of(phone: Phone, year: str | None = "1990") -> str:
    """Ask for a code; whoever registered is asked for the year first."""
    await phone.say("đăng ký của tôi")
    await phone.tap("Nối Zalo")
    answer = await phone.tap("Lấy mã")
    if year:
        assert "sinh năm nào" in answer
        answer = await phone.say(year)
    found = re.search(r"\d{4} \d{4}", answer.text)
    assert found, answer.text
    return found[0]


async def workers(program: Running) -> list[tuple[int, str]]:
    query = text(
        "SELECT w.worker_id, i.channel FROM worker_identity w JOIN identity i ON i.id = w.identity_id "
        "WHERE w.relation = 'self' ORDER BY w.worker_id, i.channel"
    )
    async with program.engine.connect() as connection:
        return [(row[0], row[1]) for row in (await connection.execute(query)).all()]


async def linked(village: Village, first: str, second: str) -> tuple[Phone, Phone]:
    """A registered person on ``first``, joined with ``second``; both chats have read what came."""
    one, two = await village.phone(first), await village.phone(second)
    await registered(one)
    await agreed(two)
    await join(village, one, two)
    return one, two


async def join(village: Village, one: Phone, two: Phone) -> None:
    """``two`` types the code of ``one``, whose person says that it was they; both have read what came."""
    assert "Máy đã hỏi lại" in await two.say(await code_of(one))
    assert "Có phải chính anh/chị" in await village.news(one)
    assert "Đã nối" in await one.say("1")
    assert "Đã nối" in await village.news(two)


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_a_code_joins_two_chats_and_both_are_told(village: Village, first: str, second: str) -> None:
    one, two = await village.phone(first), await village.phone(second)
    await registered(one)
    await agreed(two)
    waits = await two.say(await code_of(one))
    assert "Máy đã hỏi lại" in waits and "Đúng, tôi nối" in waits
    asked = await village.news(one)
    assert "vừa gõ mã của anh/chị" in asked and "Sa Rết" not in asked
    assert len(await workers(village.program)) == 1, "nothing is joined before the person said so"
    assert "chưa đăng ký" in await two.say("đăng ký của tôi")
    assert "Đã nối với" in await one.say("1")
    assert "Đã nối với" in await village.news(two)
    assert {worker for worker, _ in await workers(village.program)} == {1}
    assert sorted(channel for _, channel in await workers(village.program)) == sorted([first, second])
    assert "đã nhận, chờ cán bộ" in await two.say("đăng ký của tôi")


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_what_is_kept_asks_the_year_on_the_new_chat_too(village: Village, first: str, second: str) -> None:
    _, two = await linked(village, first, second)
    await two.say("đăng ký của tôi")
    asked = await two.tap("Xem thông tin của tôi")
    assert "sinh năm nào" in asked
    assert "Thạch" not in asked
    assert "Thạch Thị Sa Rết" in await two.say("1990")


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_the_code_may_come_from_the_chat_that_has_nothing(village: Village, first: str, second: str) -> None:
    one, two = await village.phone(first), await village.phone(second)
    await registered(one)
    await agreed(two)
    code = await code_of(two, year=None)
    asked = await one.say(f"mã {code}")
    assert "có phải chính anh/chị lấy mã không" in asked, "somebody else's code can be talked into one"
    asked = await one.tap("Đúng, tôi nối")
    assert "sinh năm nào" in asked, "whoever holds the phone may not give the person away"
    assert len(await workers(village.program)) == 1
    assert "Đã nối với" in await one.say("1990")
    assert "vừa được nối" in await village.news(two)
    assert len(await workers(village.program)) == 2


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_in_khmer(village: Village, first: str, second: str) -> None:
    one, two = await village.phone(first), await village.phone(second)
    await begin(one, "km", "រកការងារធ្វើ")
    for words in (*KHMER_PERSON, "ជាងសំណង់", "១", *KHMER_LAST, "១"):
        await one.say(words)
    await begin(two, "km", "រកការងារធ្វើ")
    await two.say("ម៉ឺនុយ")
    await one.say("ការចុះឈ្មោះរបស់ខ្ញុំ")
    await one.tap("ភ្ជាប់")
    await one.tap("យកលេខកូដ")
    given = await one.say("១៩៩០")
    code = re.search(r"\d{4} \d{4}", given.text)
    assert code, given.text
    khmer_digits = code[0].translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))
    assert "បានសួរបញ្ជាក់" in await two.say(khmer_digits)
    assert "តើជាបងប្អូនផ្ទាល់មែនទេ" in await village.news(one)
    assert "បានភ្ជាប់" in await one.say("១")
    assert "បានភ្ជាប់" in await village.news(two)


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_whoever_did_not_type_it_says_no(village: Village, first: str, second: str) -> None:
    one, two = await village.phone(first), await village.phone(second)
    await registered(one)
    await agreed(two)
    await two.say(await code_of(one))
    await village.news(one)
    assert "Không nối" in await one.say("2")
    assert "chưa nối" in await village.news(two)
    assert len(await workers(village.program)) == 1
    if first != "zalo_bot":  # there no button is left to have second thoughts with
        assert "quá giờ" in await one.tap_data((await one.say("menu")).message, "link:yes:2")
    assert len(await workers(village.program)) == 1


@pytest.mark.parametrize("word", ["Không phải tôi", "Đúng, tôi nối"])
async def test_a_code_that_somebody_else_dictated_joins_nothing(
    village: Village, word: str, clock: MovableClock
) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    await agreed(two)
    await one.say(await code_of(two, year=None))
    if word.startswith("Đúng"):
        await one.tap(word)
        clock.now += CODE_LIVES
        assert "quá giờ" in await one.say("1990")
    else:
        assert "Không nối" in await one.tap(word)
        await one.tap_data((await one.say("menu")).message, "link:own_yes:2")
        await one.say("1990")
    assert len(await workers(village.program)) == 1


async def test_a_question_that_was_answered_too_late_joins_nothing(village: Village, clock: MovableClock) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    await agreed(two)
    await two.say(await code_of(one))
    await village.news(one)
    clock.now += CODE_LIVES
    assert "quá giờ" in await one.say("1")
    assert len(await workers(village.program)) == 1


async def test_a_code_is_used_once_and_only_the_newest(village: Village) -> None:
    one, two, three = [await village.phone(channel) for channel in ("telegram", "web", "zalo_bot")]
    await registered(one)
    await agreed(two)
    await agreed(three)
    old = await code_of(one)
    new = await code_of(one, year=None)
    assert "không đúng" in await two.say(old)
    assert "Máy đã hỏi lại" in await two.say(new)
    assert "không đúng" in await three.say(new)
    await village.news(one)
    await one.say("1")
    assert "không đúng" in await three.say(new)


async def test_a_code_expires(village: Village, clock: MovableClock) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    await agreed(two)
    code = await code_of(one)
    clock.now += CODE_LIVES
    assert "hết hạn" in await two.say(code)
    assert len(await workers(village.program)) == 1


async def test_codes_cannot_be_guessed(village: Village, clock: MovableClock) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    await agreed(two)
    code = await code_of(one)
    wrong = [f"{9000 + n} 0000" for n in range(TRIES)]
    assert code not in wrong
    answers = [await two.say(words) for words in wrong]
    assert "Cán bộ" in answers[-1]
    assert "hôm nay chưa nối được" in await two.say(code), "shut for the right one too"
    clock.forward(hours=25)
    await join(village, one, two)


async def test_guesses_of_everybody_together_shut_the_door_with_an_alarm(village: Village, clock: MovableClock) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    await agreed(two)
    async with village.program.engine.begin() as connection:
        guesses = "INSERT INTO wrong_code (kind, at) SELECT 'accounts', :now FROM generate_series(1, :n)"
        await connection.execute(text(guesses), {"now": clock.now, "n": OVERALL - 1})
    await calm(village.program.engine, clock.now)
    assert "không đúng" in await two.say("9000 0000"), "the last one that is listened to"
    code = await code_of(one)
    assert "thử lại sau một giờ" in await two.say(code)
    assert "không đúng" in await two.say("CB-2222-3333")
    assert await alarms(village.program) == ["link_codes"]
    clock.forward(minutes=59)
    await calm(village.program.engine, clock.now)
    assert await alarms(village.program) == ["link_codes"]
    clock.forward(minutes=2)
    await calm(village.program.engine, clock.now)
    assert await alarms(village.program) == []
    await join(village, one, two)


@pytest.mark.parametrize("kind", ["9000 0000", "CB-2222-3333"])
async def test_an_address_with_many_web_chats_is_shut_and_nobody_else(
    village: Village, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("db.wrong_codes.PER_NETWORK", 3)
    guessers = [await village.phone("web") for _ in range(4)]
    for phone in guessers:
        await agreed(phone)
        await phone.say(kind)
    elsewhere, here = await village.phone("telegram"), guessers[-1]
    async with village.program.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT network FROM wrong_code"))).scalars().all()
    assert len(rows) == 3, "the fourth was not listened to"
    assert len(set(rows)) == 1
    assert b"127.0.0.1" not in rows[0], "a mark only"
    await registered(elsewhere)
    code = await code_of(elsewhere)
    if kind.startswith("9"):
        assert "hôm nay chưa nối được" in await here.say(code)
        clock.forward(hours=25)
        code = await code_of(elsewhere)
    assert "Máy đã hỏi lại" in await here.say(code), "the other kind of code is counted apart"


async def test_a_new_account_does_not_forgive_the_guesses_of_the_old_one(village: Village) -> None:
    one = await village.phone("telegram")
    await agreed(one)
    await one.say("9000 0000")
    await one.say("xóa thông tin của tôi")
    await one.tap("Có, tôi chắc")
    async with village.program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM wrong_code WHERE identity_id IS NULL")) == 1


async def alarms(program: Running) -> list[str]:
    async with program.engine.connect() as connection:
        return list(await connection.scalars(text("SELECT kind FROM alarm")))


async def test_wrong_codes_of_officers_are_counted_apart(village: Village) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    await agreed(two)
    code = await code_of(one)
    assert "không đúng" in await two.say("CB-2222-3333")
    assert "hết hạn" in await two.say("9000 0000")
    assert "không đúng" in await two.say("CB-2222-3333")
    assert "Máy đã hỏi lại" in await two.say(code)


async def test_the_code_is_kept_as_a_mark_only(village: Village) -> None:
    one = await village.phone("telegram")
    await registered(one)
    code = (await code_of(one)).replace(" ", "")
    async with village.program.engine.connect() as connection:
        everything = str((await connection.execute(text("SELECT * FROM link_code"))).all())
        everything += str((await connection.execute(text("SELECT data FROM identity"))).all())
    assert code not in everything


async def test_nothing_is_joined_before_consent(village: Village) -> None:
    one, two = await village.phone("telegram"), await village.phone("web")
    await registered(one)
    for words in ("alo", "1"):
        await two.say(words)
    code = await code_of(one)
    assert "đồng ý" in await two.say(code)
    assert len(await workers(village.program)) == 1
    assert "Nối các nơi" in await two.tap("Tôi đồng ý"), "and then they go on"
    assert "Máy đã hỏi lại" in await two.say(code), "the code was not used up"


async def test_what_cannot_be_joined_says_why(village: Village) -> None:
    one, two, three = [await village.phone(channel) for channel in ("telegram", "web", "zalo_bot")]
    await agreed(one)
    await agreed(two)
    assert "chính nơi này" in await one.say(await code_of(one, year=None))
    assert "chưa có đăng ký" in await two.say(await code_of(one, year=None))
    await registered(three)
    await one.say("tìm việc")
    for words in ("1985", "nam", "ham giang", "Chợ", "Kim Sa Phia", "không có số nào", "sửa xe", "gần nhà"):
        await one.say(words)
    for words in ("lớp 9", "có việc làm", "bỏ qua", "bỏ qua", "1"):
        await one.say(words)
    assert "Cả hai nơi đều có đăng ký" in await three.say(await code_of(one, "1985"))
    assert len({worker for worker, _ in await workers(village.program)}) == 2


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_a_chat_leaves_and_knows_nothing_any_more(village: Village, first: str, second: str) -> None:
    one, two = await linked(village, first, second)
    await two.say("đăng ký của tôi")
    await two.tap("Xem thông tin của tôi")
    await two.say("1990")
    await two.say("học nghề")
    await two.say("menu")
    await two.say("đăng ký của tôi")
    await two.tap("Nối Zalo")
    await two.tap("Gỡ nối")
    assert "Đã gỡ" in await two.tap("nơi này")
    assert "đã gỡ nối" in await village.news(one)
    assert await workers(village.program) == [(1, first)]
    assert "chưa đăng ký" in await two.say("đăng ký của tôi")
    async with village.program.engine.connect() as connection:
        query = text("SELECT data FROM identity WHERE channel = :channel AND lang IS NOT NULL")
        data = await connection.scalar(query, {"channel": second})
    assert not {"draft", "aside", "known_until", "checked_until"} & data.keys()


async def test_sending_another_chat_away_asks_the_year(village: Village) -> None:
    one, two = await linked(village, "telegram", "web")
    await two.say("đăng ký của tôi")
    await two.tap("Nối Zalo")
    await two.tap("Gỡ nối")
    assert "sinh năm nào" in await two.tap("Telegram")
    await two.say("1981")
    assert len(await workers(village.program)) == 2
    assert "Đã gỡ Telegram" in await two.say("1990")
    assert "đã gỡ nối" in await village.news(one)
    assert await workers(village.program) == [(1, "web")]


async def test_the_preferred_chat_comes_first(village: Village) -> None:
    one, two = await linked(village, "telegram", "web")
    await one.say("đăng ký của tôi")
    await one.tap("Nối Zalo")
    await one.tap("Chọn nơi nhận")
    assert "gửi tới trang web trước" in await one.tap("trang web")
    assert await order(village.program) == [("web", True), ("telegram", False)]
    await two.say("đăng ký của tôi")
    assert "Tin báo gửi tới trang web (nơi này) trước" in await two.tap("Nối Zalo")
    await two.tap("Chọn nơi nhận")
    await two.tap("Telegram")
    assert await order(village.program) == [("telegram", True), ("web", False)]


async def order(program: Running) -> list[tuple[str, bool]]:
    async with AsyncSession(program.engine) as session:
        return [(account.channel, account.is_preferred) for account in await accounts_of(session, 1)]


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_deleting_in_one_chat_deletes_the_person_in_both(village: Village, first: str, second: str) -> None:
    one, two = await linked(village, first, second)
    await one.say("gặp cán bộ")
    await two.say("xóa thông tin của tôi")
    assert "Mã xác nhận" in await two.tap("Có, tôi chắc")
    assert "đã được xóa" in await village.news(one)
    async with village.program.engine.connect() as connection:
        for table in ("worker", "registration", "help_request", "worker_identity"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        data = str((await connection.execute(text("SELECT data FROM identity"))).all())
    for secret in ("Sa Rết", "912345678", "1990"):
        assert secret not in data
    assert "chưa đăng ký" in await one.say("đăng ký của tôi")


async def test_deleting_takes_out_of_the_other_chat_what_was_said_and_done_there(village: Village) -> None:
    one, two = await linked(village, "web", "telegram")
    await one.say("đăng ký của tôi")
    assert "Sa Rết" in await one.tap("Xem thông tin của tôi")
    async with village.program.engine.begin() as connection:
        account = await connection.scalar(text("SELECT id FROM identity WHERE channel = 'web'"))
        await connection.execute(
            text("INSERT INTO contract_check (identity_id, ticked) VALUES (:id, '{wage}')"), {"id": account}
        )
        await connection.execute(text("INSERT INTO follow (identity_id, kind) VALUES (:id, 'course')"), {"id": account})
    await two.say("xóa thông tin của tôi")
    await two.tap("Có, tôi chắc")
    async with village.program.engine.connect() as connection:
        for table in ("contract_check", "follow"):
            assert await connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        owed = str((await connection.execute(text("SELECT payload FROM outgoing WHERE channel = 'web'"))).all())
    assert "đã được xóa" in owed
    assert "Sa Rết" not in owed


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_the_agreement_is_taken_back_in_both(village: Village, first: str, second: str) -> None:
    one, two = await linked(village, first, second)
    async with village.program.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO consent (worker_id, text_version, lang, channel, given_at) "
                 "SELECT id, 'x', 'vi', 'desk', now() FROM worker")
        )  # fmt: skip
    await one.say("đăng ký của tôi")
    await one.tap("Xem thông tin của tôi")
    await one.tap("Rút lại sự đồng ý")
    assert "rút lại sự đồng ý" in await one.say("có")
    assert "nơi này cũng ngừng dùng" in await village.news(two)
    async with village.program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM consent WHERE withdrawn_at IS NULL")) == 0
    assert "đồng ý không" in await two.say("tìm việc")


@pytest.mark.parametrize("number", ["0", "999999", "x", ""])
async def test_forged_buttons_of_joining_are_harmless(village: Village, number: str) -> None:
    one, stranger = await linked(village, "telegram", "web")
    third = await village.phone("telegram")
    await registered(third)
    for what in ("prefer", "drop", "join", "code", "yes", "no", "own_yes", "own_no"):
        assert (await third.tap_data((await third.say("menu")).message, f"link:{what}:{number}")).texts
        assert (await stranger.tap_data(None, f"link:{what}:{number}")).texts
    assert len(await workers(village.program)) == 3
    assert one.channel == "telegram"


@pytest.mark.parametrize(
    ("said", "code"),
    [("4821 7093", "48217093"), ("48217093", "48217093"), ("4821-7093", "48217093"), ("mã 4821 7093", "48217093"),
     ("៤៨២១ ៧០៩៣", "48217093"), ("លេខកូដ ៤៨២១៧០៩៣", "48217093"), ("0912345678", None), ("0482 1709", None),
     ("4821", None), ("tìm việc", None), ("912345678", None), ("4821 7093 5", None)],
)  # fmt: skip
def test_a_code_is_known_by_its_shape(said: str, code: str | None) -> None:
    assert code_in(said) == code
