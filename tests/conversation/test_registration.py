"""The three registrations, filled in by words, numbers and buttons in both languages, on both channels."""

import pytest
from sqlalchemy import text

from tests.conftest import MovableClock, Running
from tests.conversation.phones import Phone

START = {
    "vi": ("alo", "Tiếng Việt", "đồng ý"),
    "km": ("alo", "ភាសាខ្មែរ", "យល់ព្រម"),
}
PERSON = ("1990", "nữ", "ham giang", "ấp Chợ", "thạch thị sa rết", "số của tôi", "0912 345 678")
LAST = ("lớp 9", "không có việc", "2 năm", "hộ nghèo", "khmer")
FORMS = {
    "job": ("tìm việc", ("phụ hồ", "gần nhà"), {"job_wanted": "phụ hồ", "job_where": "near"}),
    "training": ("học nghề", ("may", "buổi tối"), {"course_wanted": "may", "free_when": "evening"}),
    "overseas": (
        "đi làm nước ngoài",
        ("nhật", "làm ruộng", "chi phí", "có"),
        {"market": "japan", "experience": "làm ruộng", "obstacle": "cost", "loan_advice": "yes"},
    ),
}
KHMER_PERSON = ("១៩៩០", "ស្រី", "Hàm Giang", "រំលង", "ថាច់ សារ៉េត", "លេខរបស់ខ្ញុំ", "០៩១២៣៤៥៦៧៨")
KHMER_FORMS = {
    "job": ("រកការងារធ្វើ", ("ជាងសំណង់", "១"), {"job_where": "near"}),
    "training": ("រៀនវិជ្ជាជីវៈ", ("ដេរ", "២"), {"free_when": "after_harvest"}),
    "overseas": ("ទៅធ្វើការនៅក្រៅប្រទេស", ("ជប៉ុន", "រំលង", "រំលង", "១"), {"market": "japan", "loan_advice": "yes"}),
}
KHMER_LAST = ("៣", "៣", "៣", "រំលង", "រំលង")


async def begin(phone: Phone, lang: str = "vi", wish: str = "tìm việc") -> None:
    """Up to the first question of a form."""
    first, language, consent = START[lang]
    await phone.say(first)
    await phone.tap(language)
    await phone.say(wish)
    await phone.tap(consent)


@pytest.mark.parametrize("kind", FORMS)
async def test_a_registration_in_vietnamese(phone: Phone, program: Running, kind: str) -> None:
    wish, middle, expected = FORMS[kind]
    await begin(phone, "vi", wish)
    for words in (*PERSON, *middle, *LAST):
        answer = await phone.say(words)
    assert "Xin xem lại" in answer
    assert "0912 345 678" in answer
    done = await phone.tap("Đúng, gửi đi")
    assert "Đã nhận đăng ký" in done
    assert "Thứ Năm 26/11/2026" in done, "three working days from Monday"
    assert "xã Hàm Giang" in done, "the new commune is found by itself"
    await check_kept(program, kind, expected)


@pytest.mark.parametrize("kind", KHMER_FORMS)
async def test_a_registration_in_khmer(phone: Phone, program: Running, kind: str) -> None:
    wish, middle, expected = KHMER_FORMS[kind]
    await begin(phone, "km", wish)
    for words in (*KHMER_PERSON, *middle, *KHMER_LAST):
        answer = await phone.say(words)
    done = await phone.say("១")
    assert "✅" in done, answer.text
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM registration"))).one()
        worker = (await connection.execute(text("SELECT * FROM worker"))).one()
    assert row.kind == kind
    assert expected.items() <= row.answers.items()
    assert (worker.birth_year, worker.sex, worker.phone) == (1990, "female", "+84912345678")
    assert worker.name == "ថាច់ សារ៉េត"
    assert worker.household is None


async def check_kept(program: Running, kind: str, expected: dict[str, str]) -> None:
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM registration"))).one()
        worker = (await connection.execute(text("SELECT * FROM worker"))).one()
        commune = await connection.scalar(text("SELECT name FROM place WHERE id = :id"), {"id": row.place_id})
    assert (row.kind, row.status, row.answers) == (kind, "new", expected)
    assert (worker.name, worker.birth_year, worker.sex) == ("Thạch Thị Sa Rết", 1990, "female")
    assert (worker.phone, worker.phone_owner) == ("+84912345678", "own")
    assert (worker.hamlet, commune) == ("ấp Chợ", "Hàm Giang")
    assert (worker.schooling, worker.work_state, worker.idle_time) == ("lower", "none", "long")
    seal = program.program.seal
    assert seal.open(worker.household) == b"poor", "sealed at rest"
    assert seal.open(worker.ethnicity) == b"khmer"


