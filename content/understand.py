"""What a worker wants, read from their own words."""

from dataclasses import dataclass

from content.commands import command
from content.lexicon import lexicon
from content.phrases import OFF_TOPIC, Score

LEXICON_INTENTS = (
    "register_job",
    "register_training",
    "register_overseas",
    "loans",
    "notices",
    "my_registrations",
    "staff_contact",
    "change_language",
    "delete_data",
    "stop",
    "menu",
    "unknown",
)
"""The words that ``understand`` answers with; other programs rely on them."""

# Of two wants equally spoken of, the one that is about the other comes first: a loan to go to Japan is a
# loan, and a language course in order to go is work abroad.
_FIRST = (
    "delete_data",
    "stop",
    "my_registrations",
    "change_language",
    "loans",
    "staff_contact",
    "notices",
    "register_overseas",
    "register_training",
    "register_job",
    "menu",
)
_COMMANDS = {
    "menu": "menu",
    "help": "menu",
    "back": "menu",
    "restart": "menu",
    "stop": "stop",
    "person": "staff_contact",
    "language": "change_language",
}
_ENOUGH, _CERTAIN, _RESEMBLANCE, _CHOICES = 1.6, 6.0, 0.4, 3


@dataclass(frozen=True)
class Understanding:
    """An intent, how sure it is (0 to 1), and other intents that were near ("did you mean …?")."""

    intent: str
    confidence: float
    alternatives: tuple[str, ...] = ()


def understand(text: str, lang: str) -> Understanding:
    """Recognise what the text asks for; the language of the dialogue only breaks ties."""
    if (said := command(text)) in _COMMANDS:
        return Understanding(_COMMANDS[said], 1.0)
    scores = evidence(text)
    off_topic = scores.pop(OFF_TOPIC, Score()).value
    ranked = _ranked(scores, lang)
    if ranked and scores[ranked[0]].value >= max(_ENOUGH, off_topic):
        confidence = _confidence([scores[intent].value for intent in ranked])
        return Understanding(ranked[0], confidence, tuple(ranked[1:_CHOICES]))
    if not off_topic and (resembled := _resembled(text)) is not None:
        return Understanding(resembled, _RESEMBLANCE)
    return Understanding("unknown", 0.5 if ranked else 1.0, tuple(ranked[:_CHOICES]))


def evidence(text: str) -> dict[str, Score]:
    """The phrases found for each intent (and for ``off_topic``): why the text was understood so."""
    table = lexicon().intents
    return table.scores(table.message(text))


def _resembled(text: str) -> str | None:
    table = lexicon().intents
    label = table.nearest(table.message(text))
    return None if label == OFF_TOPIC else label


def _ranked(scores: dict[str, Score], lang: str) -> list[str]:
    return sorted(
        (intent for intent in scores if scores[intent].value > 0),
        key=lambda intent: (-scores[intent].value, -_in_language(scores[intent], lang), _FIRST.index(intent)),
    )


def _confidence(values: list[float]) -> float:
    best, second = values[0], values[1] if len(values) > 1 else 0.0
    return round(min(best / _CERTAIN, 1.0) * (1.0 - 0.5 * second / best), 3)


def _in_language(score: Score, lang: str) -> bool:
    return max(score.matches, key=lambda match: match.value).phrase.lang == lang
