"""A wish older than 90 days is asked again: yes keeps it fresh, no closes it, silence is noted."""

from jobs.wishes import ask_old_wishes
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone, WebPhone
from tests.conversation.test_registration import LAST, PERSON, begin
from tests.jobs.test_reminders import press, registered, rows, unasked
from tests.standins.telegram import TelegramStandIn

STATE = "SELECT status, closed_reason, fresh_at FROM registration"


async def ask(program: Running) -> int:
    asked = await ask_old_wishes(unasked(program), program.program.clock())
    await program.program.delivery.look()
    return asked


async def test_an_old_wish_is_asked_once_and_yes_keeps_it_fresh(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    clock.forward(days=89)
    assert await ask(program) == 0
    clock.forward(days=2)
    assert await ask(program) == 1
    assert await ask(program) == 0
    answer = await ana.answer()
    assert "Chào anh/chị Rết. Trước đây anh/chị đăng ký: tìm việc làm. Anh/chị còn muốn không?" in answer
    assert "giữ tên anh/chị trong danh sách" in await ana.say("1")
    assert await rows(program, STATE) == [("new", None, clock())]
    assert await rows(program, "SELECT answer FROM wish_check") == [("yes",)]
    clock.forward(days=89)
    assert await ask(program) == 0
    clock.forward(days=3)
    assert await ask(program) == 1


async def test_no_closes_it_with_its_reason(program: Running, telegram: TelegramStandIn, clock: MovableClock) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    clock.forward(days=91)
    await ask(program)
    await ana.answer()
    assert "đã đóng đăng ký" in await ana.tap("Không còn muốn")
    assert [row[:2] for row in await rows(program, STATE)] == [("closed", "not_wanted")]
    assert "đã khép lại" in await ana.tap_data(ana.person.inbox[-2], "wish:1:yes")
    clock.forward(days=91)
    assert await ask(program) == 0


async def test_silence_is_noted_and_asked_again_after_another_90_days(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    clock.forward(days=91)
    assert await ask(program) == 1
    clock.forward(days=14, minutes=1)
    assert await ask(program) == 0
    assert await rows(program, "SELECT answer FROM wish_check") == [("silent",)]
    assert [row[0] for row in await rows(program, STATE)] == ["new"], "silence closes nothing"
    clock.forward(days=77)
    assert await ask(program) == 1


async def test_nobody_is_asked_at_night_at_weekends_or_who_wants_silence(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    clock.forward(days=91, hours=12)
    assert await ask(program) == 0, "at night"
    clock.forward(days=5, hours=-12)
    assert await ask(program) == 0, "on a Saturday"
    await press(ana, "notice:mute")
    clock.forward(days=2)
    assert await ask(program) == 0, "they want silence"


async def test_an_answer_in_a_form_leaves_the_form_open_and_two_wishes_come_one_after_the_other(
    program: Running, clock: MovableClock
) -> None:
    phone = await WebPhone.open(program)
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST, "1"):
        await phone.say(words)
    await phone.say("học nghề")
    for words in ("may", "buổi tối", "1"):
        answer = await phone.say(words)
    assert await rows(program, "SELECT count(*) FROM registration") == [(2,)]
    clock.forward(days=91)
    assert await ask(program) == 1
    assert await ask(program) == 1
    await phone.say("đi làm nước ngoài")
    await phone.tap_data(None, "whom:other")
    answer = await phone.tap_data(None, "wish:1:yes")
    assert "giữ tên" in answer.texts[-1]
    assert "sinh năm nào" in answer.texts[-1]
    await phone.close()


async def test_another_persons_wish_is_not_answered(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana, sok = TelegramPhone(program, telegram, 1001), TelegramPhone(program, telegram, 1002)
    await registered(ana)
    await begin(sok)
    await press(sok, "wish:1:no")
    assert [row[0] for row in await rows(program, STATE)] == ["new"]
