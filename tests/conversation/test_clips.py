"""Recordings and pictures of lessons: the file goes with the card on each channel, the text goes always."""

from pathlib import Path

import httpx
import pytest

from bot.clips import LessonFiles
from content.clips import PICTURES, VOICES, Clips, clips
from tests.conftest import Running
from tests.conversation.phones import TelegramPhone, WebPhone
from tests.conversation.test_abroad import enter, press
from tests.standins.telegram import TelegramStandIn

OGG, PNG = b"OggS clip", b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def folder(program: Running) -> Path:
    folder = program.program.settings.data_dir / "lessons"
    (folder / "money").mkdir(parents=True)
    (folder / "money" / "after_signing.km.ogg").write_bytes(OGG)
    (folder / "money" / "after_signing.png").write_bytes(PNG)
    assert clips.folder == folder
    return folder


async def test_the_web_page_gets_the_files_by_their_address(program: Running, folder: Path) -> None:
    phone = await WebPhone.open(program)
    await enter(phone, "km")
    await press(phone, "lesson:open:money")
    media = [medium for frame in phone.frames for medium in frame.get("media", [])]
    assert [(medium["kind"], medium["url"]) for medium in media] == [
        ("photo", "/chat/lesson/money/after_signing.png"),
        ("voice", "/chat/lesson/money/after_signing.km.ogg"),
    ]
    async with httpx.AsyncClient(base_url=program.url) as client:
        for medium, content in zip(media, (PNG, OGG), strict=True):
            assert (await client.get(medium["url"])).content == content
        for name in ("money/gone.ogg", "../secret_key", "money/..%2f..%2fsecret_key", "money/after_signing.exe"):
            assert (await client.get(f"/chat/lesson/{name}")).status_code == 404
    await phone.close()


async def test_a_language_without_a_recording_has_the_text_and_the_picture(program: Running, folder: Path) -> None:
    phone = await WebPhone.open(program)
    await enter(phone, "vi")
    card = await press(phone, "lesson:open:money")
    kinds = [medium["kind"] for frame in phone.frames for medium in frame.get("media", [])]
    assert kinds == ["photo"]
    assert "Chưa ký hợp đồng" in card
    await phone.close()


async def test_telegram_gets_the_files_themselves(program: Running, telegram: TelegramStandIn, folder: Path) -> None:
    phone = TelegramPhone(program, telegram, 1001)
    await enter(phone, "km")
    menu = await phone.say("menu")
    await phone.person.tap_on(menu.message, "lesson:open:money")
    await phone.person.quiet(also=program.settle)
    told = []
    while phone.person.unread:
        told.append(await phone.person.reply())
    assert [bool(message.photo) for message in told].count(True) == 1
    assert [bool(message.voice) for message in told].count(True) == 1
    assert telegram.violations == []


async def test_a_file_that_is_gone_leaves_its_words(folder: Path) -> None:
    files = LessonFiles(by_address=False, site=None)
    assert files._source("money/after_signing.png") is not None
    assert files._source("money/gone.png") is None
    assert LessonFiles(by_address=True, site=None)._source("money/after_signing.png") is None
    by_address = LessonFiles(by_address=True, site="https://chat.example")
    assert by_address._source("money/after_signing.png") == "https://chat.example/chat/lesson/money/after_signing.png"


def test_names_stay_inside_the_folder(tmp_path: Path) -> None:
    (tmp_path / "lessons" / "money").mkdir(parents=True)
    (tmp_path / "secret.ogg").write_bytes(OGG)
    (tmp_path / "lessons" / "money" / "a.ogg").write_bytes(OGG)
    kept = Clips(tmp_path / "lessons")
    assert kept.path("money/a.ogg") is not None
    for name in ("../secret.ogg", "money/../../secret.ogg", "/etc/passwd", "money/b.ogg", "money/a.OGG", ""):
        assert kept.path(name) is None
    assert kept.of("money", "a", "km", VOICES) == "money/a.ogg"
    assert kept.of("money", "a", "km", PICTURES) is None
    assert Clips().of("money", "a", "km", VOICES) is None
