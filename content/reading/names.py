"""A person's name, told apart from greetings, commands and sentences."""

import re
import unicodedata

from content.fold import clean
from content.reading.khmer import has_khmer
from content.reading.unsure import is_unsure

FEWEST_LETTERS, MOST_LETTERS = 2, 60
_MOST_WORDS = 8
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0303\u0309\u0323\u0302\u0306\u031b")
_KHMER_LETTER = re.compile(r"[\u1780-\u17d3]")

_INTRODUCTION = re.compile(
    r"^(?:(?:dạ|da|thưa|vâng|ạ)[ ,]+)?"
    r"(?:(?:tôi|toi|tui|em|con|cháu|chau|mình|minh|ta) (?:có )?(?:tên|ten) (?:(?:là|la) )?"
    r"|(?:họ và tên|ho va ten|họ tên|ho ten|tên|ten)(?: (?:của )?(?:tôi|toi|tui|em|con|cháu|chau|mình|minh))?"
    r"(?: ?:| (?:là|la)\b|(?= )) ?"
    r"|(?:tôi|toi|tui|em|con|cháu|chau|mình|minh) (?:là|la) "
    r"|(?:em|chị|tôi|tui|cháu) |my name is |i am )"
)
_MANNERS = re.compile(r"^(?:dạ|thưa|ừ|vâng|oke?)[ ,]+|[ ,]+(?:ạ|nha|nhé|nhe|nghen|nhen)$")
_KHMER_INTRODUCTION = re.compile(
    "^(?:បាទ|ចាស|ចា៎)?[ ,]*(?:"
    "(?:ខ្ញុំបាទ|នាងខ្ញុំ|ខ្ញុំ) ?(?:មាន)?ឈ្មោះ(?:ថា(?= ))?"
    "|ឈ្មោះ(?:របស់)?(?:ខ្ញុំ)? ?(?:គឺ|ថា(?= ))?"
    "|(?:ខ្ញុំបាទ|នាងខ្ញុំ|ខ្ញុំ)"
    ") ?:? ?"
)
# A name ends where a year or a number to call follows it without a comma.
_END_OF_NAME = re.compile(
    r"[,;(/\n]| - | (?:sinh|sn|sanh)(?: (?:năm|nam))? ?:? ?[0-9០-៩]"
    r"| (?:(?:sđt|sdt|đt|dt|số|so)\b[^0-9០-៩]{0,16})?\+?[0-9០-៩](?:[ .-]?[0-9០-៩]){7,}",
    re.IGNORECASE,
)
_EDGES = " \"'“”\u2018\u2019.!:-\u2013*_។៖"
# Unaccented words that are also names (Huy, Dung, Lam, Hoa) stay names; what nobody is called is refused.
_NOT_NAMES = frozenset((
    "ok", "oke", "okay", "oki", "dạ", "da", "vâng", "vang", "ừ", "uh", "um", "có", "co", "không", "khong",
    "ko", "hok",
    "chào", "chao", "hi", "hello", "alo", "xin chào", "xin chao", "chào em", "chào anh", "chào chị",
    "menu", "help",
    "start", "stop", "trợ giúp", "tro giup", "hủy", "huỷ", "dừng", "thôi", "quay lại", "quay lai",
    "bỏ qua", "bo qua",
    "tiếp tục", "tiep tuc", "đăng ký", "dang ky", "đồng ý", "dong y", "cảm ơn", "cam on", "cám ơn",
    "test", "yes",
    "học nghề", "hoc nghe", "vay vốn", "vay von", "đi làm", "di lam", "đi nhật", "di nhat",
    "khoan", "khoan đã", "khoan da", "từ từ", "tu tu", "oke em", "ok em",
    "no", "skip", "back", "tên", "ten", "tôi", "toi", "em", "tui",
    "ជម្រាបសួរ", "ជំរាបសួរ", "សួស្តី", "សួស្ដី", "អរគុណ", "បាទ", "ចាស", "ចា៎", "ទេ", "អត់ទេ", "បោះបង់",
    "ជំនួយ", "ម៉ឺនុយ",
    "ត្រឡប់ក្រោយ", "បន្ត", "ចុះឈ្មោះ", "យល់ព្រម", "មិនយល់ព្រម", "ឈ្មោះ", "ខ្ញុំ", "បញ្ឈប់",
))  # fmt: skip
# What is said about a phone is nobody's name.
_NO_NAME = re.compile(r"\b(?:số|so)\s+(?:của|cua|điện|dien|đt|dt|máy|may|này|nay)\b|(?:điện|dien)\s+(?:thoại|thoai)\b")
_SENTENCE_WORDS = frozenset(
    str.split("muốn muon không khong ko gì gi việc viec chào chao xin nhưng đăng cần chưa chua alo người nguoi hỏi hủy")
)


def read_name(text: str) -> str | None:
    """Read a name and write it in title case; None when what was typed can't be one."""
    if "?" in text or "://" in text or is_unsure(text):
        return None
    name = _capitalised(_bare(_END_OF_NAME.split(clean(text))[0]))
    return name if _is_name(name) else None


def _bare(text: str) -> str:
    """Strip the words around a name until none is left, so that a name once read reads the same again."""
    while True:
        shorter = _stripped(text)
        if shorter == text:
            return text
        text = shorter


def _stripped(text: str) -> str:
    text = text.strip(_EDGES)
    lowered = text.lower()
    if lowered in _NOT_NAMES or len(lowered) != len(text):
        return text
    for pattern in (_INTRODUCTION, _KHMER_INTRODUCTION):
        if (found := pattern.match(lowered)) and found.end():
            return text[found.end() :]
    found = _MANNERS.search(lowered)
    return (text[: found.start()] + text[found.end() :]) if found else text


def _capitalised(name: str) -> str:
    words = (" ".join(map(str.capitalize, part.split())) for part in name.split("-"))
    return "-".join(words)


def _is_name(name: str) -> bool:
    lowered = name.lower()
    words = lowered.split()
    letters = [sign for sign in name if sign not in " '\u2019.-"]
    return (
        FEWEST_LETTERS <= len(letters) <= MOST_LETTERS
        and len(words) <= _MOST_WORDS
        and lowered not in _NOT_NAMES
        and not is_unsure(name)
        and _SENTENCE_WORDS.isdisjoint(words)
        and not _NO_NAME.search(lowered)
        and all(map(_is_letter, letters))
        and (has_khmer(name) or _has_vowel(lowered))
    )


def _is_letter(sign: str) -> bool:
    base, *marks = list(unicodedata.normalize("NFD", sign))
    if _KHMER_LETTER.match(base):
        return True
    return ((base.isascii() and base.isalpha()) or base in "đĐ") and _VIETNAMESE_MARKS.issuperset(marks)


def _has_vowel(lowered: str) -> bool:
    return any(unicodedata.normalize("NFD", sign)[0] in "aeiouy" for sign in lowered)
