"""What people tell beside the answer: "em tên Lan, sinh 1990, sđt 0912…" in one message; only what is said plainly."""

import re
from datetime import date
from functools import cache
from typing import Any

from content.answer import MINIMUM_AGE
from content.fold import clean, fold, latin_digits
from content.options import options
from content.places import display_name, find_units, units
from content.reading.choices import read_label
from content.reading.khmer import has_khmer, khmer_key
from content.reading.names import read_name
from content.reading.phones import read_phone, without_phone
from content.reading.speech import short_forms
from content.reading.years import read_birth_year

# Nothing is told without one of these: most answers are one word, and are not searched any further.
_MARKS = re.compile(
    r"\bt[êe]n\b|\bs(?:inh|anh|n)\b|tu[oổ]i|[0-9]t\b|\b[aấ]p\b|\bkh[oó]m\b|\bx[aã]\b|th[iị] tr[aấ]n|tho[aạ]i|[dđ]t\b"
    r"|nh[aậ]t|\bh[aà]n\b|[đd][aà]i loan|[0-9](?:[^0-9]{0,3}[0-9]){7}|ឈ្មោះ|ភូមិ|ឃុំ|អាយុ|កើត|ឆ្នាំ|ទូរស័ព្ទ",
    re.IGNORECASE,
)
_FEWEST_NAMES, _MOST_NAMES = 2, 5
_AFTER_A_NAME = (
    r"(?=[,;.\n(-]|\s+(?:(?:sinh|sn|năm|nam|năm\s+sinh|nam\s+sinh|sinh\s+năm|sinh\s+nam)\s+(?:19|20)?[0-9]{2}\b(?!\s+tu)"
    r"|[0-9]|(?:muốn|muon|ở|o|quê|que|hiện|hien|cần|can|số|so|sđt|sdt|đt|dt|điện|dien|xin|đang|dang|đi|di|tìm|tim|nhà|nha|là|la|và|va|xã|xa|ấp|ap)\b)|$)"
)
_WHOSE = r"(?:tôi|toi|tui|em|con|cháu|chau|mình|minh|trai|gái|gai|chồng|chong|vợ|vo)"
_NAME = re.compile(
    rf"(?:\b(?:tên|ten)\s+{_WHOSE}|\b{_WHOSE}\s+(?:tên|ten)|\b(?:họ|ho)(?:\s+và|\s+va)?\s+(?:tên|ten)|^(?:tên|ten))"
    rf"(?:\s+(?:là|la))?\s*:?\s+(.+?){_AFTER_A_NAME}",
    re.IGNORECASE,
)
_FAMILY = frozenset(
    str.split(
        "nguyen tran le pham thach son kim kien lam danh chau huynh vo dang bui do ho ngo duong ly phan truong luc"
        " tang lieu diep dao dinh doan hoang trinh luu quach to vuong"
    )
)
_MIDDLE = frozenset(("thi", "van"))
_NO_NAME = re.compile(r"\b(?:cong ty|nghe|truong|lop|gi|nao|ai|ap|xa)\b")
_KHMER_NAME = re.compile(r"(?<!ចុះ)ឈ្មោះ\s*(.+?)(?=[,;។\n]|\s*(?:អាយុ|កើត|នៅ|ចង់|លេខ|ទូរស័ព្ទ|ភូមិ|ឃុំ|ហើយ)|$)")
_HAMLET = re.compile(
    r"(?<!\w)((?:ấp|ap|khóm|khom)\s+[^\W_][\w ]{0,30}?)"
    r"(?=[,;.\n(]|\s+(?:xã|xa|thị|thi\s+tran|tt|huyện|huyen|sinh|tên|ten|số|so\s|sđt|sdt|muốn|muon)|$)",
    re.IGNORECASE,
)
_KHMER_HAMLET = re.compile(r"(ភូមិ[^\s,;។]{2,30}?)(?=[\s,;។]|ឃុំ|ស្រុក|$)")
_YEAR_SAID = re.compile(r"\b(?:sinh|sanh|sn|tuoi|nam sinh)\b|\b[0-9]{2}t\b|កើត|អាយុ|ឆ្នាំ")
_NO_PHONE = re.compile(r"\b(?:khong|chua)(?: co| xai| dung)(?: so| cai| chiec)?(?: dien thoai| may)\b")
_KHMER_NO_PHONE = re.compile(rf"(?:អត់មាន|គ្មាន|មិនមាន)(?:លេខ)?{khmer_key('ទូរស័ព្ទ')}")
_KHMER_COMMUNE = re.compile(r"ឃុំ\s*((?:[^\s,;។]+\s?){1,3})")
_MARKET = re.compile(
    r"\b(?:di|o|qua|sang|ben)(?: lam| viec| o| ben| xkld)* (nhat(?: ban)?|han(?: quoc)?|dai loan)\b(?! dinh)"
)
_MARKETS = {"nhat": "japan", "han": "korea", "dai": "taiwan"}


