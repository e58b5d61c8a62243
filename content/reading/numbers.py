"""Numbers as people type or say them, in Vietnamese and Khmer."""

import re

from content.fold import clean, fold, latin_digits
from content.reading.khmer import has_khmer, khmer_key

UNITS = {
    "khong": 0, "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
_SCALES = {"ty": 10**9, "trieu": 10**6, "ngan": 1000, "nghin": 1000, "tram": 100, "chuc": 10, "muoi": 10}
# After a tens digit these say "and one, four, five" even when the word for ten is dropped: "hai lăm" is 25.
_TAILS = {"mot", "tu", "lam", "nham"}
_ZERO_BETWEEN = {"linh", "le"}
_AROUND = frozenset(
    str.split(
        "a an anh cai cau chac chi chon chung co con cu da do dua dung em gan ho hon khoang la lay lua minh"
        " muc nguoi nha nhe ngay o phuong so thang thoi thu toi tui tuoi uoc vao xin"
    )
)
_CHOOSING = frozenset(
    str.split(
        "a an anh bam cai cau chac chi chon con da dap dong em hang la lay lua minh muc nha nhe nut o phuong"
        " so thoi thu toi tui vao y xin"
    )
)
_KHMER_UNITS = {
    "សូន្យ": 0, "មួយ": 1, "ពីរ": 2, "បី": 3, "បួន": 4, "ប្រាំ": 5, "ប្រាំមួយ": 6, "ប្រាំពីរ": 7,
    "ប្រាំពីល": 7,
    "ប្រាំបី": 8, "ប្រាំបួន": 9, "ដប់": 10, "ម្ភៃ": 20, "ម៉្ភៃ": 20, "សាមសិប": 30, "សែសិប": 40, "ហាសិប": 50,
    "ហុកសិប": 60, "ចិតសិប": 70, "ប៉ែតសិប": 80, "កៅសិប": 90,
}  # fmt: skip
_KHMER_SCALES = {"រយ": 100, "ពាន់": 1000, "ម៉ឺន": 10**4, "សែន": 10**5, "លាន": 10**6}
_TYPED_SCALES = {**_SCALES, **_KHMER_SCALES, "tr": 10**6, "k": 1000}
KHMER_WORDS = {khmer_key(word): value for word, value in (_KHMER_UNITS | _KHMER_SCALES).items()}
KHMER_WORD = re.compile("|".join(sorted(KHMER_WORDS, key=len, reverse=True)))
_KHMER_TEENS = re.compile("(" + "|".join(map(khmer_key, _KHMER_UNITS)) + ")" + khmer_key("ដណ្ដប់"))
_KHMER_AROUND = re.compile(
    "|".join(map(khmer_key, ["ជ្រើសរើស", "ជ្រើស", "លេខ", "ប្រហែល", "ចំនួន", "មាន", "ទី", "ខ្ញុំ", "យក", "បាទ", "ចាស"]))
)
_KHMER_COUNTED = re.compile("(?:" + "|".join(map(khmer_key, ["នាក់", "ឆ្នាំ", "ខែ", "ថ្ងៃ"])) + ")$")
_THOUSANDS = re.compile(r"(?<=[0-9])[.,](?=[0-9]{3}(?![0-9]))")
_DIGITS = re.compile(r"[0-9]+")
_SCALED = re.compile(
    r"(?<![0-9])[0-9]+(?:(k)(?![a-z0-9])| ?(tram|ngan|nghin|tr|trieu|ty)(?![a-z0-9])"
    rf"| ?({'|'.join(_KHMER_SCALES)}))"
)
_MOST_DIGITS = 15


def read_number(text: str) -> int | None:
    """Read the one number in a text; None when there is none, or more than one to choose from."""
    folded = _ungrouped(text)
    runs = _DIGITS.findall(folded)
    if runs:
        return _typed(folded, runs[0]) if len(runs) == 1 else None
    return _said(folded, _AROUND)


def read_position(text: str) -> int | None:
    """Read "2", "số 2", "cái thứ hai", "លេខ២": a text that says a place in a list and nothing else."""
    folded = _KHMER_AROUND.sub(" ", _ungrouped(text)) if has_khmer(text) else _ungrouped(text)
    rest = [word for word in folded.split() if word not in _CHOOSING]
    if len(rest) == 1 and _DIGITS.fullmatch(rest[0]):
        return _within(rest[0])
    return None if _DIGITS.search(folded) else _said(folded, _CHOOSING)


def _ungrouped(text: str) -> str:
    return fold(_THOUSANDS.sub("", latin_digits(clean(text))))


def _within(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _typed(folded: str, digits: str) -> int | None:
    number = _within(digits)
    scaled = _SCALED.search(folded)
    if number is None or scaled is None:
        return number
    return number * _TYPED_SCALES[scaled[1] or scaled[2] or scaled[3]]


def _said(folded: str, around: frozenset[str]) -> int | None:
    if has_khmer(folded):
        return _khmer(_KHMER_COUNTED.sub("", _KHMER_AROUND.sub("", khmer_key(folded))))
    words = [word for word in folded.split() if word not in around]
    if len(words) > 1 and words[-1] == "nam" and words[-2] not in _ZERO_BETWEEN:
        words.pop()  # "hai năm" is two years; twenty-five is "hai lăm"
    return _vietnamese(words) if words and len(words) <= _MOST_DIGITS else None


def _vietnamese(words: list[str]) -> int | None:
    if words[:1] == ["ham"]:
        words = ["hai", "muoi", *words[1:]]
    for name, scale in _SCALES.items():
        if name in words:
            at = words.index(name)
            return _scaled(words[:at], scale, words[at + 1 :])
    return _below_hundred(words)


def _scaled(left: list[str], scale: int, right: list[str]) -> int | None:
    times = _vietnamese(left) if left else 1
    rest = _vietnamese(right) if right else 0
    if times is None or rest is None or rest >= scale:
        return None
    if scale >= 100 and len(right) == 1 and right[0] in UNITS:
        rest *= scale // 10  # "trăm hai" is 120
    return times * scale + rest


def _below_hundred(words: list[str]) -> int | None:
    match words:
        case [unit] if unit in UNITS:
            return UNITS[unit]
        case [zero, unit] if zero in _ZERO_BETWEEN and unit in UNITS:
            return UNITS[unit]
        case [ten, tail] if UNITS.get(ten, 0) > 1 and tail in _TAILS:
            return UNITS[ten] * 10 + UNITS[tail]
    return None


def _khmer(key: str) -> int | None:
    key = _KHMER_TEENS.sub(lambda found: khmer_key("ដប់") + found[1], key)
    words = KHMER_WORD.findall(key)
    if not words or "".join(words) != key:
        return None
    return _sum([KHMER_WORDS[word] for word in words])


def _sum(values: list[int]) -> int | None:
    total, part, room = 0, 0, 10**9
    for value in values:
        if value >= 1000:
            total, part, room = total + max(part, 1) * value, 0, value
        elif value == 100:
            part, room = max(part, 1) * 100, 100
        elif value < room:
            part, room = part + value, 10 if value >= 10 else 1
        else:
            return None
    return total + part
