"""“Can I borrow?” over the whole table of cases: what each says, and what none may say."""

import pytest

from content.catalogue import LANGUAGES, messages
from content.loan_guide import CHOICES, OUTCOMES, Advice, Answers, advise, cases, next_question
from content.loans import programmes

EVERY = list(cases())


def short(answers: Answers) -> set[str]:
    return {f"{one.outcome} {one.programme}: {one.why}" for one in advise(answers)}


def case(*values: str) -> Answers:
    """Answers in the order in which they are asked."""
    answers: dict[str, str] = {}
    for value in values:
        question = next_question(answers)
        assert question is not None and value in CHOICES[question], (question, value)
        answers[question] = value
    assert next_question(answers) is None, "all questions are answered"
    return answers


def test_the_whole_table_has_advice_with_reasons_in_both_languages() -> None:
    assert len(EVERY) == 328
    for answers in EVERY:
        found = advise(answers)
        assert found, answers
        assert len({one.programme for one in found}) == len(found)
        assert [OUTCOMES.index(one.outcome) for one in found] == sorted(OUTCOMES.index(one.outcome) for one in found)
        for one in found:
            assert one.programme in programmes()
            assert all(f"loans.why.{one.why}" in messages(lang) for lang in LANGUAGES)


def test_no_case_asks_more_than_five_questions() -> None:
    assert max(map(len, EVERY)) == 5
    assert {len(answers) for answers in EVERY if answers["loan_purpose"] in ("business", "abroad")} <= {4, 5}


def test_nothing_fits_somebody_who_lives_elsewhere() -> None:
    away = [answers for answers in EVERY if answers.get("loan_home") == "elsewhere"]
    assert away
    assert all(one.outcome != "fits" for answers in away for one in advise(answers))


def test_a_list_of_the_commune_opens_its_own_programme_only() -> None:
    lists = {"poor", "near_poor", "escaped"}
    for answers in EVERY:
        fitting = {one.programme for one in advise(answers) if one.outcome == "fits"} & lists
        assert fitting <= {answers.get("household")}, answers


def test_work_abroad_needs_a_contract_and_a_deposit_a_home_here() -> None:
    for answers in EVERY:
        found = {one.programme: one.outcome for one in advise(answers)}
        if answers.get("loan_contract") == "not_yet":
            assert found["abroad"] == "no"
        if "eps" in found:
            assert found["eps"] == ("ask" if answers["loan_home"] == "permanent" else "no")


def test_the_lower_rate_is_only_spoken_of_where_the_decree_gives_it() -> None:
    for answers in EVERY:
        for one in advise(answers):
            if one.why == "priority":
                assert (answers["household"], answers["loan_group"]) == ("poor", "minority")
            if one.why == "disabled":
                assert (one.programme, answers["loan_group"]) == ("job", "disabled")


def test_every_reason_programme_and_row_is_reached() -> None:
    found = {one for answers in EVERY for one in advise(answers)}
    reasons = {key.removeprefix("loans.why.") for key in messages("vi") if key.startswith("loans.why.")}
    assert {one.why for one in found} == reasons
    assert {one.programme for one in found} == set(programmes()) - {"after_training"}
    assert Advice("house", "ask", "house_unknown") in found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("business poor minority permanent", {"fits poor: on_list", "fits job: priority"}),
        ("business poor neither temporary", {"fits poor: on_list", "fits job: hard_area"}),
        ("business poor disabled elsewhere", {"no poor: elsewhere", "no job: elsewhere"}),
        ("business near_poor minority permanent", {"fits near_poor: on_list", "fits job: own_work"}),
        ("business near_poor disabled permanent", {"fits near_poor: on_list", "fits job: disabled"}),
        ("business escaped yes neither permanent", {"fits escaped: recently_escaped", "fits job: own_work"}),
        ("business escaped no neither permanent", {"no escaped: escaped_long", "fits job: own_work"}),
        ("business escaped unsure minority permanent", {"ask escaped: escaped_when", "fits job: own_work"}),
        ("business ordinary neither permanent", {"no poor: not_on_list", "fits job: own_work"}),
        ("business unsaid minority permanent", {"ask poor: ask_list", "fits job: own_work"}),
        ("study poor studying no permanent", {"fits student: student_poor"}),
        ("study ordinary admitted yes permanent", {"ask student: student_income", "ask stem: stem_marks"}),
        ("study near_poor admitted unsure temporary", {"ask student: student_income", "ask stem: stem_which"}),
        ("study poor not_yet permanent", {"no student: not_admitted"}),
        ("study ordinary abroad permanent", {"no study_abroad: no_programme"}),
        ("study poor studying yes elsewhere", {"no student: elsewhere", "no stem: elsewhere"}),
        ("abroad poor minority signed permanent", {"fits abroad: priority"}),
        ("abroad ordinary neither signed temporary", {"fits abroad: signed"}),
        ("abroad near_poor minority not_yet permanent", {"no abroad: not_signed"}),
        ("abroad poor minority eps permanent", {"ask eps: eps_group", "ask abroad: eps_costs"}),
        ("abroad poor minority eps temporary", {"no eps: eps_home", "ask abroad: eps_costs"}),
        ("abroad ordinary neither signed elsewhere", {"no abroad: elsewhere"}),
        ("water missing permanent", {"fits water: water_needed"}),
        ("water broken temporary", {"fits water: water_needed"}),
        ("water good permanent", {"no water: water_good"}),
        ("water missing elsewhere", {"no water: elsewhere"}),
        ("house", {"ask house: house_unknown"}),
    ],
)
def test_cases_worked_by_hand(values: str, expected: set[str]) -> None:
    assert short(case(*values.split())) == expected
