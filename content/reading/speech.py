"""The short forms and southern spellings of Vietnamese chat, written out so that words can be looked up."""

import re

from content.fold import clean, fold

# Spellings that are clear only while they carry their accents ("dìa" is "về", but "dia" is also "địa").
_ACCENTED = {
    "dô": "vo", "zô": "vo", "dìa": "ve", "zìa": "ve", "dề": "ve", "zề": "ve", "hông": "khong",
    "hổng": "khong", "dzậy": "vay", "dậy": "vay",
    "zạ": "da", "dợ": "vo",
}  # fmt: skip
_WORDS = {
    "dk": "dang ky", "dky": "dang ky", "dki": "dang ky", "ki": "ky", "dangky": "dang ky",
    "ko": "khong", "k": "khong", "kg": "khong", "hk": "khong", "hok": "khong", "hem": "khong", "khg": "khong",
    "kh": "khong", "khum": "khong", "kbt": "khong biet",
    "dc": "duoc", "dx": "duoc", "vs": "voi", "ntn": "nhu the nao",
    "bn": "bao nhieu", "bnhieu": "bao nhieu", "bnhiu": "bao nhieu", "nhiu": "nhieu",
    "lm": "lam", "lmj": "lam gi", "lamj": "lam gi", "vieclam": "viec lam", "lv": "lam viec",
    "cv": "cong viec",
    "z": "vay", "zay": "vay", "dzay": "vay", "vz": "vay", "v": "vay", "zv": "vay",
    "zo": "vo", "zia": "ve", "ze": "ve", "zon": "von", "za": "da", "zui": "vui",
    "r": "roi", "rui": "roi", "j": "gi", "gj": "gi", "ji": "gi",
    "xkld": "xuat khau lao dong", "ld": "lao dong", "nld": "nguoi lao dong", "cty": "cong ty",
    "sdt": "so dien thoai", "dt": "dien thoai", "tv": "tu van", "sn": "sinh nam", "nv": "nhan vien",
    "nhcs": "ngan hang chinh sach", "nhcsxh": "ngan hang chinh sach xa hoi",
    "vbsp": "ngan hang chinh sach xa hoi", "csxh": "chinh sach xa hoi", "nhang": "ngan hang",
    "cccd": "can cuoc cong dan", "cmnd": "chung minh nhan dan", "hq": "han quoc", "nb": "nhat ban",
    "mk": "minh", "mik": "minh", "mjk": "minh", "mn": "moi nguoi", "ng": "nguoi", "ngta": "nguoi ta",
    "e": "em", "ac": "anh chi", "ae": "anh em", "vk": "vo", "ck": "chong", "nt": "nhan tin", "ib": "nhan tin",
    "trc": "truoc", "bg": "bay gio", "bh": "bao gio", "hnay": "hom nay", "cx": "cung", "lun": "luon",
    "wa": "qua",
    "bit": "biet", "thik": "thich", "tks": "cam on", "thanks": "cam on",
}  # fmt: skip
# What a short form means only beside certain words: "vc" alone may be husband and wife, "dia" an address.
_IN_CONTEXT = (
    (re.compile(r"(?<=\btim )vc\b|(?<=\bxin )vc\b|(?<=\bkiem )vc\b|\bvc(?= lam\b)|(?<=\blam )vc\b"), "viec"),
    (re.compile(r"\bnc(?= (?:ngoai|sach)\b)"), "nuoc"),
    (re.compile(r"(?<=\bdi )nc\b|(?<=\bra )nc\b"), "nuoc"),
    (re.compile(r"\bdia(?= (?:nha|que|nuoc|xu)\b)|(?<=\bdi )dia$"), "ve"),
    (re.compile(r"(?<=\bkhong )bt\b|(?<=\bchua )bt\b"), "biet"),
    (re.compile(r"\blai xuat\b"), "lai suat"),
)
_NAMED_HONG = {
    "hoa",
    "mau",
    "chi",
    "co",
    "thi",
    "di",
    "anh",
    "ten",
    "kim",
    "thu",
    "bich",
    "cam",
    "ngoc",
    "tuyet",
}
_TOKEN = re.compile(r"\S+")


def short_forms(text: str) -> str:
    """Fold a text and write its short forms out: "dk vc lm dc k" becomes "dang ky viec lam duoc khong"."""
    spoken = _TOKEN.sub(lambda word: _ACCENTED.get(word[0].strip(".,!?"), word[0]), clean(text).lower())
    folded = fold(spoken).split()
    written = [_written(word, folded[at - 1] if at else "") for at, word in enumerate(folded)]
    phrase = " ".join(written)
    for pattern, word in _IN_CONTEXT:
        phrase = pattern.sub(word, phrase)
    return phrase


def _written(word: str, before: str) -> str:
    if word == "hong":
        return word if before in _NAMED_HONG else "khong"
    if word == "k" and before.isdigit():
        return word  # "50 k" is money
    return _WORDS.get(word, word)
