"""What an input did to the funnel of a form: questions reached, answered, skipped, misread; nothing that was said."""

from handlers.form.engine import Ask, Missed, Outcome, Sent
from handlers.form.progress import REVIEW, Progress

Event = tuple[str, str, int]
"""The question (or the summary), what happened there, and one more or one less."""


def begun(progress: Progress) -> list[Event]:
    """A form was opened at its first question."""
    return [(progress.at, "reached", 1)]


def events(before: Progress, after: Progress, outcome: Outcome) -> list[Event]:
    """What one input counts: going back takes back what was counted, corrections after the summary do not count."""
    match outcome:
        case Missed():
            return [(before.at, "missed", 1)]
        case Sent():
            return [(REVIEW, "answered", 1)]
        case Ask() if before.before is None and after.before is None and after.at != before.at:
            return _moved(before, after)
    return []


def _moved(before: Progress, after: Progress) -> list[Event]:
    if len(after.trail) < len(before.trail):
        return [(before.at, "reached", -1), (after.at, _how(before, after.at), -1)]
    answered = [key for key in after.trail if key not in before.trail]
    if not answered:
        return []
    found = [(key, _how(after, key), 1) for key in answered]
    # an answer that brought another along has reached that one, too
    return found + [(key, "reached", 1) for key in (*answered[1:], after.at)]


def _how(progress: Progress, key: str) -> str:
    return "skipped" if progress.answers.get(key) is None else "answered"
