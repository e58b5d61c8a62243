"""The communes: the file agrees with itself, and people's spellings find them."""

import tomllib
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import content.places
from content.places import (
    COMMUNE,
    NEW,
    OLD,
    TOWN,
    Unit,
    by_slug,
    display_name,
    find_units,
    parent_name,
    slug,
    successor,
    unit,
    units,
)

EVERY = [*units(OLD), *units(NEW)]
some_unit = st.sampled_from(EVERY)


def _names(found: list[Unit]) -> list[str]:
    return [display_name(one) for one in found]


def test_the_file_says_where_it_comes_from() -> None:
    with Path(content.places.__file__).with_name("places.toml").open("rb") as file:
        data = tomllib.load(file)
    assert isinstance(data["checked"], date)
    assert "1687/NQ-UBTVQH15" in data["source"]
    assert len(data["units"]) == len(EVERY)


def test_there_are_fifteen_communes_and_two_towns_then_six_communes() -> None:
    assert Counter(one.kind for one in units(OLD)) == {COMMUNE: 15, TOWN: 2}
    assert Counter(one.kind for one in units(NEW)) == {COMMUNE: 6}


def test_code_and_version_are_the_key() -> None:
    assert len({(one.code, one.version) for one in EVERY}) == len(EVERY)
    assert all(unit(one.code, one.version) is one for one in EVERY)
    assert unit("29489", OLD) != unit("29489", NEW)
    assert unit("00000") is None


def test_each_old_unit_has_a_successor_and_each_new_one_an_origin() -> None:
    origins = Counter(after.name for one in units(OLD) if (after := successor(one)))
    assert origins == {
        "Trà Cú": 3, "Đại An": 3, "Tập Sơn": 3, "Lưu Nghiệp Anh": 2, "Hàm Giang": 3, "Long Hiệp": 3,
    }  # fmt: skip
    assert all(successor(one) is None for one in units(NEW))


def test_a_new_commune_carries_the_name_of_one_of_its_parts() -> None:
    for new in units(NEW):
        assert new.name in {one.name for one in units(OLD) if successor(one) == new}


def test_names_are_written_the_one_way() -> None:
    for one in EVERY:
        assert one.name == unicodedata.normalize("NFC", one.name).strip()
        assert one.kind in {COMMUNE, TOWN}
        assert one.code.isdecimal()
        assert len(one.code) == 5
        assert parent_name(one) != parent_name(one, "km")


def test_a_unit_is_named_in_both_languages() -> None:
    commune, town = by_slug("hamgiang"), by_slug("ttdinhan")
    assert commune is not None
    assert town is not None
    assert (display_name(commune), display_name(commune, "km")) == ("xã Hàm Giang", "ឃុំ Hàm Giang")
    assert (display_name(town), display_name(town, "km")) == ("thị trấn Định An", "ទីរួមស្រុក Định An")


@given(some_unit, st.sampled_from(["vi", "km"]))
def test_a_shown_name_finds_its_unit_and_no_other(one: Unit, lang: str) -> None:
    shown = display_name(one, lang)
    assert find_units(shown, one.version) == [one]
    assert find_units(shown.upper(), one.version) == [one]
    assert find_units(f"Em ở {shown}, huyện Trà Cú, tỉnh Trà Vinh", one.version) == [one]


@given(some_unit, st.data())
def test_a_slip_in_a_name_still_finds_the_unit(one: Unit, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(one.name) - 1))
    assert one in find_units(one.name[:at] + one.name[at] + one.name[at:], one.version)


@given(some_unit)
def test_a_slug_leads_back_to_its_unit(one: Unit) -> None:
    assert slug(one).isascii()
    assert slug(one).isalnum()
    assert by_slug(slug(one), one.version) == one


@given(st.text(), st.sampled_from([OLD, NEW, "1999"]))
def test_any_text_finds_units_of_the_version_each_once(text: str, version: str) -> None:
    found = find_units(text, version)
    assert set(found) <= set(units(version))
    assert len(found) == len(set(found))
    by_slug(text, version)


@pytest.mark.parametrize("text", ["", "ap-kosla", "hamgiang2", "an", "tt"])
def test_an_unknown_slug_is_nothing(text: str) -> None:
    assert by_slug(text) is None


@pytest.mark.parametrize("text", ["", "d", "xyz", "Cần Thơ", "huyện Trà Cú", "Trà Vinh", "12345"])
def test_what_is_none_of_them_finds_nothing(text: str) -> None:
    assert find_units(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ham g", ["xã Hàm Giang"]),
        ("luu nghiep", ["xã Lưu Nghiệp Anh"]),
        ("ng xuyen", ["xã Ngãi Xuyên"]),
        ("aqh", ["xã An Quảng Hữu"]),
        ("lna", ["xã Lưu Nghiệp Anh"]),
        ("dinh an", ["xã Định An", "thị trấn Định An"]),
        ("TT Định An", ["thị trấn Định An"]),
        ("trà cú", ["thị trấn Trà Cú"]),
        ("thị trấn Trà Cú, huyện Trà Cú", ["thị trấn Trà Cú"]),
        ("tan", ["xã Tân Sơn", "xã Tân Hiệp", "xã Hàm Tân"]),
        ("ap kosla xa thanh son", ["xã Thanh Sơn"]),
        ("an quan huu", ["xã An Quảng Hữu"]),
    ],
)
def test_parts_initials_and_kinds_find_the_unit(text: str, names: list[str]) -> None:
    assert _names(find_units(text)) == names


def test_the_new_map_has_its_own_answers() -> None:
    assert _names(find_units("xã Trà Cú", NEW)) == ["xã Trà Cú"]
    assert find_units("Kim Sơn", NEW) == []
