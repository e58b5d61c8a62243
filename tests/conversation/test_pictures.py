"""A reckoned loan comes with a picture, on a channel that takes files and on the page that fetches it."""

import io

import httpx
from PIL import Image

from content.loan_picture import draw, read_name
from tests.conftest import Running
from tests.conversation.phones import TelegramPhone, WebPhone
from tests.conversation.test_loans import at_loans, through
from tests.standins.telegram import TelegramStandIn

STEPS = ("3", "1", "50 triệu", "36 tháng")


def is_a_table(png: bytes) -> bool:
    with Image.open(io.BytesIO(png)) as image:
        return image.format == "PNG" and image.width == 640 and 600 < image.height < 1600


async def test_the_page_fetches_the_picture_by_its_marked_name(program: Running) -> None:
    phone = await WebPhone.open(program)
    await at_loans(phone)
    seen = len(phone.frames)
    await through(phone, *STEPS)
    media = [medium for frame in phone.frames[seen:] for medium in frame.get("media", [])]
    await phone.close()
    assert [(one["kind"], one["name"]) for one in media] == [("photo", "Bảng trả nợ từng tháng, cách 1 và cách 2")]
    async with httpx.AsyncClient(base_url=program.url) as client:
        found = await client.get(media[0]["url"])
        assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
        assert is_a_table(found.content)
        name, mark, _ = media[0]["url"].rsplit(".", 2)
        for made_up in (f"{name}.{'0' * len(mark)}.png", f"{name.removesuffix('36')}37.{mark}.png", f"{name}.png"):
            assert (await client.get(made_up)).status_code == 404
        assert (await client.get("/chat/picture/loan.png")).status_code == 404


async def test_telegram_gets_the_picture_as_a_file(program: Running, telegram: TelegramStandIn) -> None:
    phone = TelegramPhone(program, telegram, 1001)
    await at_loans(phone)
    answer = await through(phone, *STEPS)
    assert "Bảng trả nợ từng tháng" in answer
    photos = [message.photo[0].file_id for message in phone.person.inbox if message.photo]
    assert len(photos) == 1
    sent = telegram.world.files.by_id[photos[0]]
    assert is_a_table(sent.content)


def test_a_name_says_all_that_is_drawn() -> None:
    for name in ("loan-vi-50000000-6.6-36", "loan-km-200000000-8.382-120", "loan-vi-100000-4.8-1"):
        picture = read_name(name)
        assert picture is not None and picture.name == name
        assert is_a_table(draw(picture)) or picture.months == 1
    for name in ("loan-xx-50000000-6.6-36", "loan-vi-50000000-6.6-241", "loan-vi-5-6.6-36", "loan-vi-50000000-6.6-0"):
        assert read_name(name) is None


def test_both_scripts_are_drawn_with_letters_and_not_with_boxes() -> None:
    from content.drawing import width_of

    for lang, words in (("vi", "Tổng tiền lãi: 9,9 triệu đồng"), ("km", "ការប្រាក់សរុប៖ 33 លានដុង")):
        assert width_of(words, 25) > 100, lang
