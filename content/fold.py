"""One spelling for many: text without case, accents, odd spaces or foreign digits, so that it can be compared."""

import re
import unicodedata
from functools import lru_cache

DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
"""Khmer digits to the ones that numbers are compared in."""

# Invisible characters that phones and copied text put into Khmer and Vietnamese words.
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
# Half characters, and controls that are no white space: the database takes neither, and nobody typed them.
_BROKEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\ud800-\udfff]")
_PUNCTUATION = re.compile(r"[^\w\s\u1780-\u17d3]+")


def latin_digits(text: str) -> str:
    """Write Khmer digits as 0-9 and leave everything else."""
    return text.translate(DIGITS)


def clean(text: str) -> str:
    """Compose the letters (NFC), drop invisible characters, and fold white space: what people meant to type."""
    if text.isascii():
        return " ".join(_BROKEN.sub("", text).split())
    whole = _BROKEN.sub("", text.translate(_INVISIBLE))
    return " ".join(unicodedata.normalize("NFC", whole).split())


@lru_cache(maxsize=4096)
def _without_accent(letter: str) -> str:
    # Only Latin letters lose their marks: in Khmer the marks are the vowels.
    parts = unicodedata.normalize("NFD", letter)
    return parts[0] if len(parts) > 1 and parts[0].isascii() else letter


def fold(text: str) -> str:
    """Reduce text to its comparable form: "Đăng  Ký!" and "dang ky" become the same string."""
    plain = clean(text).lower()
    if not plain.isascii():
        plain = "".join(map(_without_accent, latin_digits(plain).replace("đ", "d")))
    return " ".join(_PUNCTUATION.sub(" ", plain).split())


def fold_by_letter(text: str) -> tuple[str, list[int]]:
    """The same letter by letter, with where each stands in ``text``: for showing what was found."""
    folded, places = [], []
    for place, letter in enumerate(text):
        if ord(letter) in _INVISIBLE:
            continue
        said = fold(letter) or " "
        folded.append(said)
        places += [place] * len(said)
    return "".join(folded), places
