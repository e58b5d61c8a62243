"""Yes and no, where a wrong "yes" would be a consent nobody gave: what isn't clear is None."""

import re

from content.fold import clean, fold
from content.reading.khmer import has_khmer, khmer_key
from content.reading.speech import short_forms

_YES = (
    "co", "da", "vang", "u", "uh", "um", "uhm", "uk", "ok", "oke", "okay", "okie", "oki", "okela",
    "o ke", "ua", "duoc", "cung duoc",
    "dong y", "chiu", "nhat tri", "dung roi", "dung vay", "dung the", "phai", "phai roi", "chac chan",
    "yes", "yep", "muon", "thich", "tat nhien", "roi", "xac nhan", "chap nhan", "cho phep", "co chu",
    "uhu", "bat", "chas", "chah",
)  # fmt: skip
_NO = ("khong", "chua", "thoi", "no", "khoi", "tu choi", "at te", "ot te", "ot", "te", "khong co")
_NEGATIONS = frozenset(("khong", "chua", "chang", "khoi"))
_UNSURE = ("biet", "chac", "hieu", "ro", "sao", "nghi ra", "nho", "co y kien")
_AROUND = frozenset(
    str.split(
        "a ah nha nhe nhen nghe em toi tui minh con chau anh chi cam on xin thua luon het ca gi do day ma lam can bo"
    )
)
# Without its accent "dung" is right (đúng), don't (đừng) or stop (dừng); with it, it is plain.
_SPELLED = (
    (re.compile(r"\bđúng\b"), "dung roi"),
    (re.compile(r"\bđừng\b"), "khong"),
    (re.compile(r"^ờ\b"), "u"),
)
_YES_PHRASE = re.compile(r"\b(?:" + "|".join(sorted(_YES, key=len, reverse=True)) + r")\b")
_ASKED = re.compile(r"\b(?:co|duoc|dong y|ok|dung|phai|muon|roi)\b.* (?:khong|chua)$")
_DENIED = re.compile(r"\b(?:khong|chua|chang)(?: \w+)? (?:" + "|".join(_YES) + r")\b")
_MANNERS = re.compile(r"^(?:(?:da|vang|u|uh) )+")
_DECLINED = ("thoi", "tu choi")
_MOST_WORDS = 8

_SIGNS = {"👍": True, "👌": True, "✅": True, "✔": True, "👎": False, "❌": False}
_KHMER_POLITE = re.compile("^(?:" + "|".join(map(khmer_key, ["បាទ", "ចាស", "ចាះ", "ចា៎", "ចា៎ះ", "ៗ"])) + ")+")
_KHMER_SELF = re.compile("^(?:" + "|".join(map(khmer_key, ["ខ្ញុំបាទ", "នាងខ្ញុំ", "ខ្ញុំ", "យើង"])) + ")")
_KHMER_YES = tuple(
    map(khmer_key, ["យល់ព្រម", "យល់ស្រប", "ព្រម", "បាន", "ត្រូវ", "ត្រឹមត្រូវ", "ត្រូវហើយ", "មាន", "អូខេ", "ចង់", "ឯកភាព"])
)
_KHMER_NOT = tuple(map(khmer_key, ["មិន", "អត់", "គ្មាន", "កុំ", "នៅទេ"]))
_KHMER_UNSURE = re.compile("(?:មិន|អត់)(?:ទាន់)?(?:" + "|".join(map(khmer_key, ["ដឹង", "ច្បាស់", "ប្រាកដ", "យល់ទេ"])) + ")")
_KHMER_NO = khmer_key("ទេ")


def read_yes_no(text: str) -> bool | None:
    """Read agreement or refusal; None for anything else, a question, "không biết" or a mixed answer."""
    shown = {answer for sign, answer in _SIGNS.items() if sign in text}
    if shown and not fold(text):
        return shown.pop() if len(shown) == 1 else None
    if "?" in text:
        return None
    return _khmer(khmer_key(text)) if has_khmer(text) else _vietnamese(_phrase(text))


def _phrase(text: str) -> str:
    spelled = clean(text).lower()
    for pattern, words in _SPELLED:
        spelled = pattern.sub(words, spelled)
    return " ".join(word for word in short_forms(spelled).split() if word not in _AROUND)


def _vietnamese(phrase: str) -> bool | None:
    if phrase in _YES or phrase in _NO:
        return phrase in _YES
    words = phrase.split()
    if not words or len(words) > _MOST_WORDS or "nhung" in words or _ASKED.search(phrase):
        return None
    if any(word in _NEGATIONS for word in words):
        return _refusal(phrase)
    rest = _MANNERS.sub("", phrase)
    if rest.startswith(_DECLINED):
        return None if _YES_PHRASE.search(rest) else False
    return True if _YES_PHRASE.match(phrase) else None


def _refusal(phrase: str) -> bool | None:
    if re.search(r"\b(?:khong|chua) (?:" + "|".join(_UNSURE) + r")\b", phrase):
        return None
    rest = re.sub(r"^(?:thoi )+", "", _MANNERS.sub("", phrase))
    return False if rest.split()[0] in _NEGATIONS or _DENIED.search(phrase) else None


def _khmer(key: str) -> bool | None:
    rest = _KHMER_POLITE.sub("", key)
    if not rest:
        return True
    rest = _KHMER_SELF.sub("", rest)
    if _KHMER_UNSURE.search(rest):
        return None
    if rest.startswith((_KHMER_NO, *_KHMER_NOT)) or any(word in rest for word in _KHMER_NOT):
        return False
    if rest.endswith(_KHMER_NO):
        return None  # "បានទេ" asks whether one may
    return True if rest.startswith(_KHMER_YES) else None
