"""Both languages say the same, shortly and in the glossary's words, and nothing is said that has no words."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

import pytest

from content.catalogue import HERE, messages, read_compiled
from content.commands import command
from content.facts.filling import fill
from content.options import label_key
from tests.test_options import EVERY

SOURCE = HERE.parent
ROOMS = ("content", "handlers", "jobs", "bot")
"""The rooms that speak with workers; the desk has a catalogue of its own."""
PAGE = SOURCE / "bot" / "channels" / "page"

LONGEST = 300
LONGEST_LABEL = 60
LONGEST_TOAST = 200
"""Telegram's limit for the text of ``answerCallbackQuery``."""
LABELS = ("button.", "choice.", "menu.", "command.", "field.", "kind.", "notices.button.", "notices.kind.",
          "broadcast.button.")  # fmt: skip
MORE_LABELS = ("my.see", "my.change", "my.delete", "my.withdraw_consent", "my.withdraw")
QUESTIONS_OF_THE_MENU = ("menu.title", "menu.after_form")
TOASTS = ("button.old", "form.old_button", "consent.already", "language.set")

ALIKE = {"choice.language.vi", "choice.language.km", "button.language", "choice.numbered", "broadcast.row"}
"""Messages that are the same in both languages on purpose."""
BOTH_SCRIPTS = ALIKE | {"command.language"}

# domain.md, section G: where the Vietnamese says the first, the Khmer says one of the others.
GLOSSARY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("đăng ký", ("ចុះឈ្មោះ",)),
    ("việc làm", ("ការងារ",)),
    ("tìm việc", ("រកការងារ",)),
    ("tư vấn", ("ផ្ដល់ប្រឹក្សា",)),
    ("học nghề", ("រៀនវិជ្ជាជីវៈ",)),
    ("đi làm việc ở nước ngoài", ("ទៅធ្វើការនៅក្រៅប្រទេស",)),
    ("đi làm nước ngoài", ("ទៅធ្វើការនៅក្រៅប្រទេស",)),
    ("hợp đồng", ("កិច្ចសន្យា",)),
    ("theo hợp đồng", ("តាមកិច្ចសន្យា",)),
    ("lao động", ("ពលករ",)),
    ("vay", ("ខ្ចី",)),
    ("vay vốn", ("ខ្ចីទុន",)),
    ("lãi suất", ("អត្រាការប្រាក់",)),
    ("trả nợ", ("សងបំណុល",)),
    ("gia hạn", ("ពន្យារពេលសងបំណុល",)),
    ("hộ nghèo", ("គ្រួសារក្រីក្រ",)),
    ("cận nghèo", ("ជិតក្រីក្រ",)),
    ("thoát nghèo", ("ទើបរួចផុតពីភាពក្រីក្រ",)),
    ("xã", ("ឃុំ",)),
    ("ấp", ("ភូមិ",)),
    ("tỉnh", ("ខេត្ត",)),
    ("ủy ban nhân dân xã", ("គណៈកម្មាធិការប្រជាជនឃុំ",)),
    ("trưởng ấp", ("មេភូមិ", "ប្រធានភូមិ")),
    ("cán bộ", ("កម្មាភិបាល",)),
    ("ngân hàng chính sách xã hội", ("ធនាគារគោលនយោបាយសង្គម",)),
    ("nhcsxh", ("ធនាគារគោលនយោបាយសង្គម",)),
    ("điểm giao dịch xã", ("ចំណុចប្រតិបត្តិការនៅឃុំ",)),
    ("tổ tiết kiệm và vay vốn", ("ក្រុមសន្សំប្រាក់ និងខ្ចីទុន",)),
    ("lừa", ("បោកប្រាស់",)),
    ("tiền cò", ("ឈ្មួញកណ្ដាល",)),
    ("biên lai", ("បង្កាន់ដៃ",)),
    ("căn cước", ("អត្តសញ្ញាណបណ្ណ",)),
    ("họ tên", ("ឈ្មោះ", "នាមត្រកូល")),
    ("năm sinh", ("ឆ្នាំកំណើត",)),
    ("nam hay nữ", ("ប្រុស",)),
    ("dân tộc", ("ជនជាតិ",)),
    ("không có việc", ("គ្មានការងារធ្វើ",)),
    ("thiếu việc", ("ខ្វះការងារ",)),
    ("lương", ("ប្រាក់ខែ",)),
    ("tiền ăn", ("ប្រាក់អាហារ",)),
    ("tiền đi lại", ("ប្រាក់ធ្វើដំណើរ",)),
    ("không mất tiền", ("ឥតគិតថ្លៃ",)),
    ("giấy tờ", ("ឯកសារ",)),
    ("hồ sơ", ("ឯកសារ",)),
    ("giấy đề nghị", ("ពាក្យស្នើសុំ",)),
    ("xác nhận", ("បញ្ជាក់",)),
    ("đồng ý", ("យល់ព្រម",)),
    ("không đồng ý", ("មិនយល់ព្រម",)),
    ("rút lại sự đồng ý", ("ដកការយល់ព្រមវិញ",)),
    ("quay lại", ("ត្រឡប់ក្រោយ",)),
    ("tiếp tục", ("បន្ត",)),
    ("số điện thoại", ("លេខទូរស័ព្ទ",)),
    ("địa chỉ", ("អាសយដ្ឋាន",)),
    ("học sinh, sinh viên", ("សិស្ស និស្សិត",)),
    ("nhật bản", ("ជប៉ុន",)),
    ("hàn quốc", ("កូរ៉េខាងត្បូង",)),
    ("đài loan", ("តៃវ៉ាន់",)),
    ("chào", ("ជម្រាបសួរ",)),
    ("cảm ơn", ("អរគុណ",)),
    ("xin lỗi", ("សូមទោស",)),
)
# "xã hội" is society, not a commune.
NOT_THE_TERM = {"xã": "xã hội"}

