"""What a notice must say before it goes out, and that its words and its JSON keep what was written."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from content.notices.card import card
from content.notices.correction import correction
from content.notices.details import Both, Employer, Fair, read_details, write_details
from content.notices.publication import BODY, Fault, faults
from content.office import Office
from db.notice_queries import NoticeRow, PlaceName, Words
from db.notices import NOTICE_KINDS
from tests.notices import DATES, DETAILS, TEXTS
from tests.test_office import office

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def here() -> Office:
    return office()


def row(kind: str, **more: Any) -> NoticeRow:
    """A notice that may be published."""
    dates: dict[str, Any] = {"starts_at": None, "ends_at": None, "deadline": None} | DATES[kind]
    when = dates["starts_at"] or dates["deadline"] or dates["ends_at"]
    over = dates["deadline"] if kind == "overseas" else dates["ends_at"] or dates["starts_at"]
    values = {"id": 1, "kind": kind, "state": "draft", **dates, "when_at": when, "over_at": over,
              "place": PlaceName(1, "xã", "Hàm Giang"), "map_url": None, "details": DETAILS[kind], "officer_id": None,
              "officer": None, "texts": {lang: Words(*words) for lang, words in TEXTS[kind].items()}, "files": (),
              "published_at": None, "cancelled_at": None, "version": 1}  # fmt: skip
    return NoticeRow(**values | more)


def without(kind: str, field: str) -> NoticeRow:
    return row(kind, details={key: value for key, value in DETAILS[kind].items() if key != field})


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_a_complete_notice_may_go_out(kind: str) -> None:
    assert faults(row(kind), NOW) == []


@pytest.mark.parametrize("kind", NOTICE_KINDS)
@pytest.mark.parametrize("lang", ["vi", "km"])
def test_a_missing_language_is_refused(kind: str, lang: str) -> None:
    texts = {one: words for one, words in row(kind).texts.items() if one != lang}
    assert Fault("title", f"missing_{lang}") in faults(row(kind, texts=texts), NOW)


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_nothing_past_or_without_a_date_goes_out(kind: str) -> None:
    undated = row(kind, starts_at=None, ends_at=None, deadline=None, when_at=None, over_at=None)
    assert next(fault.reason for fault in faults(undated, NOW)) == "missing"
    assert "past" in [fault.reason for fault in faults(row(kind), NOW + timedelta(days=400))]


@pytest.mark.parametrize("field", sorted(DETAILS["overseas"]))
def test_a_contract_abroad_needs_all_of_it(field: str) -> None:
    assert faults(without("overseas", field), NOW) == [Fault(field, "missing")]


def test_a_contract_above_the_legal_ceiling_or_with_an_open_line_is_refused() -> None:
    costs = DETAILS["overseas"]["costs"]
    above = row("overseas", details=DETAILS["overseas"] | {"costs": costs | {"service": 84_000_001}})
    assert faults(above, NOW) == [Fault("costs", "over_ceiling")]
    unsaid = row("overseas", details=DETAILS["overseas"] | {"costs": costs | {"visa": None}})
    assert faults(unsaid, NOW) == [Fault("costs", "missing")]
    early = row("overseas", details=DETAILS["overseas"] | {"list_date": "2026-11-26"})
    assert faults(early, NOW) == [Fault("list_date", "not_yet")]


def test_an_unchecked_contract_may_go_out_since_the_card_says_so(here: Office) -> None:
    unchecked = row("overseas", details=DETAILS["overseas"] | {"checked": False})
    assert faults(unchecked, NOW) == []
    assert "CHƯA" in "".join(card(unchecked, "vi", here, NOW).texts)


@pytest.mark.parametrize("field", ["trade", "school", "support", "days"])
def test_a_course_needs_all_of_it(field: str) -> None:
    assert {fault.field for fault in faults(without("course", field), NOW)} == {field}


@pytest.mark.parametrize("field", ["employers", "bring"])
def test_a_fair_needs_employers_and_what_to_bring(field: str) -> None:
    assert {fault.field for fault in faults(without("job_fair", field), NOW)} == {field}


def test_too_long_words_a_foreign_link_and_an_end_before_the_start_are_refused() -> None:
    fair = row("job_fair")
    wordy = {lang: replace(words, body="x" * (BODY + 1)) for lang, words in fair.texts.items()}
    assert faults(replace(fair, texts=wordy), NOW) == [Fault("body", "too_long")]
    assert faults(replace(fair, map_url="javascript:x"), NOW) == [Fault("map_url", "link")]
    assert Fault("ends_at", "before_start") in faults(replace(fair, ends_at=fair.starts_at), NOW)


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_details_are_the_same_after_writing_and_reading(kind: str) -> None:
    details = read_details(kind, DETAILS[kind])
    assert read_details(kind, write_details(details)) == details


def test_broken_details_are_read_as_missing() -> None:
    broken = {"market": "moon", "costs": 7, "places": "many", "wage": True, "checked": 1, "firm": None}
    assert {fault.reason for fault in faults(row("overseas", details=broken), NOW)} == {"missing"}
    assert read_details("job_fair", {"employers": [3], "bring": "x"}) == Fair()


@pytest.mark.parametrize("lang", ["vi", "km"])
@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_cards_are_short_and_every_choice_fits_a_button(here: Office, kind: str, lang: str) -> None:
    shown = card(row(kind), lang, here, NOW)
    assert len(shown.texts) <= 2
    assert all(len(text) <= 600 for text in shown.texts)
    assert len(shown.choices) <= 5
    assert all(len(data.encode()) <= 64 for _, data in shown.choices)


def test_a_large_fair_shows_three_employers_and_has_the_rest_behind_more(here: Office) -> None:
    many = Fair(tuple(Employer(f"Công ty {n}", Both("may", "ដេរ")) for n in range(5)), Both("x", "y"))
    shown = card(row("job_fair", details=write_details(many)), "vi", here, NOW)
    assert "và 2 nơi nữa" in shown.texts[-1]
    assert shown.choices[-1] == ("Xem thêm", "notice:more:1")


def test_a_move_is_told_in_both_languages_and_a_typo_is_not(here: Office) -> None:
    fair = row("job_fair")
    before = {"starts_at": "2026-11-26T00:30:00+00:00", "ends_at": fair.ends_at, "title": "Ngay hoi"}
    told = correction(fair, before, before | {"starts_at": "2026-11-27T00:30:00+00:00"}, here)
    assert "KHÔNG còn là 07:30 26/11/2026" in told["vi"]
    assert "Từ 07:30 đến 11:00, Thứ Sáu 27/11/2026" in told["vi"]
    assert "07:30 26/11/2026" in told["km"]
    assert correction(fair, before, before | {"title": "Ngày hội"}, here) == {}
    cancelled = row("job_fair", state="cancelled")
    assert "HỦY" in correction(cancelled, {"state": "published"}, {"state": "cancelled"}, here)["vi"]
