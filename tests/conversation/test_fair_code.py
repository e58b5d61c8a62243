"""Who registered and will come to a fair gets a code to show at the door, in words and as a picture."""

import io

import httpx
from PIL import Image
from sqlalchemy import text

from content.fair_picture import draw, read_name
from db.fair_codes import read_code
from tests.conftest import Running
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.conversation.test_notices import press
from tests.conversation.test_registration import PERSON, begin
from tests.jobs.test_reminders import REST
from tests.notices import publish
from tests.standins.telegram import TelegramStandIn


async def registered(phone: Phone) -> None:
    await begin(phone)
    for words in (*PERSON, *REST):
        await phone.say(words)


async def test_telegram_gets_it_as_a_photo(program: Running, telegram: TelegramStandIn) -> None:
    number = await publish(program.engine)
    ana = TelegramPhone(program, telegram, 1001)
    await registered(ana)
    answer = await press(ana, f"notice:answer:{number}:come")
    (photo,) = [message for message in ana.person.inbox if message.photo]
    assert (photo.caption or "-") in answer
    code = (photo.caption or "").split(" là ")[1].split(".")[0]
    async with program.engine.connect() as connection:
        worker = await connection.scalar(text("SELECT id FROM worker"))
    assert read_code(program.program.seal, number, code) == worker
    with Image.open(io.BytesIO(telegram.world.files.by_id[photo.photo[0].file_id].content)) as image:
        assert image.format == "PNG"


async def test_the_page_shows_it(program: Running) -> None:
    number = await publish(program.engine)
    phone = await WebPhone.open(program)
    await registered(phone)
    seen = len(phone.frames)
    await phone.tap_data(None, f"notice:answer:{number}:come")
    (medium,) = [one for frame in phone.frames[seen:] for one in frame.get("media", [])]
    await phone.close()
    async with httpx.AsyncClient(base_url=program.url) as client:
        found = await client.get(medium["url"])
        assert (found.status_code, found.headers["content-type"]) == (200, "image/png")
        made_up = medium["url"].replace(f"fair-{number}-", f"fair-{number + 1}-")
        assert (await client.get(made_up)).status_code == 404


def test_a_name_says_all_that_is_drawn() -> None:
    picture = read_name("fair-12-3F-ABCDE")
    assert picture is not None
    assert picture.name == "fair-12-3F-ABCDE"
    assert draw(picture, "https://x.vn") != draw(picture, None)
    for name in ("fair-12-3F", "fair-x-3F-ABCDE", "fair-12-3F-ABCDO1", "loan-vi-50000000-6.6-36"):
        assert read_name(name) is None
