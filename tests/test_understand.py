"""Workers' own spellings: what they want, the commands in them, their side questions."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.commands import COMMANDS, command, is_thanks
from content.faq import FAQ_KEYS, faq, is_question
from content.fold import fold
from content.lexicon import lexicon
from content.understand import LEXICON_INTENTS, evidence, understand

DATA = Path(__file__).parent / "data"
HELD_OUT = 3  # every third line was never looked at while the lexicon was written

Row = tuple[str, str]


def table(lang: str) -> list[Row]:
    lines = (DATA / f"understand_{lang}.tsv").read_text(encoding="utf-8").splitlines()
    return [(intent, text) for intent, text in (line.split("\t") for line in lines)]


def part(lang: str, held_out: bool) -> list[Row]:
    return [row for number, row in enumerate(table(lang), start=1) if (number % HELD_OUT == 0) == held_out]


def test_tables_are_large_and_use_every_intent() -> None:
    rows = table("vi") + table("km")
    counts = Counter(intent for intent, _ in rows)
    assert len(table("vi")) >= 300
    assert len(table("km")) >= 120
    assert counts["unknown"] >= 60
    assert set(counts) == set(LEXICON_INTENTS)
    assert len({text for _, text in rows}) == len(rows)


@pytest.mark.parametrize("held_out", [False, True], ids=["seen", "held-out"])
@pytest.mark.parametrize("lang", ["vi", "km"])
def test_accuracy(lang: str, held_out: bool) -> None:
    rows = part(lang, held_out)
    wrong = [(want, got, text) for want, text in rows if (got := understand(text, lang).intent) != want]
    accuracy = 1 - len(wrong) / len(rows)
    pairs = Counter((want, got) for want, got, _ in wrong)
    print(f"{lang} {'held-out' if held_out else 'seen'}: {accuracy:.3f} of {len(rows)}; {dict(pairs)}")
    assert accuracy >= 0.95, wrong


def test_accuracy_on_later_sentences() -> None:
    """Sentences written after the lexicon, in six rounds; each round's misses were then learned from."""
    lines = (DATA / "understand_later.tsv").read_text(encoding="utf-8").splitlines()
    rows = [(intent, lang, text) for intent, lang, text in (line.split("\t") for line in lines)]
    wrong = [(want, got, text) for want, lang, text in rows if (got := understand(text, lang).intent) != want]
    assert len(rows) >= 500
    assert len(wrong) <= 0.05 * len(rows), wrong


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_off_topic_talk_is_seldom_mistaken(lang: str) -> None:
    texts = [text for intent, text in table(lang) if intent == "unknown"]
    mistaken = [text for text in texts if understand(text, lang).intent != "unknown"]
    assert len(mistaken) <= 0.05 * len(texts), mistaken


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_accents_case_and_spaces_do_not_matter(lang: str) -> None:
    changed = [
        (text, other)
        for _, text in table(lang)
        for other in (fold(text), text.upper(), f"  {text.replace(' ', '   ')} ")
        if understand(other, lang).intent != understand(text, lang).intent and other.strip()
    ]
    assert not changed


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_each_lexicon_phrase_is_understood_as_its_intent(lang: str) -> None:
    phrases = [p for p in _phrases() if p[2] == lang and p[1] in ("alone", "sure")]
    wrong = [(label, text) for label, _, _, text in phrases if label not in evidence(text)]
    assert len(phrases) > 200
    assert not wrong


def _phrases() -> list[tuple[str, str, str, str]]:
    return [
        (phrase.label, phrase.kind, phrase.lang, " ".join(word for word in phrase.words if word != "..."))
        for phrase in lexicon().intents.phrases
    ]


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["vi", "km"]))
def test_any_text_gets_one_of_the_words(text: str, lang: str) -> None:
    understood = understand(text, lang)
    assert understood.intent in LEXICON_INTENTS
    assert 0 <= understood.confidence <= 1
    assert understood.intent not in understood.alternatives
    assert len(understood.alternatives) <= 3
    assert command(text) in (*COMMANDS, None)
    assert is_thanks(text) in (True, False)
    assert faq(text, lang) in (*FAQ_KEYS, None)
    assert is_question(text, lang) in (True, False)


@settings(deadline=None)
@given(st.lists(st.sampled_from([text for lang in ("vi", "km") for _, text in table(lang)]), min_size=2, max_size=6))
def test_long_rambling_gets_one_of_the_words(texts: list[str]) -> None:
    assert understand(", ".join(texts), "vi").intent in LEXICON_INTENTS


def test_unknown_offers_what_was_near() -> None:
    near = understand("hợp đồng thuê nhà", "vi")
    assert near.intent == "unknown"
    assert "register_overseas" in near.alternatives
    assert understand("asdfgh", "vi").alternatives == ()


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("dừng", "stop"),
        ("Dừng lại đi em ơi", "stop"),
        ("thôi", "stop"),
        ("dạ thôi ạ", "stop"),
        ("/cancel", "stop"),
        ("huỷ", "stop"),
        ("ឈប់", "stop"),
        ("សូមឈប់", "stop"),
        ("menu", "menu"),
        ("/start", "menu"),
        ("Menuu", "menu"),
        ("quay về đầu", "menu"),
        ("ម៉ឺនុយ", "menu"),
        ("giúp với", "help"),
        ("trợ giúp", "help"),
        ("trơ giupp", "help"),
        ("ជំនួយ", "help"),
        ("quay lại", "back"),
        ("quay laij", "back"),
        ("trở lại nha", "back"),
        ("ត្រឡប់ក្រោយ", "back"),
        ("bỏ qua", "skip"),
        ("bo qua di", "skip"),
        ("រំលង", "skip"),
        ("cho em gặp cán bộ với", "person"),
        ("gap can bo", "person"),
        ("ជួបកម្មាភិបាល", "person"),
        ("đổi tiếng", "language"),
        ("tiếng khmer", "language"),
        ("ភាសាខ្មែរ", "language"),
        ("nói tiếng việt", "language"),
        ("tiếp tục", "resume"),
        ("បន្ត", "resume"),
        ("làm lại", "restart"),
        ("ចាប់ផ្តើមឡើងវិញ", "restart"),
    ],
)
def test_command(text: str, want: str) -> None:
    assert command(text) == want


