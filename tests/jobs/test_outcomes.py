"""One, three, six and twelve months after a job, a course or leaving, one question is asked, kept and counted."""

from jobs.outcomes import ask_outcomes
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.jobs.test_reminders import change, press, registered, rows, unasked
from tests.standins.telegram import TelegramStandIn

COUNTED = """SELECT event, sum(n) FROM tally_now WHERE dimension = 'kind' AND event LIKE 'after.%'
    GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1"""


async def ask(program: Running) -> int:
    asked = await ask_outcomes(unasked(program), program.program.clock())
    await program.program.delivery.look()
    return asked


async def placed(program: Running, phone: TelegramPhone) -> None:
    await registered(phone)
    await change(program, "UPDATE registration SET status = 'placed', updated_at = :now", now=program.program.clock())


async def test_asked_after_each_span_once_and_answers_are_counted(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await placed(program, ana)
    clock.forward(days=29)
    assert await ask(program) == 0
    clock.forward(days=1)  # 23 December
    assert await ask(program) == 1
    assert await ask(program) == 0
    answer = await ana.answer()
    assert "Anh/chị có việc làm được 1 tháng rồi" in answer
    assert list(answer.buttons) == ["1. Vẫn làm việc đó", "2. Đã đổi việc khác", "3. Đã nghỉ, chưa có việc"]
    assert "Cảm ơn anh/chị" in await ana.say("1")
    assert await rows(program, COUNTED) == [("after.placed.1.asked", 1), ("after.placed.1.still", 1)]
    clock.forward(days=62)  # 23 February: three months
    assert await ask(program) == 1
    clock.forward(days=365)
    assert await ask(program) == 0, "what was due long ago is not asked any more"


async def test_who_has_nothing_again_is_offered_help_and_may_correct_it(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await placed(program, ana)
    clock.forward(days=30)
    await ask(program)
    await ana.answer()
    question = ana.person.inbox[-1]
    answer = await ana.tap("Đã nghỉ, chưa có việc")
    assert "muốn làm gì tiếp" in answer
    assert any("tìm việc" in label.lower() for label in answer.buttons)
    await ana.tap_data(question, "after:1:still")
    assert await rows(program, COUNTED) == [("after.placed.1.asked", 1), ("after.placed.1.still", 1)]
    assert await rows(program, "SELECT answer FROM outcome") == [("still",)]


async def test_another_persons_question_and_nonsense_say_that_it_is_closed(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana, stranger = TelegramPhone(program, telegram, 1001), TelegramPhone(program, telegram, 2002)
    await placed(program, ana)
    await registered(stranger)
    clock.forward(days=30)
    await ask(program)
    for data in ("after:1:still", "after:99:still", "after:1:returned"):
        assert "đã khép lại" in await press(stranger, data)
    assert "đã khép lại" in await press(ana, "after:1:returned")
    assert await rows(program, "SELECT answer FROM outcome") == [(None,)]


async def test_a_status_that_was_taken_back_is_not_asked_about(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await placed(program, ana)
    await change(program, "UPDATE registration SET status = 'contacted', updated_at = :now", now=clock())
    clock.forward(days=31)
    assert await ask(program) == 0
