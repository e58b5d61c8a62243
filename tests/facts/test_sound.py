"""`vieclam content check` finds facts that are unsound, each for its reason."""

import pytest

from content.facts.check import fact_problems, sound
from content.facts.files import FactError
from tests.facts.conftest import BEGIN, TODAY, Write

GOOD = '[a.rate]\nunit = "percent"\nabout = "rate"\nvalue = 6.6\nsource = "x"\nconfidence = "H"\nALWAYS\n'


def test_a_sound_fact_has_no_faults(write: Write) -> None:
    assert list(sound(write(GOOD), TODAY)) == []


@pytest.mark.parametrize(
    ("was", "put", "found"),
    [
        ('"percent"', '"pct"', "there is no unit pct"),
        ('"percent"', '"months"', "a fact about rate is not told in months"),
        ("6.6", '"6,6"', "is no number of percent"),
        ("6.6", "-1", "is below zero"),
        ("value = 6.6\n", "", "has the confidence H and no value"),
        ('"H"', '"?"', "has a value that nobody found"),
        ('"vbsp"', '"bank"', "nobody is called bank"),
        ('"x"', '" "', "the source is empty"),
        ("2026-11-01", "2026-11-25", "was checked on a day that has not come yet"),
        ("value", "since = 2027-01-01\nuntil = 2026-12-31\nvalue", "ends before it begins"),
        ("value", "until = 2026-11-23\nvalue", "expired on 23/11/2026"),
        ("value = 6.6", 'formula = "share"\nof = ["a.no", "a.rate"]', "follows from a.no, which is no fact"),
        ("value = 6.6", 'formula = "month_interest"\nof = ["a.rate", "a.rate"]', "the units do not fit"),
        ("value = 6.6", 'formula = "guess"\nof = ["a.rate"]', "a formula that there is not"),
    ],
)
def test_a_fault_is_named(write: Write, was: str, put: str, found: str) -> None:
    book = write(GOOD.replace("ALWAYS\n", BEGIN).replace(was, put, 1))
    assert [fault for fault in sound(book, TODAY) if found in fault]


def test_two_values_for_one_day_contradict_each_other(write: Write) -> None:
    twice = GOOD.replace("[a.rate]", "[[a.rate]]")
    assert list(sound(write(twice + twice), TODAY)) == ["a.rate: two periods say different things about one day"]
    begun = twice.replace("value", "since = 2027-01-01\nvalue")
    assert list(sound(write(twice.replace("value", "until = 2026-12-31\nvalue") + begun), TODAY)) == []


def test_missing_and_unused_facts_are_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.facts.check.told", lambda: [("some.text (vi)", "a.gone")])
    book = write(GOOD)
    assert list(fact_problems(book, TODAY)) == [
        "some.text (vi): there is no fact a.gone",
        "a.rate: nothing uses this fact",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (GOOD.replace("ALWAYS\n", ""), "confirm is missing"),
        (GOOD.replace("value", "valeu"), "there is no valeu"),
        (GOOD.replace("6.6", "true"), "True is no value"),
        (GOOD.replace('"H"', '"sure"'), "'sure' is no confidence"),
        ("[a]\nb = 1\n", "a.b is neither a fact nor a group"),
    ],
)
def test_a_table_that_is_no_fact_is_refused(write: Write, text: str, fault: str) -> None:
    with pytest.raises(FactError, match=fault):
        write(text)
