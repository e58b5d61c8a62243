"""Every word of the desk is there in Vietnamese, and so is every one of starlette-admin's."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import starlette_admin
from babel.messages.pofile import read_po
from pydantic import ValidationError

import desk
from bot.settings import Settings
from content.catalogue import LANGUAGES
from content.facts.fact import UNITS, WHO
from content.notices.details import COSTS
from content.notices.publication import REASONS
from content.zalo_prices import prices
from db import outcomes
from db.broadcasts import BROADCAST_STATES, DELIVERY_STATES, ON_DOUBT
from db.broadcasts import REASONS as DELIVERY_REASONS
from db.fair_day import COMING
from db.fairs import WAYS as WAYS_IN
from db.licences import STATUSES as LICENCE_STATUSES
from db.monthly_reading import FIELDS
from db.notices import ANSWERS, FILE_KINDS, NOTICE_KINDS, NOTICE_STATES
from db.reach import WAYS
from db.registrations import CLOSED, KINDS, STATUSES
from db.staff import ROLES
from db.targets import MEASURES
from db.zalo_templates import PURPOSES
from db.zalo_templates import STATES as ZALO_STATES
from desk.audit import ACTIONS
from desk.broadcast_calls import WIDTHS as CALL_COLUMNS
from desk.broadcast_form import _LIMITS, _MANY, _NUMBERS, _YES
from desk.broadcast_form import EVERY as BROADCAST_EVERY
from desk.broadcast_form import WHEN as BROADCAST_WHEN
from desk.facts import STATES as FACT_STATES
from desk.fair import _WIDTHS as _FAIR
from desk.listing import OVERDUE
from desk.monthly_words import COLUMNS
from desk.notices import WHEN
from desk.people_columns import COLUMNS as PEOPLE_COLUMNS
from desk.people_columns import SETS
from desk.registrations import _COLUMNS
from desk.report_blocks import AGES, STAGES, WAITS
from desk.taking import DATES, ENDS
from desk.words import FRAME, call_roles, word, words

HERE = Path(desk.__file__).parent
FAMILIES = {
    "kind": KINDS,
    "status": (*STATUSES, OVERDUE),
    "move": [status for status in STATUSES if status != "new"],
    "role": ROLES,
    "action": ACTIONS,
    "column": (*_COLUMNS, *PEOPLE_COLUMNS),
    "export.set": ("last", *SETS),
    "export.dates": DATES,
    "export.end": ENDS,
    "files.kind": ("registration", "case", "monthly_list"),
    "files.why": ("not_yours", "cut_off", "gone"),
    "export.title": ("registration", "case"),
    "export.back": ("registration", "case"),
    "monthly.column": ("place", "hamlet", *COLUMNS, *FIELDS),
    "fair.column": _FAIR,
    "fair.said": COMING,
    "fair.way": WAYS_IN,
    "reports": ("by_kind", "by_sex", "by_age", "by_priority", "kind", "sex", "age", "priority"),
    "reports.measure": MEASURES,
    "reports.age": AGES,
    "reports.priority": range(4),
    "reports.wait": WAITS,
    "reports.stage": range(len(STAGES)),
    "reports.outcomes": outcomes.ANSWERS,
    "reports.after": {answer for them in outcomes.ANSWERS.values() for answer in them},
    "monthly.left_to": (*CLOSED, "other"),
    "monthly.change": ("new", "changed"),
    "filter": ("map_2020", "map_2025"),
    "zalo_purpose": PURPOSES,
    "zalo_state": ZALO_STATES,
    "zalo_plan": tuple(prices().plans),
    "reach": WAYS,
    "alarm": ("zalo_login", "zalo_account", "zalo_budget"),
    "notice.kind": NOTICE_KINDS,
    "notice.state": NOTICE_STATES,
    "notice.when": WHEN,
    "notice.answer": ANSWERS,
    "notice.fault": REASONS,
    "notice.cost": COSTS,
    "notice.file": FILE_KINDS,
    "notice.lang": (*LANGUAGES, "both"),
    "notice.preview": LANGUAGES,
    "notice.checked": ("yes", "no"),
    "broadcast.state": BROADCAST_STATES,
    "broadcast.column": ("number", "title", "kind", "state", "start", "people"),
    "broadcast.field": (*_MANY, *_NUMBERS, *_YES, *_LIMITS, "urgent", "on_holidays", "weekdays"),
    "broadcast.excluded": ("without_told", "without_talking", "seen_within_days", "without_groups"),
    "broadcast.every": BROADCAST_EVERY,
    "broadcast.when": BROADCAST_WHEN,
    "broadcast.weekday": range(1, 8),
    "broadcast.on_doubt": ON_DOUBT,
    "broadcast": ("pause_done", "resume_done", "cancel_done", "saved", "rehearsed", "released", "group_kept"),
    "delivery.state": DELIVERY_STATES,
    "delivery.reason": DELIVERY_REASONS,
    "calls.column": (*CALL_COLUMNS, "people"),
    "help": ("general", "fraud", "file"),
    "licences.status": LICENCE_STATUSES,
    "licences.field": ("name", "number", "status", "since", "address", "phone"),
    "licences.fault": ("missing", "no_number", "unknown", "no_day", "too_late", "twice"),
    "licences.file": ("no_spreadsheet", "no_headings", "empty", "too_large"),
    "licences.changes": ("gone", "status", "renamed", "new"),
    "licences.column": ("row", "field", "fault", "value", "day", "firms", "source", "by", "accepted"),
    "facts.state": FACT_STATES,
    "facts.column": ("fact", "value", "source", "checked", "state"),
    "facts.who": WHO,
    "facts.unit": sorted(UNITS),
    "facts.confidence": ("high", "middle", "low"),
    "error": ("403", "404", "405", "500", "form"),
}
"""Keys that are put together from a value."""
_SAID = re.compile(r"""(?:\bt|\bword|\bsay|Refused)\((?:request, )?["']([a-z_0-9]+(?:\.[a-z_0-9]+)+)["']""")


def _catalogue(file: Path, lang: str = "vi") -> dict[Any, Any]:
    with file.open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale=lang) if message.id}


