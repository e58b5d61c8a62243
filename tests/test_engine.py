"""The form engine alone: pure, without network or clock. Whatever comes in, it can be left and finished."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.answer import place_choices
from content.forms import FORMS, PERSON_KEYS, SENSITIVE_KEYS
from content.question import Form, Question
from db.seal import Seal
from handlers.form.draft import keep, load, opened
from handlers.form.engine import Ask, Dropped, Missed, Refused, Sent, advance
from handlers.form.inputs import Back, Input, Page, SharedPhone, Skip, Spoken, Tapped, Typed
from handlers.form.progress import CHANGE, REVIEW, Progress, begin

TODAY = date(2026, 11, 24)
SOUND = {"birth_year": "1990", "phone": "0912345678", "name": "Kim Sa Phia", "text": "may", "place": "29488"}


def good_answer(question: Question) -> str:
    return question.choices[0] if question.choices else SOUND[question.kind]


def filled(form: Form) -> Progress:
    """Everything answered, at the summary."""
    progress = begin(form, 1)
    while progress.at != REVIEW:
        progress, outcome = advance(form, progress, Typed(good_answer(form.question(progress.at))), TODAY)
        assert isinstance(outcome, Ask)
    return progress


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_question_is_reachable_and_can_be_left(form: Form) -> None:
    progress = filled(form)
    seen = set(progress.trail)
    progress, _ = advance(form, progress, Typed("phone_owner"), TODAY)
    while progress.at != form.questions[0].key or progress.trail:
        before = progress
        progress, _ = advance(form, progress, Back(), TODAY)
        assert len(progress.trail) == len(before.trail) - 1 or before.at in (REVIEW, CHANGE)
    always = {question.key for question in form.questions if question.when({})}
    assert always <= seen


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_keys_are_unique_and_sensitive_ones_optional(form: Form) -> None:
    keys = [question.key for question in form.questions]
    assert len(keys) == len(set(keys))
    assert all(question.optional for question in form.questions if question.sensitive)
    assert {"household", "ethnicity"} == set(SENSITIVE_KEYS)


def test_menus_stay_small() -> None:
    """A4: at most five choices; the communes are paged."""
    for form in FORMS.values():
        assert all(len(question.choices) <= 5 for question in form.questions)


words = st.sampled_from(["1", "២", "1990", "nữ", "bỏ qua", "0912345678", "Kim Hoa"])
values = st.sampled_from(["male", "own", "none", "send", "change", "29488", "phone", "name"])
inputs: st.SearchStrategy[Input] = st.one_of(
    st.builds(Typed, st.text(max_size=40) | words),
    st.builds(Tapped, st.integers(0, 2), st.sampled_from([*PERSON_KEYS, REVIEW, CHANGE]), values),
    st.builds(Spoken, st.integers(1, 99)),
    st.builds(SharedPhone, st.sampled_from(["84912345678", "abc"]), st.booleans()),
    st.just(Back()),
    st.just(Skip()),
    st.builds(Page, st.just(1), st.just("commune"), st.integers(0, 9)),
)


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(FORMS)), steps=st.lists(inputs, max_size=40))
def test_nothing_that_comes_in_breaks_a_form(kind: str, steps: list[Input]) -> None:
    form = FORMS[kind]
    progress = begin(form, 1)
    keys = {question.key for question in form.questions}
    for step in steps:
        progress, outcome = advance(form, progress, step, TODAY)
        assert progress.at in keys | {REVIEW, CHANGE}
        assert set(progress.answers) <= {q.key for q in form.applicable(progress.answers)} | {progress.fixing}
        assert set(progress.trail) <= set(progress.answers) | {progress.fixing}
        assert isinstance(outcome, Ask | Missed | Sent | Dropped | Refused)
        if isinstance(outcome, Sent):
            assert all(question.key in progress.answers for question in form.applicable(progress.answers))
        if progress.at in keys:
            assert progress.at not in progress.answers
    finish(form, progress)


def finish(form: Form, progress: Progress) -> None:
    """From anywhere, sound answers lead to the end."""
    for _ in range(60):
        if progress.at == CHANGE:
            given_: Input = Back()
        elif progress.at == REVIEW:
            given_ = Typed("1")
        else:
            given_ = Typed(good_answer(form.question(progress.at)))
        progress, outcome = advance(form, progress, given_, TODAY)
        if isinstance(outcome, Sent):
            return
    raise AssertionError(f"no way out of {progress}")


@given(kind=st.sampled_from(sorted(FORMS)), steps=st.lists(inputs, max_size=15))
@settings(max_examples=60, deadline=None)
def test_a_draft_survives_its_keeping(kind: str, steps: list[Input]) -> None:
    progress = begin(FORMS[kind], 1)
    for step in steps:
        progress, _ = advance(FORMS[kind], progress, step, TODAY)
    data: dict[str, Any] = {}
    seal = Seal("a secret")
    keep(data, progress, seal)
    kept = load(data)
    assert kept is not None
    answers = {key: opened(value, seal) for key, value in kept.answers.items()}
    assert replace(kept, answers=answers, before=None) == replace(progress, before=None)


def test_a_minor_is_refused_and_an_adult_not() -> None:
    form = FORMS["job"]
    assert isinstance(advance(form, begin(form, 1), Typed("2011"), TODAY)[1], Refused)
    assert isinstance(advance(form, begin(form, 1), Typed("2010"), TODAY)[1], Ask)


def test_what_is_known_is_not_asked() -> None:
    form = FORMS["training"]
    known = {key: "x" for key in PERSON_KEYS if key not in ("phone", "idle_time")} | {"phone_owner": "none"}
    assert begin(form, 1, known).at == "course_wanted"


def test_the_way_out_of_the_district_is_the_last_choice() -> None:
    assert place_choices()[-1] == "elsewhere"
    assert len(place_choices()) == 18
