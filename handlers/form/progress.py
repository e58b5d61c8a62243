"""Where a person is in a form: everything the engine needs to know, and nothing else."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from content.question import Form, Question

REVIEW = "review"
"""Stands where a question's key does, when all is answered and the summary is shown."""
CHANGE = "change"
"""The person is choosing which answer to correct."""
DISCARD = "discard"
"""The person wants to throw the form away and is asked whether they are sure."""
STEPS = (REVIEW, CHANGE, DISCARD)
"""What stands beside the questions at the end of a form."""
HELPED = "helped"
"""``whom`` of a form that an officer fills in for somebody without a phone."""


@dataclass(frozen=True)
class Progress:
    """An unfinished form. ``run`` tells its buttons from those of an earlier form."""

    form: str
    run: int = 0
    answers: dict[str, Any] = field(default_factory=dict)
    at: str = ""
    trail: tuple[str, ...] = ()
    """Keys in the order they were answered here, for going back; what was known before is not among them."""
    misses: int = 0
    page: int = 0
    whom: str = "self"
    """"other" when the person registers somebody else on this phone; ``HELPED`` when an officer does."""
    fixing: str | None = None
    """The answer that is being corrected after the summary."""
    near: tuple[str, ...] = ()
    """The choices that were offered after a miss: a number means one of these."""
    before: dict[str, Any] | None = None
    """All answers as they were when the correction began, to return to."""

    def next_question(self, form: Form) -> Question | None:
        """The first question that applies and is not answered."""
        return next((q for q in form.applicable(self.answers) if q.key not in self.answers), None)

    def answered(self, form: Form, key: str, value: Any) -> Self:
        """Take an answer, drop those that no longer apply, and move to the next question or the summary."""
        answers = self.answers | {key: value}
        fixed = key == self.fixing
        standing = {q.key for q in form.applicable(answers)}
        kept = {k: v for k, v in answers.items() if k in standing}
        trail = (*(k for k in self.trail if k != key and k in standing), key)
        done = replace(self, answers=kept, trail=trail, misses=0, page=0, near=())
        return (replace(done, fixing=None) if fixed else done).moved(form)

    def moved(self, form: Form) -> Self:
        """Stand at the first open question, or at the summary with the correction done."""
        question = self.next_question(form)
        if question:
            return replace(self, at=question.key)
        return replace(self, at=REVIEW, fixing=None, before=None)

    def position(self, form: Form) -> tuple[int, int]:
        """Which question of how many the person is at, among those that apply now."""
        keys = [question.key for question in form.applicable(self.answers)]
        return keys.index(self.at) + 1, len(keys)

    def to_json(self) -> dict[str, Any]:
        """As JSON for the conversation's data."""
        return vars(self) | {"trail": list(self.trail), "near": list(self.near)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        return cls(**(data | {"trail": tuple(data["trail"]), "near": tuple(data["near"])}))


def begin(form: Form, run: int, known: dict[str, Any] | None = None, whom: str = "self") -> Progress:
    """Start a form; ``known`` are answers that the person gave before and need not give again."""
    keys = {question.key for question in form.questions}
    answers = {key: value for key, value in (known or {}).items() if key in keys}
    return Progress(form.name, run, answers, whom=whom).moved(form)
