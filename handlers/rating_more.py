"""Asking for a sentence after a face, which may be left out; whoever is unhappy is offered a person first."""

from handlers.talk import Choice, Talk

MARK = "rating"
"""In the conversation's memory: to which question a sentence would be added, and the face."""


def ways(score: str) -> tuple[str, ...]:
    """What can be tapped instead of writing."""
    return ("call", "skip") if score == "bad" else ("skip",)


def about(talk: Talk) -> tuple[int, str]:
    """The number of the question, and the face that was chosen."""
    number, score = talk.data.get(MARK, [0, "good"])
    return int(number), str(score)


def ask_more(talk: Talk) -> None:
    """Ask, or ask again."""
    number, score = about(talk)
    choices = [Choice(talk.text(f"choice.rating_more.{way}"), f"rate:{number}:{way}") for way in ways(score)]
    talk.say(f"rating.more.{'bad' if score == 'bad' else 'other'}", choices)
