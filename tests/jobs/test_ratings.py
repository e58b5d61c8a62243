"""When a case or a talk with a person has ended, one question with three faces is asked, kept, counted and told."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from db.asking_ratings import NO_HELP
from jobs.person_talks import end_talks
from jobs.ratings import ask_ratings
from jobs.retention import RATING_WORDS, forget_old
from tests.conftest import MovableClock, Running
from tests.conversation.phones import TelegramPhone
from tests.conversation.test_officer import OFFICER, alerts, code_for, officer, owns_everything
from tests.conversation.test_person_talk import staff_write
from tests.jobs.test_reminders import change, press, registered, rows, unasked
from tests.standins.telegram import TelegramStandIn

COUNTED = """SELECT event, sum(n) FROM tally_now WHERE event LIKE 'rated.%' AND dimension = 'kind'
    GROUP BY 1 HAVING sum(n) <> 0 ORDER BY 1"""
OF_STAFF = "SELECT event, sum(n) FROM staff_tally_now WHERE event LIKE 'rated.%' GROUP BY 1 HAVING sum(n) <> 0"
SAID = "SELECT score, words FROM rating"


@pytest.fixture(autouse=True)
def a_working_day(clock: MovableClock) -> None:
    """The Tuesday: on that Monday is the Ok Om Bok holiday."""
    clock.forward(days=1)


async def ask(program: Running) -> int:
    asked = await ask_ratings(unasked(program), program.program.clock())
    await program.program.delivery.look()
    return asked


async def ended(program: Running, status: str = "placed", reason: str | None = None) -> None:
    """Staff bring the case to an end, and the hour passes in which that may be a slip."""
    query = "UPDATE registration SET status = :status, closed_reason = :reason, updated_at = :now"
    clock = program.program.clock
    await change(program, query, status=status, reason=reason, now=clock())
    assert isinstance(clock, MovableClock)
    clock.forward(hours=2)


async def asked(program: Running, telegram: TelegramStandIn, number: int = 1001) -> TelegramPhone:
    ana = TelegramPhone(program, telegram, number)
    await registered(ana)
    await ended(program)
    assert await ask(program) == 1
    return ana


async def test_three_faces_once_a_case_and_a_sentence_after_it(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await ended(program)
    clock.now -= timedelta(hours=1, minutes=30)
    assert await ask(program) == 0, "it may still be taken back"
    clock.forward(hours=2)
    assert await ask(program) == 1
    question = await ana.answer()
    assert "Hồ sơ số 1 (tìm việc làm) của anh/chị đã khép lại" in question
    assert list(question.buttons) == ["1. 😊 Hài lòng", "2. 😐 Tạm được", "3. 😞 Chưa hài lòng"]
    more = await ana.say("1")
    assert "viết một câu ngắn" in more
    assert list(more.buttons) == ["1. Không nói thêm"]
    assert "cán bộ sẽ đọc" in await ana.say("Cô Út giúp   em nhiều lắm, cảm ơn cô")
    assert await rows(program, SAID) == [("good", "Cô Út giúp em nhiều lắm, cảm ơn cô")]
    assert await rows(program, COUNTED) == [("rated.asked", 1), ("rated.good", 1)]
    assert await rows(program, "SELECT state FROM identity") == [(None,)]
    clock.forward(days=1)
    assert await ask(program) == 0, "once"


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("hài lòng lắm", "good"),
        ("tạm được", "fair"),
        ("không hài lòng", "bad"),
        ("👍", "good"),
        ("😞", "bad"),
        ("2", "fair"),
        ("ល្អណាស់", "good"),
        ("៣", "bad"),
    ],
)
async def test_a_word_a_number_or_a_drawn_face_is_an_answer(
    program: Running, telegram: TelegramStandIn, words: str, score: str
) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    await ana.say(words)
    assert await rows(program, SAID) == [(score, None)]


async def test_a_wish_is_no_answer(program: Running, telegram: TelegramStandIn) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    await ana.say("tôi muốn học nghề may cho tốt")
    assert await rows(program, SAID) == [(None, None)]


@pytest.mark.parametrize("skip", ["bỏ qua", "không", "1", "thôi"])
async def test_the_sentence_may_be_left_out(program: Running, telegram: TelegramStandIn, skip: str) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    await ana.say("1")
    assert "Cảm ơn anh/chị đã cho biết" in await ana.say(skip)
    assert await rows(program, SAID) == [("good", None)]
    assert await rows(program, "SELECT state FROM identity") == [(None,)]


async def test_who_is_unhappy_gets_a_person_and_the_owner_is_told_without_the_words(
    program: Running, telegram: TelegramStandIn, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await alerts(program)
    await ended(program, "closed", "không liên lạc được")
    assert await ask(program) == 1
    await ana.answer()
    await chat.answer()
    more = await ana.say("3")
    assert "Xin lỗi anh/chị" in more
    assert list(more.buttons) == ["1. Gặp cán bộ", "2. Không nói thêm"]
    assert "cán bộ sẽ đọc" in await ana.say("chờ hoài không ai gọi")
    assert await alerts(program) == 1
    told = await chat.answer()
    assert "Bà con chấm hồ sơ 1 là chưa hài lòng" in told
    assert "chờ hoài" not in told.text
    assert "chờ hoài" not in caplog.text
    question = [message for message in ana.person.inbox if "giúp thế nào" in (message.text or "")][-1]
    await ana.tap_data(question, "rate:1:bad")
    assert await rows(program, OF_STAFF) == [("rated.asked", 1), ("rated.bad", 1)]
    assert "sẽ gọi cho anh/chị" in await ana.say("1")
    assert await rows(program, "SELECT topic FROM help_request") == [("registration:1",)]
    assert await alerts(program) == 0, "once"


async def test_a_later_tap_corrects_it_and_takes_the_alarm_back(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    staff = await officer(program)
    await owns_everything(program, staff)
    chat = TelegramPhone(program, telegram, OFFICER)
    await chat.say(await code_for(program, staff))
    ana = await asked(program, telegram)
    await ana.answer()
    await alerts(program)
    question = ana.person.inbox[-1]
    await ana.tap_data(question, "rate:1:bad")
    await ana.tap_data(question, "rate:1:good")
    assert await rows(program, SAID) == [("good", None)]
    assert await rows(program, COUNTED) == [("rated.asked", 1), ("rated.good", 1)]
    assert dict(await rows(program, OF_STAFF)) == {"rated.asked": 1, "rated.good": 1}
    assert await alerts(program) == 0


async def test_in_a_form_the_face_is_kept_and_the_form_stays_open(program: Running, telegram: TelegramStandIn) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    question = ana.person.inbox[-1]
    await ana.say("học nghề")
    (before,) = await rows(program, "SELECT state FROM identity")
    assert before != (None,)
    answer = await ana.tap_data(question, "rate:1:bad")
    assert "Xin lỗi anh/chị" in answer
    assert await rows(program, "SELECT state FROM identity") == [before]
    assert await rows(program, SAID) == [("bad", None)]


async def test_a_talk_with_a_person_is_asked_about_when_both_have_spoken(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    staff = await officer(program)
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await staff_write(program, staff)
    clock.forward(hours=7)
    await end_talks(program.engine, clock())
    clock.forward(hours=16)
    assert await ask(program) == 0, "nobody answered: that was no talk"
    await staff_write(program, staff)
    await ana.say("dạ mấy giờ vậy cô?")
    clock.forward(hours=2)
    assert await ask(program) == 0, "it goes on"
    await ana.say("menu")
    clock.forward(hours=2)
    assert await ask(program) == 1
    assert "đã nhắn tin với cán bộ về hồ sơ số 1" in await ana.answer()
    assert await rows(program, "SELECT cause, staff_id FROM rating") == [("talk", staff)]
    await ended(program)
    clock.forward(days=1)
    assert await ask(program) == 0, "the case was asked about already"


async def test_while_a_person_talks_a_face_ends_nothing(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    question = ana.person.inbox[-1]
    await staff_write(program, await officer(program))
    await ana.tap_data(question, "rate:1:good")
    assert await rows(program, SAID) == [("good", None)]
    assert await rows(program, "SELECT count(*) FROM person_talk WHERE ended_at IS NULL") == [(1,)]


@pytest.mark.parametrize(
    "before",
    [
        "UPDATE registration SET closed_reason = 'withdrawn', status = 'closed'",
        "UPDATE registration SET closed_reason = 'not_wanted', status = 'closed'",
        "UPDATE registration SET closed_reason = 'đăng ký trùng với hồ sơ 7', status = 'closed'",
        "UPDATE registration SET closed_reason = 'người này đã mất tháng trước', status = 'closed'",
        "UPDATE consent SET withdrawn_at = now()",
        "UPDATE identity SET blocked_at = now()",
        "UPDATE identity SET muted_at = now()",
        "DELETE FROM worker_identity",
        "UPDATE registration SET status = 'contacted'",
    ],
)
async def test_who_is_not_asked(program: Running, telegram: TelegramStandIn, before: str) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await ended(program)
    await change(program, before)
    assert await ask(program) == 0


async def test_losing_touch_is_no_death_and_a_centre_no_duplicate(program: Running) -> None:
    query = text("SELECT :words ~* :no_help")
    async with program.engine.connect() as connection:
        for words, nothing in (
            ("đã mất liên lạc", False),
            ("gửi trung tâm việc làm", False),
            ("trùng hồ sơ 4", True),
            ("tìm được việc ở Trung Quốc", False),
            ("trung nguoi cu", True),
            ("ông đã qua đời", True),
        ):
            assert await connection.scalar(query, {"words": words, "no_help": NO_HELP}) is nothing, words


async def test_hours_days_and_the_cap_hold_and_old_ends_are_left_alone(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await ended(program)
    clock.forward(hours=11)
    assert await ask(program) == 0, "it is night"
    clock.forward(hours=13)
    await change(
        program,
        "INSERT INTO proactive (identity_id, kind, at) SELECT 1, 'x', :now FROM generate_series(1, 9)",
        now=clock(),
    )
    assert await ask(program) == 0, "the cap"
    await change(program, "DELETE FROM proactive")
    clock.forward(days=3)
    assert await ask(program) == 0, "a Saturday"
    clock.forward(days=4)
    assert await ask(program) == 0, "too long ago"


async def test_who_is_in_a_dialogue_or_talks_with_a_person_is_asked_after_it(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    await ended(program)
    await ana.say("học nghề")
    assert await ask(program) == 0, "a form is being filled in"
    await ana.say("menu")
    await staff_write(program, await officer(program))
    assert await ask(program) == 0, "a person talks"
    await ana.say("menu")
    assert await ask(program) == 1


async def test_of_a_merged_person_each_chat_is_asked_about_its_own(program: Running, telegram: TelegramStandIn) -> None:
    ana, other = TelegramPhone(program, telegram, 1001), TelegramPhone(program, telegram, 2002)
    await registered(ana)
    await registered(other)
    await change(program, "DELETE FROM registration WHERE id > 1")
    query = "INSERT INTO worker_identity (identity_id, worker_id, merged_at) SELECT id, 1, now() FROM identity"
    await change(program, f"{query} WHERE chat_id = 2002")
    await change(program, "UPDATE identity SET blocked_at = now() WHERE chat_id = 1001")
    await ended(program)
    assert await ask(program) == 0, "the other chat has not shown to be the same person's"
    await change(program, "UPDATE worker_identity SET merged_at = NULL")
    assert await ask(program) == 1


async def test_a_deleted_account_takes_its_sentence_along(program: Running, telegram: TelegramStandIn) -> None:
    ana, family = TelegramPhone(program, telegram, 1001), TelegramPhone(program, telegram, 2002)
    await registered(ana)
    await registered(family)
    await change(program, "DELETE FROM registration WHERE id > 1")
    query = """INSERT INTO worker_identity (identity_id, worker_id, relation, preferred_at)
        SELECT id, 1, 'family', now() FROM identity WHERE chat_id = 2002"""
    await change(program, query)
    await ended(program)
    assert await ask(program) == 1
    await family.answer()
    await family.say("1")
    await family.say("con tôi được giúp nhiều, cảm ơn cán bộ")
    await family.say("xóa dữ liệu")
    await family.say("1")
    assert await rows(program, "SELECT score, words, identity_id FROM rating") == [("good", None, None)]


async def test_somebody_elses_question_and_nonsense_are_refused(program: Running, telegram: TelegramStandIn) -> None:
    ana = await asked(program, telegram)
    stranger = TelegramPhone(program, telegram, 2002)
    await registered(stranger)
    for data in ("rate:1:bad", "rate:1:call", "rate:99:good"):
        assert "đã khép lại" in await press(stranger, data)
    assert await rows(program, SAID) == [(None, None)]
    assert await rows(program, "SELECT count(*) FROM help_request") == [(0,)]
    assert (await press(ana, "rate:1:best")).texts


async def test_it_is_shown_with_what_is_kept_and_goes_with_the_person(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    await ana.say("2")
    await ana.say("gọi lại nhanh hơn thì tốt")
    shown = await press(ana, "my:see")
    if "sinh năm nào" in shown:
        shown = await ana.say("1990")
    assert "chấm hồ sơ số 1: 😐 Tạm được: gọi lại nhanh hơn thì tốt" in shown
    await ana.say("xóa dữ liệu")
    await ana.say("1")
    assert await rows(program, "SELECT count(*) FROM rating") == [(0,)]
    assert await rows(program, COUNTED) == [("rated.asked", 1), ("rated.fair", 1)], "counts name nobody"


async def test_the_sentence_is_forgotten_after_a_year_and_the_face_stays(
    program: Running, telegram: TelegramStandIn, clock: MovableClock
) -> None:
    ana = await asked(program, telegram)
    await ana.answer()
    await ana.say("1")
    await ana.say("cô Út nhiệt tình lắm nha mọi người")
    clock.forward(days=RATING_WORDS.days + 1)
    await forget_old(program.engine, program.program.files, clock())
    assert await rows(program, SAID) == [("good", None)]
