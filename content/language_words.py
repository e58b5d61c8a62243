"""Which language a person asks to be spoken to in, and which script they write."""

import re

from content.fold import clean
from content.reading.khmer import khmer_key
from content.reading.speech import short_forms

_LONGEST_TEXT = 200
_VI, _KM = "vi", "km"
_NAMES = {
    _VI: r"(?:tieng|chu) (?:viet nam|viet|vn|kinh)|viet ngu|vietnamese",
    _KM: r"(?:tieng|chu) (?:khmer|khmr|kho me|kho mer|khome|khomer|mien|dan toc)|khmer ngu|noi (?:khmer|kho me)",
}
_KHMER_NAMES = {
    _VI: ["ភាសាវៀតណាម", "ភាសាវៀត", "ភាសាយួន", "អក្សរវៀតណាម", "និយាយវៀតណាម"],
    _KM: ["ភាសាខ្មែរ", "អក្សរខ្មែរ", "និយាយខ្មែរ"],
}
_MENTION = re.compile("|".join(rf"(?P<{lang}>\b(?:{names})\b)" for lang, names in _NAMES.items()))
_KHMER_MENTION = re.compile(
    "|".join(f"(?P<{lang}>{'|'.join(map(khmer_key, names))})" for lang, names in _KHMER_NAMES.items())
)
# "tôi không rành tiếng Việt": who lacks one of the two is served in the other.
_LACKS = re.compile(
    r"\b(?:khong|chua|chang|dung|it|khoi)"
    r"(?: (?:biet|ranh|hieu|doc|noi|viet|gioi|thao|duoc|may|muon|xai|dung|nghe|xem|coi|quen|nhan))* $"
)
_KHMER_LACKS = re.compile("(?:មិន|អត់|កុំ)(?:សូវ)?(?:ចេះ|យល់|ដឹង|រៀន|អាន|និយាយ|ស្គាល់|ប្រើ|ចង់)*$")
_TOWARDS = re.compile(r"\b(?:sang|qua|thanh|bang) $")
_STUDY = re.compile(r"\b(?:hoc|day|lop|thi) $")
_OTHER = {_VI: _KM, _KM: _VI}


def named_language(text: str) -> str | None:
    """Name the language asked for: "vi" or "km"; None when none is, or both are."""
    typed = clean(text)[:_LONGEST_TEXT]
    latin = _named(short_forms(typed), _MENTION, _LACKS)
    khmer = _named(khmer_key(typed), _KHMER_MENTION, _KHMER_LACKS)
    asked = latin | khmer
    return asked.pop() if len(asked) == 1 else None


def looks_khmer(text: str) -> bool:
    """Tell whether the letters of a text are mostly Khmer ones."""
    khmer = sum("\u1780" <= sign <= "\u17d3" for sign in text)
    return khmer > sum(sign.isalpha() and not "\u1780" <= sign <= "\u17d3" for sign in text)


def _named(said: str, mention: re.Pattern[str], lacks: re.Pattern[str]) -> set[str]:
    asked: set[str] = set()
    at = 0
    for found in mention.finditer(said):
        before, lang = said[at : found.start()], str(found.lastgroup)
        at = found.end()
        if _TOWARDS.search(before) and not lacks.search(before):
            asked = {lang}  # "đổi tiếng Khmer sang tiếng Việt" asks for the second
        elif not _STUDY.search(before):
            asked.add(_OTHER[lang] if lacks.search(before) else lang)
    return asked
