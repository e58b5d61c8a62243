"""Whether a wish is somebody else's: a mother writes for her son, a neighbour for the old man next door."""

import re

from content.fold import fold
from content.reading.khmer import has_khmer, khmer_key

_MINE = r"(?: cua)? (?:toi|tui|minh)"
_KIN = rf"(?:con|chau|em|anh|chi|co|chu|bac|di|cau)(?: (?:trai|gai|dau|re|ruot|ut|ho))?{_MINE}"
_OF_A_KIND = r"(?:con|em|anh|chi) (?:trai|gai|dau|re|ruot)"
# "em" after these is the writer: "chồng em", "con em"; "me", "ma", "ba" alone may be other words.
_FAMILY = r"(?:vo|chong|con|me|ma|ba|cha|ong xa|ba xa)(?: (?:trai|gai))?(?: cua)? (?:em|toi|tui|minh)"
_OTHERS = r"nguoi (?:khac|nha|quen|than|ta)|hang xom|(?:vo|chong)\b"
_FOR = re.compile(
    rf"\b(?:cho|gium|giup|dum|ho)(?: thang| dua| con nho)? (?:{_KIN}|{_OF_A_KIND}|{_FAMILY}|{_OTHERS})(?! xin\b)\b"
)
_THEY = re.compile(
    rf"^(?:(?:da|alo|chao|thua|ad|can bo) )*"
    rf"(?:{_KIN}|(?:vo|chong)(?: cua)? (?:em|toi|tui|minh)|{_OF_A_KIND} (?:cua )?em|(?:me|ma|ba|cha) (?:toi|tui))\b"
)


def _any(words: str) -> str:
    return f"(?:{'|'.join(map(khmer_key, words.split()))})"


_KHMER_KIN = _any("កូន ប្តី ប្រពន្ធ ម្តាយ ឪពុក ចៅ ក្មួយ ប្អូនប្រុស ប្អូនស្រី ប្អូនខ្ញុំ បងប្រុស បងស្រី បងខ្ញុំ អ្នកជិតខាង អ្នកដទៃ អ្នកផ្សេង គេ")
_KHMER_FOR = re.compile(_any("ឱ្យ ឲ្យ អោយ ជំនួស ជួយ") + _KHMER_KIN)
_KHMER_THEY = re.compile(
    f"{_any('បាទ ចាស')}?{_any('កូន ប្តី ប្រពន្ធ ម្តាយ ឪពុក ចៅ ក្មួយ ប្អូន')}{_any('ប្រុស ស្រី')}?{_any('របស់')}?{_any('ខ្ញុំ')}"
)


def is_for_other(text: str) -> bool:
    """Whether the words speak of somebody whom the writer wants to help: "đăng ký cho con trai tôi"."""
    if has_khmer(text):
        said = khmer_key(text)
        return _KHMER_FOR.search(said) is not None or _KHMER_THEY.match(said) is not None
    said = fold(text)
    return _FOR.search(said) is not None or _THEY.match(said) is not None
