"""Which loan may fit: the questions, and a table of cases that says for each programme what it depends on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Answers = Mapping[str, str]
Outcome = Literal["fits", "ask", "no"]
OUTCOMES: tuple[Outcome, ...] = ("fits", "ask", "no")
"""It may fit; somebody has to be asked first; not this one. The bank decides in any case."""

PURPOSE, HOUSEHOLD, RECENT, GROUP = "loan_purpose", "household", "loan_recent", "loan_group"
STUDY, STEM, CONTRACT, WATER, HOME = "loan_study", "loan_stem", "loan_contract", "loan_water", "loan_home"

CHOICES: dict[str, tuple[str, ...]] = {
    PURPOSE: ("business", "study", "abroad", "water", "house"),
    HOUSEHOLD: ("poor", "near_poor", "escaped", "ordinary", "unsaid"),
    RECENT: ("yes", "no", "unsure"),
    GROUP: ("minority", "disabled", "neither"),
    STUDY: ("studying", "admitted", "not_yet", "abroad"),
    STEM: ("yes", "no", "unsure"),
    CONTRACT: ("signed", "eps", "not_yet"),
    WATER: ("missing", "broken", "good"),
    HOME: ("permanent", "temporary", "elsewhere"),
}
"""The questions in their order, with their answers."""

Case = Mapping[str, str | tuple[str, ...]]

_ASKED: dict[str, Case] = {
    PURPOSE: {},
    HOUSEHOLD: {PURPOSE: ("business", "study", "abroad")},
    RECENT: {PURPOSE: "business", HOUSEHOLD: "escaped"},
    GROUP: {PURPOSE: ("business", "abroad")},
    STUDY: {PURPOSE: "study"},
    STEM: {STUDY: ("studying", "admitted")},
    CONTRACT: {PURPOSE: "abroad"},
    WATER: {PURPOSE: "water"},
    HOME: {PURPOSE: ("business", "study", "abroad", "water")},
}
"""When each question is asked."""


@dataclass(frozen=True)
class Advice:
    """What a case means for one programme, and the reason, as `loans.why.…` says it."""

    programme: str
    outcome: Outcome
    why: str


_Row = tuple[str, Case, Outcome, str]
_AWAY: Case = {HOME: "elsewhere"}

_TABLE: tuple[_Row, ...] = (
    ("poor", {PURPOSE: "business", HOUSEHOLD: "poor", **_AWAY}, "no", "elsewhere"),
    ("poor", {PURPOSE: "business", HOUSEHOLD: "poor"}, "fits", "on_list"),
    ("poor", {PURPOSE: "business", HOUSEHOLD: "unsaid"}, "ask", "ask_list"),
    ("poor", {PURPOSE: "business", HOUSEHOLD: "ordinary"}, "no", "not_on_list"),
    ("near_poor", {PURPOSE: "business", HOUSEHOLD: "near_poor", **_AWAY}, "no", "elsewhere"),
    ("near_poor", {PURPOSE: "business", HOUSEHOLD: "near_poor"}, "fits", "on_list"),
    ("escaped", {PURPOSE: "business", HOUSEHOLD: "escaped", **_AWAY}, "no", "elsewhere"),
    ("escaped", {RECENT: "yes"}, "fits", "recently_escaped"),
    ("escaped", {RECENT: "no"}, "no", "escaped_long"),
    ("escaped", {RECENT: "unsure"}, "ask", "escaped_when"),
    ("job", {PURPOSE: "business", **_AWAY}, "no", "elsewhere"),
    ("job", {PURPOSE: "business", GROUP: "disabled"}, "fits", "disabled"),
    ("job", {PURPOSE: "business", GROUP: "minority", HOUSEHOLD: "poor"}, "fits", "priority"),
    ("job", {PURPOSE: "business", HOUSEHOLD: "poor"}, "fits", "hard_area"),
    ("job", {PURPOSE: "business"}, "fits", "own_work"),
    ("study_abroad", {STUDY: "abroad"}, "no", "no_programme"),
    ("student", {STUDY: "not_yet"}, "no", "not_admitted"),
    ("student", {STUDY: ("studying", "admitted"), **_AWAY}, "no", "elsewhere"),
    ("student", {STUDY: ("studying", "admitted"), HOUSEHOLD: "poor"}, "fits", "student_poor"),
    ("student", {STUDY: ("studying", "admitted")}, "ask", "student_income"),
    ("stem", {STEM: ("yes", "unsure"), **_AWAY}, "no", "elsewhere"),
    ("stem", {STEM: "yes"}, "ask", "stem_marks"),
    ("stem", {STEM: "unsure"}, "ask", "stem_which"),
    ("eps", {CONTRACT: "eps", HOME: ("temporary", "elsewhere")}, "no", "eps_home"),
    ("eps", {CONTRACT: "eps"}, "ask", "eps_group"),
    ("abroad", {CONTRACT: "not_yet"}, "no", "not_signed"),
    ("abroad", {PURPOSE: "abroad", **_AWAY}, "no", "elsewhere"),
    ("abroad", {CONTRACT: "eps"}, "ask", "eps_costs"),
    ("abroad", {CONTRACT: "signed", GROUP: "minority", HOUSEHOLD: "poor"}, "fits", "priority"),
    ("abroad", {CONTRACT: "signed"}, "fits", "signed"),
    ("water", {PURPOSE: "water", **_AWAY}, "no", "elsewhere"),
    ("water", {WATER: "good"}, "no", "water_good"),
    ("water", {PURPOSE: "water"}, "fits", "water_needed"),
    ("house", {PURPOSE: "house"}, "ask", "house_unknown"),
)
"""The cases of each programme: the first that holds counts; a programme of which none does is not spoken of."""


def next_question(answers: Answers) -> str | None:
    """The first question that is still to be asked; None when all are answered."""
    return next((key for key in CHOICES if key not in answers and _holds(_ASKED[key], answers)), None)


def advise(answers: Answers) -> tuple[Advice, ...]:
    """What the answers mean: programmes that may fit, then those to ask about, then those that do not."""
    found: dict[str, Advice] = {}
    for programme, case, outcome, why in _TABLE:
        if programme not in found and _holds(case, answers):
            found[programme] = Advice(programme, outcome, why)
    return tuple(sorted(found.values(), key=lambda advice: OUTCOMES.index(advice.outcome)))


def cases(answers: Answers | None = None) -> Iterator[Answers]:
    """Every way in which the questions can be answered."""
    answers = answers or {}
    question = next_question(answers)
    if question is None:
        yield answers
        return
    for value in CHOICES[question]:
        yield from cases({**answers, question: value})


def _holds(case: Case, answers: Answers) -> bool:
    return all(answers.get(key) in ((value,) if isinstance(value, str) else value) for key, value in case.items())
