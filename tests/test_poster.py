"""The poster: what its link says, which places it knows, and that the sheet is right."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from bot.poster import CODE_WIDTH, FONTS, NoSuchPlace, NoTelegram, draw, find_source, make_poster
from bot.settings import Settings
from content.catalogue import LANGUAGES, messages, tell
from content.places import by_slug, units
from tests.standins.telegram import TelegramStandIn

TODAY = date(2026, 11, 24)
POINTS = 72 / 25.4
QUIET_ZONE = 4  # modules of white around a code, as ISO/IEC 18004 asks
LINKS = ["https://a.vn/?s=hamtan", "https://vieclam.example/?s=hamgiang", f"https://vieclam.example/?s={'a' * 64}"]


def configured(**settings: Any) -> Settings:
    return Settings(public_url="https://vieclam.example/", **settings)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> PageObject:
    return drawn(tmp_path_factory.mktemp("poster"), "https://vieclam.example/?s=hamtan", office_phone="0294 000 000")


def drawn(folder: Path, link: str, **settings: Any) -> PageObject:
    file = folder / "poster.pdf"
    draw(configured(**settings), link, by_slug("hamtan"), TODAY).output(str(file))
    pages = PdfReader(file).pages
    assert len(pages) == 1
    return pages[0]


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("Hàm Giang", "hamgiang"),
        ("ham giang", "hamgiang"),
        ("xã Đại An", "daian"),
        ("thị trấn Định An", "ttdinhan"),
        ("ttdinhan", "ttdinhan"),
        ("dinhan", "dinhan"),
        ("ap-kosla", "ap-kosla"),
        ("cho-dinh-an", "cho-dinh-an"),
        ("kosla_2", "kosla_2"),
        ("a" * 64, "a" * 64),
    ],
)
def test_a_place_or_a_source_gives_the_link_its_source(place: str, source: str) -> None:
    assert find_source(place)[0] == source


async def test_the_link_on_the_web_names_the_source(tmp_path: Path) -> None:
    link = await make_poster(configured(), "Hàm Giang", tmp_path / "poster.pdf", "web", TODAY)
    assert link == "https://vieclam.example/?s=hamgiang"
    assert link.removeprefix("https://") in PdfReader(tmp_path / "poster.pdf").pages[0].extract_text()


async def test_the_link_to_telegram_names_the_bot(tmp_path: Path) -> None:
    async with TelegramStandIn() as server:
        settings = configured(telegram_token=server.world.token, telegram_api_base=server.base_url)
        link = await make_poster(settings, "Hàm Giang", tmp_path / "poster.pdf", "telegram", TODAY)
    assert link == "https://t.me/vieclam_bot?start=hamgiang"


@pytest.mark.parametrize("token", [None, "no token", "1:WRONG"])
async def test_without_a_good_token_there_is_no_telegram_poster(token: str | None, tmp_path: Path) -> None:
    async with TelegramStandIn() as server:
        settings = configured(telegram_token=token, telegram_api_base=server.base_url)
        with pytest.raises(NoTelegram, match=r"[Tt]elegram"):
            await make_poster(settings, "Hàm Giang", tmp_path / "poster.pdf", "telegram", TODAY)
    assert not (tmp_path / "poster.pdf").exists()


def test_every_commune_has_its_poster_and_the_chat_understands_it() -> None:
    for one in units():
        source, found = find_source(f"{one.kind} {one.name}")
        assert found == one
        assert by_slug(source) == one


def test_of_several_places_all_are_offered() -> None:
    with pytest.raises(NoSuchPlace) as caught:
        find_source("Định An")
    assert "xã Định An (dinhan)" in str(caught.value)
    assert "thị trấn Định An (ttdinhan)" in str(caught.value)
    assert "Hàm Giang" not in str(caught.value)


@pytest.mark.parametrize("place", ["Hà Nội", "", "a" * 65, "ấp Kosla"])
def test_for_no_place_all_there_are_are_offered(place: str) -> None:
    with pytest.raises(NoSuchPlace) as caught:
        find_source(place)
    assert all(one.name in str(caught.value) for one in units())


def test_the_sheet_is_a4(page: PageObject) -> None:
    assert (round(page.mediabox.width / POINTS), round(page.mediabox.height / POINTS)) == (210, 297)


def test_the_sheet_says_it_in_both_languages(page: PageObject) -> None:
    text = page.extract_text()
    for key in ("poster.title", "poster.work", "poster.abroad", "poster.free", "poster.scan"):
        assert tell("vi", key) in text
        # Shaping reorders Khmer vowels, so a reader gets the letters back in another order.
        assert set(tell("km", key)) <= set(text)
    for words in ("vieclam.example/?s=hamtan", "0294 000 000", "24/11/2026", configured().office_name_vi):
        assert words in text
    assert "xã Hàm Tân (nay thuộc xã Hàm Giang)" in text


def test_the_titles_are_of_equal_size(page: PageObject) -> None:
    largest: dict[str, float] = {}
    names = fonts(page)
    for operands, operator in operations(page):
        if operator == b"Tf":
            name = names[operands[0]]
            largest[name] = max(float(operands[1]), largest.get(name, 0))
    assert largest["NotoSansBold"] == largest["NotoSansKhmerBold"] > 36
    assert largest["NotoSans"] < 24 > largest["NotoSansKhmer"]


def test_what_is_not_known_is_not_written(tmp_path: Path) -> None:
    text = drawn(tmp_path, LINKS[0]).extract_text()
    assert tell("vi", "poster.phone", phone="").strip() not in text


def test_the_fonts_are_inside(page: PageObject) -> None:
    assert sorted(fonts(page).values()) == ["NotoSans", "NotoSansBold", "NotoSansKhmer", "NotoSansKhmerBold"]


@pytest.mark.parametrize("weight", ["regular", "bold"])
def test_the_fonts_have_every_letter(weight: str) -> None:
    pdf, letters = FPDF(), set[int]()
    for name in ("noto-sans", "noto-sans-khmer"):
        pdf.add_font(name, fname=FONTS / f"{name}-{weight}.ttf")
        font = pdf.fonts[name]
        assert isinstance(font, TTFFont)
        letters |= set(font.cmap)
        font.close()
    said = [words for lang in LANGUAGES for words in messages(lang).values()]
    assert {char for words in said for char in words if char.isalpha() and ord(char) not in letters} == set()


def test_the_fonts_are_small_and_their_licence_is_beside_them() -> None:
    files = list(FONTS.glob("*.ttf"))
    assert len(files) == 4
    assert all(file.stat().st_size < 200_000 for file in files)
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


@pytest.mark.parametrize("link", LINKS)
def test_the_code_on_paper_is_the_link(link: str, tmp_path: Path) -> None:
    code = segno.make_qr(link, error="m")
    assert code.error in ("M", "Q", "H")
    assert read_code(drawn(tmp_path, link), len(code.matrix)) == [list(row) for row in code.matrix]


@pytest.mark.parametrize("link", LINKS)
def test_nothing_is_written_beside_the_code(link: str, tmp_path: Path) -> None:
    page = drawn(tmp_path, link)
    boxes = list(rectangles(page))
    top, bottom = min(y for _, y, _ in boxes), max(y for _, y, _ in boxes)
    count = len(segno.make_qr(link, error="m").matrix)
    quiet, step = QUIET_ZONE * CODE_WIDTH / count, CODE_WIDTH / count
    lines = [(297 - y / POINTS, size / POINTS) for y, words, size in written(page) if words.strip()]
    assert len(lines) > 10
    assert all(y < top - quiet or y - size > bottom + step + quiet for y, size in lines)


def test_the_same_day_gives_the_same_sheet() -> None:
    def sheet(day: date) -> bytes:
        return bytes(draw(configured(), LINKS[0], by_slug("hamgiang"), day).output())

    assert sheet(TODAY) == sheet(TODAY)
    assert sheet(TODAY) != sheet(date(2026, 11, 25))


def operations(page: PageObject) -> list[tuple[Any, bytes]]:
    contents = page.get_contents()
    assert contents is not None
    return [(operands, operator) for operands, operator in ContentStream(contents, page.pdf).operations]


def fonts(page: PageObject) -> dict[str, str]:
    """Name the embedded fonts by the page's names for them."""
    found: Any = page["/Resources"]["/Font"]  # type: ignore[index]
    embedded = {name: font["/DescendantFonts"][0].get_object() for name, font in found.items()}
    assert all("/FontFile2" in one["/FontDescriptor"] for one in embedded.values())
    return {name: one["/BaseFont"].partition("+")[2] for name, one in embedded.items()}


def rectangles(page: PageObject) -> Iterator[tuple[float, float, float]]:
    """Yield x, y and width of each rectangle drawn, in millimetres from the top left."""
    for operands, operator in operations(page):
        if operator == b"re":
            yield float(operands[0]), float(operands[1]), float(operands[2])


def read_code(page: PageObject, count: int) -> list[list[int]]:
    """Read the code's modules back from what is drawn."""
    boxes, step = list(rectangles(page)), CODE_WIDTH / count
    left, top = min(x for x, _, _ in boxes), min(y for _, y, _ in boxes)
    rows = [[0] * count for _ in range(count)]
    for x, y, width in boxes:
        for column in range(round((x - left) / step), round((x - left + width) / step)):
            rows[round((y - top) / step)][column] = 1
    return rows


def written(page: PageObject) -> list[tuple[float, str, float]]:
    """List the baseline, in points from the bottom, the words and the size of each piece of text."""
    pieces: list[tuple[float, str, float]] = []

    def visit(words: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if words:
            pieces.append((tm[5], words, size))

    page.extract_text(visitor_text=visit)
    return pieces