async def test_sensitive_answers_are_sealed_while_the_form_is_open(phone: Phone, program: Running) -> None:
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST):
        await phone.say(words)
    async with program.engine.connect() as connection:
        data = str(await connection.scalar(text("SELECT data FROM identity WHERE state IS NOT NULL")))
    assert "household" in data
    assert "poor" not in data
    assert "'ethnicity': 'khmer'" not in data


async def test_a_shared_contact_answers_the_phone_question(phone: Phone) -> None:
    await begin(phone)
    for words in PERSON[:-1]:
        answer = await phone.say(words)
    assert "0912 345 678" in answer
    answer = await phone.share_number("84912345678")
    assert "Đã ghi số 0912 345 678" in answer
    assert "việc gì" in answer


async def test_back_undoes_one_step_also_over_a_branch(phone: Phone) -> None:
    await begin(phone)
    for words in (*PERSON[:5], "không có số nào"):
        answer = await phone.say(words)
    assert "việc gì" in answer, "without a phone there is no question for its number"
    answer = await phone.say("quay lại")
    assert "bằng số nào" in answer
    answer = await phone.say("quay lại")
    assert "Họ tên" in answer
    answer = await phone.tap("Quay lại")
    assert "ấp" in answer


async def test_one_answer_is_corrected_at_the_end(phone: Phone) -> None:
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST):
        await phone.say(words)
    answer = await phone.tap("Sửa một câu")
    assert "1. Năm sinh" in answer.buttons
    answer = await phone.say("5")
    assert "Họ tên" in answer
    answer = await phone.say("kim sa phia")
    assert "Kim Sa Phia" in answer
    assert "Thạch Thị" not in answer
    answer = await phone.say("sửa số điện thoại")
    assert "mấy" in answer
    answer = await phone.say("quay lại")
    assert "giữ nguyên" in answer
    assert "0912 345 678" in answer


async def test_a_correction_that_opens_a_branch_asks_it(phone: Phone) -> None:
    await begin(phone)
    for words in (*PERSON[:5], "không có số nào", "may", "gần nhà", *LAST):
        await phone.say(words)
    await phone.say("2")
    await phone.say("gọi bằng")
    answer = await phone.say("số nhà hàng xóm")
    assert "số mấy" in answer
    answer = await phone.say("0987654321")
    assert "0987 654 321" in answer
    assert "Đúng chưa" in answer


async def test_three_different_hints_and_then_a_person(phone: Phone) -> None:
    await begin(phone)
    hints = [(await phone.say(words)).texts[0] for words in ("abc xyz", "hihi haha", "qwe rty")]
    assert len(set(hints)) == 3
    answer = await phone.say("lung tung nua")
    assert "Gặp cán bộ" in str([answer.text, list(answer.buttons)]) or "Cán bộ" in answer
    assert "sinh năm nào" in answer, "the question stays open"


@pytest.mark.parametrize(
    ("words", "expected"),
    [("trợ giúp", "Bấm nút"), ("menu", "Anh/chị cần gì"), ("dừng", "giữ lại"), ("quay lại", "câu đầu tiên")],
)
async def test_steering_words_work_at_every_question(phone: Phone, words: str, expected: str) -> None:
    await begin(phone)
    assert expected in await phone.say(words)


async def test_help_comes_back_to_the_question(phone: Phone) -> None:
    await begin(phone)
    answer = await phone.say("trợ giúp")
    assert answer.texts[-1].endswith("1990")


async def test_a_side_question_is_answered_and_the_form_goes_on(phone: Phone) -> None:
    await begin(phone)
    await phone.say("1990")
    answer = await phone.say("lương bao nhiêu?")
    assert "Lương tùy" in answer
    assert "nam hay nữ" in answer


async def test_a_minor_is_sent_to_the_commune_and_nothing_stays(phone: Phone, program: Running) -> None:
    await begin(phone)
    answer = await phone.say("2012")
    assert "cha mẹ" in answer
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM worker")) == 0
        data = await connection.scalar(text("SELECT data FROM identity WHERE lang IS NOT NULL"))
    assert "draft" not in data


async def test_an_unfinished_form_is_offered_again_after_days(
    phone: Phone, program: Running, clock: MovableClock
) -> None:
    await begin(phone)
    for words in PERSON[:4]:
        await phone.say(words)
    clock.forward(days=30)
    answer = await phone.say("xin chào")
    assert "câu 5/" in answer
    answer = await phone.say("làm tiếp")
    assert "Họ tên" in answer


