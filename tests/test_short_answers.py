"""Only what is too short to be a name or a number is remembered."""

from content.short_answers import LONGEST, remembered


def test_short_answers_are_read_once_and_long_ones_each_time() -> None:
    read: list[str] = []

    @remembered
    def length(unit: str, text: str) -> str:
        read.append(text)
        return f"{len(text)} {unit}"

    long = "a" * (LONGEST + 1)
    said = [length("letters", text) for text in ("1", "1", long, long)]
    assert said == ["1 letters", "1 letters", "4 letters", "4 letters"]
    assert read == ["1", long, long]


def test_other_arguments_count() -> None:
    @remembered
    def joined(first: str, text: str) -> str:
        return first + text

    assert [joined("a", "1"), joined("b", "1")] == ["a1", "b1"]
