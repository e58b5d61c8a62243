"""`vieclam content check` finds what is missing."""

from content.check import compare, problems


def test_the_content_is_whole() -> None:
    assert list(problems()) == []


def test_what_is_missing_is_named() -> None:
    found = list(compare({"vi": {"a": "x {name}", "b": "y", "c": "z"}, "km": {"a": "x", "b": " ", "c": "z"}}))
    assert found == ["a: the languages differ in their placeholders", "b: there is no text in km"]
