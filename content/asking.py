"""Telling a wish from a question about it: "đi nhật" wants to go, "đi nhật bao nhiêu tiền" wants to know first."""

from content.lexicon import lexicon

KINDS = ("figures", "needs")
"""What is asked: sums, rates and times; or conditions, papers and steps."""
_ENOUGH = 2.4


def asked(text: str) -> str | None:
    """The one of ``KINDS`` that the words ask most clearly, with or without a question mark; None for a plain wish."""
    table = lexicon().questions
    scores = table.scores(table.message(text))
    values = {kind: scores[kind].value for kind in KINDS if kind in scores}
    best = max(values, key=lambda kind: values[kind], default=None)
    return best if best is not None and values[best] >= _ENOUGH else None