def told_besides(text: str, today: date, owners: str = "phone_owner") -> dict[str, Any]:
    """Read what a message plainly tells, by the keys of the form; ``owners`` names the words for whose number it is."""
    typed = clean(text)
    if not _MARKS.search(latin_digits(typed)):
        return {}
    told = {
        "birth_year": _birth_year(typed, today),
        "commune": _commune(typed),
        "hamlet": _found(_KHMER_HAMLET if has_khmer(typed) else _HAMLET, typed),
        "name": _name(typed),
        **_phone(typed, owners),
        "market": _market(typed),
    }
    return {key: value for key, value in told.items() if value is not None}


def name_alone(text: str) -> str | None:
    """Read a full name that is the whole message: "Nguyen Van Ba", "Thạch Sa Rết"."""
    words = fold(text).split()
    if not _FEWEST_NAMES <= len(words) <= _MOST_NAMES or words[0] not in _FAMILY:
        return None
    written_so = clean(text).istitle() and len(words) > _FEWEST_NAMES
    return read_name(text) if written_so or words[1] in _MIDDLE else None


def _birth_year(typed: str, today: date) -> int | None:
    rest = without_phone(typed)
    said = rest != latin_digits(typed) or _YEAR_SAID.search(fold(rest))
    year = read_birth_year(rest, today) if said else None
    return year if year is not None and today.year - year >= MINIMUM_AGE else None


def _name(typed: str) -> str | None:
    said = _found(_KHMER_NAME if has_khmer(typed) else _NAME, typed)
    name = read_name(said) if said and not _NO_NAME.search(fold(said)) else None
    fewest = 1 if has_khmer(typed) else _FEWEST_NAMES
    return name if name and fewest <= len(name.split()) <= _MOST_NAMES else None


def _found(pattern: re.Pattern[str], typed: str) -> str | None:
    found = pattern.search(typed)
    return found[1].strip() if found else None


def _phone(typed: str, owners: str) -> dict[str, Any]:
    number = read_phone(typed)
    if number is not None:
        owner = read_label(without_phone(typed), options(owners, ("own", "neighbour")), within=True)
        return {"phone_owner": owner or "own", "phone": number}
    none = _NO_PHONE.search(short_forms(typed)) or _KHMER_NO_PHONE.search(khmer_key(typed))
    return {"phone_owner": "none"} if none else {}


def _commune(typed: str) -> str | None:
    if has_khmer(typed):
        return _khmer_commune(typed)
    found = {name[0] for name in _communes().finditer(fold(typed))}
    return find_units(found.pop())[0].code if len(found) == 1 else None


@cache
def _communes() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(fold(display_name(one)) for one in units())})\b")


def _khmer_commune(typed: str) -> str | None:
    """The name after «ឃុំ» may be written in one piece or in three."""
    said = _found(_KHMER_COMMUNE, typed)
    pieces = said.split() if said else []
    for count in range(1, len(pieces) + 1):
        if len(found := find_units(" ".join(pieces[:count]))) == 1:
            return found[0].code
    return None


def _market(typed: str) -> str | None:
    found = _MARKET.search(fold(typed))
    return _MARKETS[found[1].split()[0]] if found else None
