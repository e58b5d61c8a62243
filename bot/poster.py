"""The A4 poster of a place: a QR code into the chat, and what one gets there, in both languages."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import groupby
from math import floor
from pathlib import Path
from typing import Literal

import segno
from aiogram.exceptions import AiogramError
from aiogram.utils.token import TokenValidationError
from fpdf import FPDF

import content
from bot.channels import telegram
from bot.settings import Settings
from content.catalogue import LANGUAGES, tell
from content.places import Unit, by_slug, display_name, find_units, slug, successor, units

Channel = Literal["web", "telegram"]

FONTS = Path(content.__file__).with_name("fonts")
MARGIN, PAGE_WIDTH = 15.0, 210.0
LINE_WIDTH = PAGE_WIDTH - 2 * MARGIN
HALF = LINE_WIDTH / 2 - 3
COLUMNS = tuple(zip(LANGUAGES, (MARGIN, PAGE_WIDTH - MARGIN - HALF), strict=True))
CODE_WIDTH = 96.0
"""Millimetres from the first black module to the last: about a tenth of the distance it is read from."""
ACCENT = (14, 102, 80)
INK = (27, 41, 36)
GETS = ("poster.work", "poster.abroad", "poster.free")

_SOURCE = re.compile(r"[a-z0-9_-]{2,64}")


class NoPoster(Exception):
    """There is nothing to print; the text says why and what to do."""


class NoSuchPlace(NoPoster):
    """The words name no commune, or several."""


class NoTelegram(NoPoster):
    """Telegram does not tell the bot's name, so there is no link to print."""


async def make_poster(settings: Settings, place: str, out: Path, channel: Channel, today: date | None = None) -> str:
    """Write the poster and return the link of its code; raises ``NoPoster``."""
    source, unit = find_source(place)
    link = await make_link(settings, source, channel)
    draw(settings, link, unit, today or datetime.now(settings.zone).date()).output(str(out))
    return link


def find_source(place: str) -> tuple[str, Unit | None]:
    """Return what the link carries, and the commune it stands for; raises ``NoSuchPlace``."""
    raw = _SOURCE.fullmatch(place) is not None
    if raw and (named := by_slug(place)):
        return slug(named), named
    found = find_units(place)
    # "cho-dinh-an" mentions communes, but it is a source that somebody made up on purpose.
    if raw and (not found or "-" in place or "_" in place):
        return place, None
    if len(found) == 1:
        return slug(found[0]), found[0]
    raise NoSuchPlace(_choice(place, found))


def _choice(place: str, found: list[Unit]) -> str:
    offered = "; ".join(f"{display_name(one)} ({slug(one)})" for one in found or units())
    return f"“{place}” may be several places: {offered}" if found else f"No place “{place}”. There are: {offered}"


async def make_link(settings: Settings, source: str, channel: Channel) -> str:
    """Return the address that the code opens; raises ``NoTelegram``."""
    if channel == "telegram":
        return f"https://t.me/{await _telegram_name(settings)}?start={source}"
    return f"{settings.url}/?s={source}"


async def _telegram_name(settings: Settings) -> str:
    if settings.telegram_token is None:
        raise NoTelegram("Set VIECLAM_TELEGRAM_TOKEN: Telegram tells the bot's name for it")
    try:
        bot = telegram.make_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_base)
    except TokenValidationError as error:
        raise NoTelegram("VIECLAM_TELEGRAM_TOKEN is not a Telegram token") from error
    try:
        me = await bot.get_me()
    except AiogramError as error:
        raise NoTelegram(f"Telegram does not tell the bot's name: {error}") from error
    finally:
        await bot.session.close()
    return str(me.username)


def draw(settings: Settings, link: str, unit: Unit | None, today: date) -> FPDF:
    """Lay out the page. The same arguments give the same bytes."""
    pdf = _blank_page(settings, today)
    _draw_words(pdf)
    _draw_code(pdf, link, (PAGE_WIDTH - CODE_WIDTH) / 2, 108)
    _draw_link(pdf, link)
    if unit:
        for lang, y in zip(LANGUAGES, (246, 254), strict=True):
            _write(pdf, _place(unit, lang), y, 17, bold=True)
    _draw_office(pdf, settings, today)
    return pdf


