"""Side questions: recognising that a message asks something, and the common things that are asked."""

from content.lexicon import lexicon
from content.phrases import Score

FAQ_KEYS = (
    "wage",
    "cost",
    "privacy",
    "when",
    "papers",
    "where",
    "age",
    "loan",
    "abroad_cost",
    "training_support",
    "what_is_this",
)
"""The questions that ``faq`` tells apart."""

# Of two that fit equally, the narrower: what going to Japan costs is not what this service costs.
_FIRST = (
    "abroad_cost",
    "training_support",
    "loan",
    "privacy",
    "age",
    "wage",
    "papers",
    "when",
    "where",
    "cost",
)

_ENOUGH = 2.4


def faq(text: str, lang: str) -> str | None:
    """Name the common question that the text asks, or None."""
    table = lexicon().faq
    scores = {key: score.value for key, score in table.scores(table.message(text)).items()}
    narrowest_first = sorted(scores, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
    best = max(narrowest_first, key=lambda key: scores[key], default=None)
    return best if best is not None and scores[best] >= _ENOUGH else None


def is_question(text: str, lang: str) -> bool:
    """Tell whether the text looks like a question rather than an answer such as a name or a trade."""
    table = lexicon().questions
    message = table.message(text)
    scores = table.scores(message)
    if "?" in text or scores.get("question", Score()).value >= _ENOUGH:
        return True
    last = max((at for at, word in enumerate(message.words) if word not in lexicon().manners), default=-1)
    return any(last in match.span for match in scores.get("ending", Score()).matches)