def test_all_of_starlette_admin_is_translated() -> None:
    english = Path(str(files(starlette_admin))) / "translations/en/LC_MESSAGES/admin.po"
    ours = _catalogue(HERE / "translations/vi/LC_MESSAGES/admin.po")
    ids = _catalogue(english, "en")
    assert len(ids) > 150
    assert [one for one in ids if not any(ours.get(one, ""))] == []


def test_placeholders_are_kept() -> None:
    ours = _catalogue(HERE / "translations/vi/LC_MESSAGES/admin.po")
    for id_, said in ours.items():
        if isinstance(id_, str) and isinstance(said, str):
            names = re.compile(r"%\(\w+\)[ds]|\{\w+\}")
            assert sorted(names.findall(id_)) == sorted(names.findall(said)), id_


def test_every_key_that_is_said_exists() -> None:
    known = words("vi")
    sources = [*HERE.glob("*.py"), *HERE.glob("templates/*.html")]
    said = {key for source in sources for key in _SAID.findall(source.read_text(encoding="utf-8"))}
    assert len(said) > 100
    made = {f"{kind}.{one}" for kind, them in FAMILIES.items() for one in them}
    assert sorted((said | made) - set(known) - {"filter.map_"}) == []


@pytest.mark.parametrize("file", sorted(HERE.glob("templates/*.html")), ids=lambda file: file.name)
def test_templates_hold_no_words_of_their_own(file: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", file.read_text(encoding="utf-8"), flags=re.S)
    assert re.findall(r"[^\W\d_]{2,}", text.replace("&amp;", "").replace("DOCTYPE", "")) == []


def test_no_word_stands_in_two_catalogues() -> None:
    files = [file for file in (HERE / "translations/vi/LC_MESSAGES").glob("*.po") if file.stem != Path(FRAME).stem]
    keys = [key for file in files for key in _catalogue(file)]
    assert len(keys) == len(set(keys)) == len(words("vi"))


def test_the_office_names_its_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(role_names_vi={"office": "Phòng Văn hóa – Xã hội"})
    call_roles(settings.role_names)
    try:
        assert word("role.office") == "Phòng Văn hóa – Xã hội"
        assert word("role.commune") == "Cán bộ xã"
    finally:
        call_roles({})
    monkeypatch.setenv("VIECLAM_ROLE_NAMES_VI", '{"king": "Vua"}')
    with pytest.raises(ValidationError):
        Settings()