def _blank_page(settings: Settings, today: date) -> FPDF:
    pdf = FPDF(format="A4")
    for family, file in (("latin", "noto-sans"), ("khmer", "noto-sans-khmer")):
        pdf.add_font(family, "", FONTS / f"{file}-regular.ttf")
        pdf.add_font(family, "B", FONTS / f"{file}-bold.ttf")
    pdf.set_fallback_fonts(["khmer"])
    pdf.set_text_shaping(use_shaping_engine=True)
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(MARGIN)
    pdf.set_creation_date(datetime.combine(today, time(), settings.zone))
    pdf.set_title(" / ".join(tell(lang, "poster.title") for lang in LANGUAGES))
    pdf.set_lang("vi")
    pdf.add_page()
    return pdf


def _draw_words(pdf: FPDF) -> None:
    titles = [tell(lang, "poster.title") for lang in LANGUAGES]
    size = min(_fitting(pdf, title, 44, LINE_WIDTH, bold=True) for title in titles)
    for title, y in zip(titles, (13, 33), strict=True):
        _write(pdf, title, y, size, bold=True, colour=ACCENT)
    size = min(_fitting(pdf, tell(lang, key), 20, HALF, bold=False) for lang in LANGUAGES for key in GETS)
    for lang, x in COLUMNS:
        for number, key in enumerate(GETS):
            _write(pdf, tell(lang, key), 61 + 11 * number, size, x=x, width=HALF)


def _draw_link(pdf: FPDF, link: str) -> None:
    for lang, x in COLUMNS:
        _write(pdf, tell(lang, "poster.scan"), 221, 17, x=x, width=HALF)
    _write(pdf, link.removeprefix("https://"), 230, 24, bold=True, colour=ACCENT, link=link)


def _draw_office(pdf: FPDF, settings: Settings, today: date) -> None:
    _write(pdf, f"{settings.office_name_vi} · {settings.office_name_km}", 263, 14)
    if settings.office_phone:
        phone = [tell(lang, "poster.phone", phone=settings.office_phone) for lang in LANGUAGES]
        _write(pdf, " · ".join(phone), 271, 14)
    printed = [tell(lang, "poster.printed", day=today) for lang in LANGUAGES]
    _write(pdf, " · ".join(printed), 283, 8)


def _place(unit: Unit, lang: str) -> str:
    """Name the commune as people know it, and what it belongs to now when that is called otherwise."""
    old, new = display_name(unit, lang), successor(unit)
    if new is None or display_name(new, lang) == old:
        return old
    return tell(lang, "poster.place_now", old=old, new=display_name(new, lang))


def _write(
    pdf: FPDF,
    words: str,
    y: float,
    size: float,
    *,
    x: float = MARGIN,
    width: float = LINE_WIDTH,
    bold: bool = False,
    colour: tuple[int, int, int] = INK,
    link: str = "",
) -> None:
    """Write one centred line, smaller where it would not fit: Khmer can't be broken at spaces."""
    size = _fitting(pdf, words, size, width, bold=bold)
    pdf.set_text_color(*colour)
    pdf.set_xy(x, y)
    pdf.cell(width, size * 0.5, words, align="C", link=link)


def _fitting(pdf: FPDF, words: str, size: float, width: float, *, bold: bool) -> float:
    """Set the font and return the size, ``size`` or the largest tenth below it, at which the words fit in."""
    pdf.set_font("latin", "B" if bold else "", size)
    needed = pdf.get_string_width(words) + 2 * pdf.c_margin
    if needed > width:
        size = floor(size * width / needed * 10) / 10
        pdf.set_font_size(size)
    return size


def _draw_code(pdf: FPDF, link: str, x: float, y: float) -> None:
    """Draw the code as one filled path: rectangles filled one by one leave hairlines between them."""
    matrix = modules(link)
    step = CODE_WIDTH / len(matrix)
    with pdf.new_path() as path:
        path.style.fill_color = "#000000"
        path.style.stroke_color = None
        for row, column, length in _runs(matrix):
            path.rectangle(x + column * step, y + row * step, length * step, step)
    pdf.link(x, y, CODE_WIDTH, CODE_WIDTH, link)


def modules(link: str) -> tuple[bytes, ...]:
    """Return the code's rows, 1 for black; level M, or a better one where that needs no larger code."""
    return tuple(bytes(row) for row in segno.make_qr(link, error="m").matrix)


def _runs(matrix: tuple[bytes, ...]) -> Iterator[tuple[int, int, int]]:
    """Yield (row, column, length) of each black stretch."""
    for row, line in enumerate(matrix):
        column = 0
        for black, stretch in groupby(line):
            length = len(list(stretch))
            if black:
                yield row, column, length
            column += length