BRACKETED = re.compile(r"\([^)]*\)|«[^»]*»|\{[^}]*\}")
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]+")
KEY = re.compile(r"[a-z_]+(?:\.[a-z_0-9]+)+(?<!\.pdf)")
QUOTED = {"vi": re.compile("“([^”]*)”"), "km": re.compile("«([^»]*)»")}
INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")


def _placeholders(words: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(words) if name is not None)


def _both() -> Iterator[tuple[str, str, str]]:
    khmer = messages("km")
    return ((key, words, khmer[key]) for key, words in messages("vi").items())


def _is_label(key: str) -> bool:
    return (key.startswith(LABELS) and key not in QUESTIONS_OF_THE_MENU) or key in MORE_LABELS or key.endswith(".title")


def test_both_languages_have_the_same_messages_with_the_same_placeholders() -> None:
    assert messages("vi").keys() == messages("km").keys()
    assert [key for key, vi, km in _both() if _placeholders(vi) != _placeholders(km)] == []


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_no_message_stands_in_two_catalogues(lang: str) -> None:
    files = sorted((HERE / lang / "LC_MESSAGES").glob("*.mo"))
    keys = [key for file in files for key in read_compiled(file)]
    assert sorted(keys) == sorted(messages(lang))


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_no_message_is_empty_too_long_or_has_invisible_letters(lang: str) -> None:
    said = messages(lang)
    assert [key for key, words in said.items() if not words.strip() or words != words.strip()] == []
    assert [key for key, words in said.items() if INVISIBLE.search(words)] == []
    told = {key: fill(lang, words, {}) for key, words in said.items() if not key.startswith("consent.")}
    long = {key: len(words) for key, words in told.items() if len(words) > LONGEST}
    assert long == {}


@pytest.mark.parametrize("lang", ["vi", "km"])
def test_labels_and_toasts_fit_what_shows_them(lang: str) -> None:
    said = messages(lang)
    longest_kind = max((words for key, words in said.items() if key.startswith("kind.")), key=len)
    filled = {key: words.replace("{kind}", longest_kind) for key, words in said.items() if _is_label(key)}
    assert {key: words for key, words in filled.items() if len(words) > LONGEST_LABEL and "review." not in key} == {}
    assert [key for key in TOASTS if len(said[key]) > LONGEST_TOAST] == []


