"""The funnel of a form: what is reached, answered, skipped and misread, with going back taken back."""

from collections import Counter
from datetime import date

from sqlalchemy import text

from content.forms import FORMS
from handlers.form.engine import advance
from handlers.form.funnel import begun, events
from handlers.form.inputs import Back, Input, Skip, Typed
from handlers.form.progress import begin
from tests.conftest import Running
from tests.conversation.phones import TelegramPhone
from tests.conversation.test_registration import PERSON
from tests.conversation.test_registration import begin as begin_form
from tests.standins.telegram import TelegramStandIn

TODAY = date(2026, 11, 24)


def counted(*given: Input) -> dict[tuple[str, str], int]:
    form = FORMS["job"]
    progress = begin(form, 1)
    sums: Counter[tuple[str, str]] = Counter({(key, event): n for key, event, n in begun(progress)})
    for one in given:
        after, outcome = advance(form, progress, one, TODAY)
        for key, event, n in events(progress, after, outcome):
            sums[key, event] += n
        progress = after
    return {key: n for key, n in sums.items() if n}


def test_forward() -> None:
    assert counted(Typed("1990"), Skip()) == {
        ("birth_year", "reached"): 1,
        ("birth_year", "answered"): 1,
        ("sex", "reached"): 1,
        ("sex", "skipped"): 1,
        ("commune", "reached"): 1,
    }


def test_going_back_takes_back() -> None:
    assert counted(Typed("1990"), Typed("nam"), Back(), Back()) == counted()
    assert counted(Typed("1990"), Typed("nam"), Back(), Skip()) == counted(Typed("1990"), Skip())
    assert counted(Typed("1990"), Skip(), Back(), Typed("nam")) == counted(Typed("1990"), Typed("nam"))


def test_what_is_misread() -> None:
    assert counted(Typed("hôm qua"), Typed("bữa kia"), Typed("1990"))["birth_year", "missed"] == 2


def test_a_number_beside_its_owner_answers_two() -> None:
    person = [Typed(words) for words in ("1990", "nam", "Hàm Giang", "Ấp Chợ", "Thạch Văn An")]
    found = counted(*person, Typed("của tôi 0912345678"))
    assert found["phone_owner", "answered"] == found["phone", "reached"] == found["phone", "answered"] == 1


async def test_a_whole_form_is_counted_and_nothing_of_it_is_kept(program: Running, telegram: TelegramStandIn) -> None:
    ana = TelegramPhone(program, telegram, 1001)
    await begin_form(ana)
    for words in (*PERSON, "may", "gần nhà", "lớp 9", "có việc làm", "hộ nghèo", "khmer", "1"):
        await ana.say(words)
    query = text("SELECT form, question, event, sum(n) FROM question_tally_now GROUP BY 1, 2, 3 HAVING sum(n) <> 0")
    async with program.engine.connect() as connection:
        rows = {(row[0], row[1], row[2]): row[3] for row in await connection.execute(query)}
        days = set((await connection.execute(text("SELECT day, lang FROM question_tally_now"))).all())
    assert {form for form, _, _ in rows} == {"job"}
    assert rows["job", "review", "answered"] == 1
    reached = {key for _, key, event in rows if event == "reached"}
    assert reached == {key for _, key, event in rows if event in ("answered", "skipped")}
    assert set(rows.values()) == {1}
    assert days == {(date(2026, 11, 23), "vi")}
