"""The three registrations, mapped to the official worker's form (Circular 01/2022, form 01; domain.md E7-E11).

The bare minimum (age, sex, place) comes first, then how to reach the person, then the wish, then the official fields.
Identity numbers and photos of papers are not asked: an officer completes them face to face.
"""

from dataclasses import replace

from content.question import Answers, Form, Question


def _has_phone(answers: Answers) -> bool:
    return answers.get("phone_owner") in ("own", "neighbour")


def _is_idle(answers: Answers) -> bool:
    return answers.get("work_state") in ("none", "under")


PERSON_FIRST = (
    Question("birth_year", "birth_year", official="2"),
    Question("sex", "choice", ("male", "female", "other"), optional=True, official="3"),
    Question("commune", "place", official="7"),
    Question("hamlet", "text", optional=True, official="7"),
    Question("name", "name", official="1"),
    Question("phone_owner", "choice", ("own", "neighbour", "none")),
    Question("phone", "phone", when=_has_phone),
)
PERSON_LAST = (
    Question("schooling", "choice", ("below_primary", "primary", "lower", "upper"), official="9"),
    Question("work_state", "choice", ("working", "under", "none", "other"), official="11"),
    Question("idle_time", "choice", ("short", "middle", "long"), when=_is_idle, official="13.1"),
    Question(
        "household",
        "choice",
        ("poor", "near_poor", "escaped", "ordinary", "unsaid"),
        optional=True,
        sensitive=True,
        official="8",
    ),
    Question(
        "ethnicity",
        "choice",
        ("khmer", "kinh", "hoa", "other", "unsaid"),
        optional=True,
        sensitive=True,
        official="8",
    ),
)
PERSON = PERSON_FIRST + PERSON_LAST
"""What is the person's own, and asked once for all their registrations."""

JOB = (
    Question("job_wanted", "text"),
    Question("job_where", "choice", ("near", "province", "far", "anywhere")),
)
TRAINING = (
    Question("course_wanted", "text"),
    Question("free_when", "choice", ("now", "after_harvest", "evening", "weekend")),
)
OVERSEAS = (
    Question("market", "choice", ("japan", "korea", "taiwan", "other", "unsure")),
    Question("experience", "text", optional=True),
    Question("obstacle", "choice", ("cost", "language", "health", "family", "nothing"), optional=True),
    Question("loan_advice", "choice", ("yes", "no")),
)

FORMS = {
    form.name: form
    for form in (
        Form("job", PERSON_FIRST + JOB + PERSON_LAST),
        Form("training", PERSON_FIRST + TRAINING + PERSON_LAST),
        Form("overseas", PERSON_FIRST + OVERSEAS + PERSON_LAST),
    )
}


def _of_other(question: Question) -> Question:
    """ "Mine" is the writer's number, which is not that of the person who is registered."""
    return replace(question, spoken="phone_owner_other") if question.key == "phone_owner" else question


FORMS_FOR_OTHER = {
    form.name: Form(form.name, tuple(_of_other(question) for question in form.questions)) for form in FORMS.values()
}
"""The same, filled in by somebody for a person who has no phone at hand: a mother for her son."""
PERSON_KEYS = tuple(question.key for question in PERSON)
SENSITIVE_KEYS = tuple(question.key for question in PERSON if question.sensitive)