def test_khmer_is_translated() -> None:
    assert {key for key, vi, km in _both() if vi == km} == ALIKE


def test_khmer_keeps_vietnamese_words_in_brackets_or_quotes() -> None:
    stray = {
        key: found
        for key, _, km in _both()
        if key not in BOTH_SCRIPTS and (found := LATIN.findall(BRACKETED.sub(" ", km)))
    }
    assert stray == {}


@pytest.mark.parametrize(("term", "allowed"), GLOSSARY, ids=[term for term, _ in GLOSSARY])
def test_khmer_uses_the_words_of_the_glossary(term: str, allowed: tuple[str, ...]) -> None:
    other = NOT_THE_TERM.get(term, "\0")
    word = re.compile(rf"\b{re.escape(term)}\b")
    concerned = {
        key: km for key, vi, km in _both() if key not in BOTH_SCRIPTS and word.search(vi.lower().replace(other, ""))
    }
    assert concerned, f"no message says {term!r} any more: take it out of the table"
    assert {key: km for key, km in concerned.items() if not any(words in km for words in allowed)} == {}


def test_words_that_people_are_told_to_type_do_the_same_in_both_languages() -> None:
    told = {
        key: [[said for words in QUOTED[lang].findall(text) if (said := command(words))] for lang, text in both]
        for key, *both in ((key, ("vi", vi), ("km", km)) for key, vi, km in _both())
    }
    assert {key: pair for key, pair in told.items() if pair[0] != pair[1]} == {}
    assert told["help.text"][0] == ["back", "skip", "stop", "menu"]


@cache
def _trees() -> tuple[ast.Module, ...]:
    files = [file for room in ROOMS for file in sorted((SOURCE / room).rglob("*.py"))]
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in files)


def _constants() -> set[str]:
    nodes = (node for tree in _trees() for node in ast.walk(tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _patterns() -> set[str]:
    """The f-strings that build keys, each as a pattern."""
    nodes = (node for tree in _trees() for node in ast.walk(tree))
    shapes = {_pattern(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    return {shape for shape in shapes if re.match(rf"(?:{'|'.join(_families())})\\\.", shape)}


def _pattern(joined: ast.JoinedStr) -> str:
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z_0-9]+" for part in joined.values
    )


def _families() -> set[str]:
    return {key.split(".")[0] for key in messages("vi")}


def _page_keys() -> set[str]:
    """What the web chat's own files ask for by name."""
    files = [file for file in PAGE.rglob("*") if file.suffix in (".js", ".html")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return {f"page.{name}" for name in re.findall(r"[\w-]+", text)}


def test_every_key_in_the_source_has_its_words() -> None:
    keys = {text for text in _constants() if KEY.fullmatch(text) and text.split(".")[0] in _families()}
    assert keys - messages("vi").keys() == set()
    assert [shape for shape in _patterns() if not any(re.fullmatch(shape, key) for key in messages("vi"))] == []


def test_every_message_is_said_somewhere() -> None:
    said = _constants() | _page_keys()
    patterns = re.compile("|".join(_patterns()))
    unsaid = {key for key in messages("vi") if key not in said and not patterns.fullmatch(key)}
    assert unsaid == set()


def test_choices_asks_and_fields_are_those_of_the_questions() -> None:
    fields = {value for question, values in EVERY.items() if question.startswith("field:") for value in values}
    choices = {
        label_key(question, value)
        for question, values in EVERY.items()
        for value in values
        if not question.startswith("field:") and not (question == "commune" and value.isdecimal())
    }
    said = messages("vi").keys()
    assert {key for key in said if key.startswith("choice.")} == choices | {"choice.numbered"}
    assert {key for key in said if key.startswith("field.")} == {f"field.{key}" for key in fields}
    for address in ("ask", "ask_other"):
        assert {key for key in said if key.startswith(f"{address}.")} == {f"{address}.{key}" for key in fields}


def test_source_is_really_read() -> None:
    assert {"welcome.menu", "error.ours"} <= _constants()
    assert any(re.fullmatch(shape, "hint.place.1") for shape in _patterns())
