"""`vieclam content check` finds what is missing."""

from datetime import date

from content.check import compare, problems

WRITTEN = date(2026, 11, 24)
"""The day as of which the committed facts must be sound; `vieclam content check` asks about today."""


def test_the_content_is_whole() -> None:
    assert list(problems(WRITTEN)) == []


def test_what_is_missing_is_named() -> None:
    found = list(compare({"vi": {"a": "x {name}", "b": "y", "c": "z"}, "km": {"a": "x", "b": " ", "c": "z"}}))
    assert found == ["a: the languages differ in their placeholders", "b: there is no text in km"]