@pytest.mark.parametrize(
    "text",
    ["cảm ơn", "cám ơn", "cam on em", "thank", "thank you", "tks em", "dạ cảm ơn chú", "cám ơn em nhiều nha",
     "tạm biệt", "bye", "អរគុណ", "បាទ អរគុណបង", "អរគុណច្រើន", "លាហើយ"],
)  # fmt: skip
def test_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text", ["", "dạ", "em", "thôi cám ơn", "không, cám ơn", "cám ơn, cho hỏi vay", "không cần", "អត់ទេ", "ខ្ញុំ", "menu"]
)
def test_refusals_and_wishes_are_no_thanks(text: str) -> None:
    assert not is_thanks(text)


ANSWERS = [
    "Lại Văn Thôi",
    "Nguyễn Thị Bé Ba",
    "Thạch Sóc Kha",
    "Kim Thị Sa Rây",
    "Trần Văn Dừng",
    "Lê Thị Sao",
    "Phạm Văn Ở",
    "Sơn Thị Đâu",
    "Nguyễn Văn Không",
    "Lâm Thị May",
    "ấp Chợ",
    "ấp Giồng Lớn",
    "Bến Bạ",
    "Sóc Tre Trên",
    "ấp Mé Rạch",
    "phụ hồ",
    "may",
    "lái xe",
    "làm ruộng",
    "công nhân",
    "việc gì cũng được",
    "nghề nào cũng được",
    "nấu ăn",
    "sửa xe",
    "chưa",
    "không",
    "có",
    "không có",
    "chưa học",
    "lớp 9",
    "1985",
    "0912345678",
    "nam",
    "nữ",
    "kinh",
    "khmer",
    "khơ me",
    "ខ្មែរ",
    "đăng ký làm",
    "hàn xì",
    "ថាច់ សុខា",
    "គឹម សុភា",
    "ធ្វើស្រែ",
    "កាត់ដេរ",
    "មាន",
    "អត់ទេ",
    "បើកឡាន",
    "ប្រុស",
    "១៩៨៥",
]


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_is_neither_question_nor_side_question(text: str) -> None:
    assert not is_question(text, "vi")
    assert faq(text, "vi") is None


@pytest.mark.parametrize("text", ANSWERS)
def test_an_answer_is_no_command(text: str) -> None:
    assert command(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "lương bao nhiêu?",
        "bao nhieu tien",
        "o dau vay",
        "khi nào có việc",
        "sao hỏi nhiều vậy",
        "là gì",
        "có phải tốn tiền không",
        "em không có bằng thì đi được không",
        "hỏi làm chi vậy",
        "cái này ghi sao",
        "năm sinh hả?",
        "ប្រាក់ខែប៉ុន្មាន",
        "នៅទីណា",
        "ពេលណាហៅខ្ញុំ",
        "ហេតុអ្វីសួរ",
        "អស់លុយទេ?",
        "ខ្ញុំអាយុ៥០ បានទេ",
    ],
)
def test_question(text: str) -> None:
    assert is_question(text, "vi")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("lương bao nhiêu vậy", "wage"),
        ("1 thang dc bao nhieu tien", "wage"),
        ("ប្រាក់ខែប៉ុន្មាន", "wage"),
        ("đăng ký có tốn tiền không", "cost"),
        ("co mat phi ko", "cost"),
        ("អស់លុយទេ", "cost"),
        ("hỏi số điện thoại làm gì", "privacy"),
        ("sao hỏi tuổi tui chi", "privacy"),
        ("ai coi được thông tin của tui", "privacy"),
        ("សួរធ្វើអី", "privacy"),
        ("chừng nào gọi cho tui", "when"),
        ("bao lâu mới có việc", "when"),
        ("ពេលណាហៅខ្ញុំ", "when"),
        ("cần giấy tờ gì không", "papers"),
        ("co can cmnd k", "papers"),
        ("ត្រូវការឯកសារអ្វី", "papers"),
        ("văn phòng ở đâu", "where"),
        ("ការិយាល័យនៅឯណា", "where"),
        ("bao nhiêu tuổi thì được đi", "age"),
        ("50 tuổi có được không", "age"),
        ("អាយុប៉ុន្មានទើបបាន", "age"),
        ("vay làm sao", "loan"),
        ("lãi suất bao nhiêu", "loan"),
        ("អត្រាការប្រាក់ប៉ុន្មាន", "loan"),
        ("đi nhật tốn bao nhiêu tiền", "abroad_cost"),
        ("ទៅជប៉ុនអស់ប៉ុន្មាន", "abroad_cost"),
        ("học nghề có được hỗ trợ tiền ăn không", "training_support"),
        ("រៀនអស់លុយទេ", "training_support"),
        ("cái này là gì vậy", "what_is_this"),
        ("នេះជាអ្វី", "what_is_this"),
        ("phụ hồ ở công ty", None),
        ("đăng ký ở đâu", "where"),
        ("khi nào có ngày hội việc làm", None),
        ("khi nao co ngay hoi viec lam", None),
        ("bao giờ có phiên giao dịch", None),
        ("rút đăng ký", None),
    ],
)
def test_faq(text: str, want: str | None) -> None:
    assert faq(text, "vi") == want