async def test_a_second_registration_asks_only_what_is_new(phone: Phone, program: Running) -> None:
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST, "1"):
        await phone.say(words)
    answer = await phone.say("học nghề")
    assert "học nghề gì" in answer
    for words in ("nấu ăn", "cuối tuần"):
        answer = await phone.say(words)
    assert "Thạch Thị Sa Rết" in answer
    await phone.say("đúng")
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM worker")) == 1
        assert await connection.scalar(text("SELECT count(*) FROM registration")) == 2


async def test_the_same_need_again_renews_the_first(phone: Phone, program: Running) -> None:
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST, "1", "tìm việc", "phụ hồ", "tỉnh khác"):
        await phone.say(words)
    answer = await phone.say("1")
    assert "cập nhật" in answer
    async with program.engine.connect() as connection:
        row = (await connection.execute(text("SELECT answers FROM registration"))).one()
    assert row.answers == {"job_wanted": "phụ hồ", "job_where": "far"}


async def test_the_same_person_on_two_phones_is_noticed(program: Running, phone: Phone, telegram: object) -> None:
    from tests.conversation.phones import TelegramPhone
    from tests.standins.telegram import TelegramStandIn

    assert isinstance(telegram, TelegramStandIn)
    for one in (phone, TelegramPhone(program, telegram, 2002)):
        await begin(one)
        for words in (*PERSON, "may", "gần nhà", *LAST, "1"):
            await one.say(words)
    async with program.engine.connect() as connection:
        twins = (await connection.execute(text("SELECT twin_id FROM registration ORDER BY id"))).scalars().all()
        first = await connection.scalar(text("SELECT min(id) FROM worker"))
    assert twins == [None, first]


@pytest.mark.parametrize("words", ["khoan gửi", "chưa gửi", "để coi lại đã", "tôi muốn đi làm công ty nữa"])
async def test_only_clear_words_send(phone: Phone, program: Running, words: str) -> None:
    await begin(phone)
    for answer in (*PERSON, "may", "gần nhà", *LAST):
        await phone.say(answer)
    await phone.say(words)
    async with program.engine.connect() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM registration")) == 0


async def test_throwing_away_is_asked_once_more(phone: Phone) -> None:
    await begin(phone)
    for words in (*PERSON, "may", "gần nhà", *LAST):
        await phone.say(words)
    assert "sẽ mất" in await phone.say("3")
    assert "Xin xem lại" in await phone.say("không")
    await phone.say("3")
    assert "Đã bỏ" in await phone.say("có")


async def test_a_number_under_near_choices_means_one_of_those(phone: Phone, program: Running) -> None:
    await begin(phone)
    for words in ("1990", "nữ"):
        await phone.say(words)
    near = await phone.say("ham")
    assert [label for label in near.buttons if label[0].isdigit()] == ["1. xã Hàm Giang", "2. xã Hàm Tân"]
    await phone.say("2")
    async with program.engine.connect() as connection:
        data = await connection.scalar(text("SELECT data FROM identity WHERE state IS NOT NULL"))
    assert data["draft"]["answers"]["commune"] == "29489"


async def test_a_bare_age_is_asked_back(phone: Phone) -> None:
    await begin(phone)
    near = await phone.say("50")
    assert "1. Sinh năm 1976 (50 tuổi)" in near.buttons
    assert "nam hay nữ" in await phone.say("1")


async def test_the_number_beside_whose_phone_it_is(phone: Phone) -> None:
    await begin(phone)
    for words in PERSON[:5]:
        await phone.say(words)
    answer = await phone.say("sdt của con em 0987 654 321")
    assert "0987 654 321" in answer
    assert "việc gì" in answer


async def test_another_form_lays_the_first_aside(phone: Phone) -> None:
    await begin(phone)
    for words in PERSON[:5]:
        await phone.say(words)
    await phone.say("menu")
    answer = await phone.say("học nghề")
    assert "bằng số nào" in answer, "what was told is not asked again"
    await phone.say("menu")
    answer = await phone.say("tìm việc")
    assert "câu 6/" in answer


async def test_correcting_in_the_middle(phone: Phone) -> None:
    await begin(phone)
    for words in PERSON[:5]:
        await phone.say(words)
    assert "Họ tên" in await phone.say("sửa tên")
    assert "bằng số nào" in await phone.say("Kim Hoa")


async def test_thanks_are_answered_kindly(phone: Phone) -> None:
    await begin(phone)
    answer = await phone.say("cảm ơn em nhiều nha")
    assert "cảm ơn anh/chị" in answer
    assert "sinh năm nào" in answer
