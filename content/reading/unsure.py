"""Answers that say only that the person does not know: they choose nothing and are nobody's name."""

import re

from content.fold import clean
from content.reading.khmer import has_khmer, khmer_key
from content.reading.speech import short_forms

_LONGEST_TEXT = 200
# "chu" stays: "không biết chữ" is an answer.
_AROUND = frozenset(str.split("a ah anh chi co con chau da di em minh nha nhe nghe oi thi thiet that toi tui u vang"))
_UNSURE = re.compile(
    r"(?:chac |cung )*(?:khong|chua|chang|hong)(?: co)? (?:biet|ro|nho|chac|hieu)"
    r"(?: (?:ro|nua|luon|sao|dau|gi|het|chac|biet|lam))*"
)
_KHMER_UNSURE = re.compile(
    "(?:{polite})*(?:{never})(?:{yet})?(?:{known})(?:{after})*".format(
        polite="|".join(map(khmer_key, ["បាទ", "ចាស", "ខ្ញុំ", "ក៏", "នាងខ្ញុំ"])),
        never="|".join(map(khmer_key, ["មិន", "អត់"])),
        yet=khmer_key("ទាន់"),
        known="|".join(map(khmer_key, ["ដឹង", "ច្បាស់", "ប្រាកដ", "ចាំ"])),
        after="|".join(map(khmer_key, ["ទេ", "ផង", "ដែរ", "បង"])),
    )
)


def is_unsure(text: str) -> bool:
    """Tell whether the whole message is "không biết", "chưa rõ", "អត់ដឹង" or the like."""
    typed = clean(text)[:_LONGEST_TEXT]
    if has_khmer(typed):
        return _KHMER_UNSURE.fullmatch(khmer_key(typed)) is not None
    words = [word for word in short_forms(typed).split() if word not in _AROUND]
    return _UNSURE.fullmatch(" ".join(words)) is not None
