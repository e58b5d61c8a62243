"""Files of a notice reach the worker who asks for them: each channel in its own way, each language its own (C6)."""

import io
from typing import Any

import httpx
import pytest
from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVoice, TelegramMethod
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from bot.notice_files import TAKES, NoticeFiles, Shelf
from content.notices.card import card
from content.notices.telling import telling
from db.notice_queries import read_notice
from db.notices import NoticeFile
from desk.notice_files import KINDS
from handlers.notices.files import ENDINGS, NAMED, mark_of
from tests.conftest import Running
from tests.conversation.conftest import with_buttons
from tests.conversation.phones import Phone, TelegramPhone, WebPhone
from tests.conversation.test_notices import press, rows, welcome
from tests.conversation.zalo_phone import ZaloPhone
from tests.notices import FAIR, publish
from tests.standins.telegram import TelegramStandIn
from tests.standins.zalo_oa import ZaloStandIn

SITE = "https://chat.example"
OGG, PDF = b"OggS words of the notice", b"%PDF-1.7 an order"


def picture(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    return out.getvalue()


async def attach(program: Running, notice: int, mime: str, content: bytes, lang: str | None = None) -> int:
    """As the desk does it; returns the file's number."""
    path = program.program.files.keep(content)
    values: dict[str, Any] = {"kind": KINDS[mime], "name": "Thông báo.dat", "mime": mime, "size": len(content)}
    async with AsyncSession(program.engine) as session, session.begin():
        file = NoticeFile(notice_id=notice, lang=lang, path=path, **values)
        session.add(file)
        await session.flush()
        return file.id


async def at_notice(phone: Phone, lang: str = "1") -> list[str]:
    """Read the only notice that is coming; returns its buttons."""
    await welcome(phone, lang)
    await phone.say("thông báo" if lang == "1" else "ដំណឹង")
    return list((await phone.say("1")).buttons)


async def test_a_picture_is_seen_when_it_is_asked_for(phone: Phone, program: Running) -> None:
    number = await publish(program.engine, "general")
    await attach(program, number, "image/png", picture())
    assert (await at_notice(phone))[:2] == ["1. Gọi cho tôi", "2. Xem hình"]
    answer = await phone.say("2")
    assert "Hình của tin “Tin văn phòng”." in answer
    assert "1. Xem lại tin này" in answer.buttons
    assert "Văn phòng dời chỗ." in await phone.say("1")


async def test_each_language_has_its_own_and_what_is_for_both(phone: Phone, program: Running) -> None:
    number = await publish(program.engine, "general")
    await attach(program, number, "audio/ogg", OGG, "vi")
    await attach(program, number, "application/pdf", PDF)
    assert (await at_notice(phone, "2"))[:2] == ["1. ទូរស័ព្ទមកខ្ញុំ", "2. ទាញយកឯកសារ"]
    assert "ឯកសារនៃដំណឹង «ដំណឹងការិយាល័យ»។" in await phone.say("2")


async def test_files_stand_behind_more_where_there_is_no_room(phone: Phone, program: Running) -> None:
    fair = await publish(program.engine)
    for mime, content in (("image/png", picture()), ("audio/ogg", OGG)):
        await attach(program, fair, mime, content)
    assert (await at_notice(phone))[4] == "5. Xem thêm"
    answer = await phone.say("5")
    assert list(answer.buttons)[:2] == ["1. Xem hình", "2. Nghe đọc"]
    answer = await phone.say("2")
    assert "Lời đọc của tin" in answer
    assert list(answer.buttons)[:2] == ["1. Xem hình", "2. Xem lại tin này"]


async def test_the_page_fetches_them_by_a_marked_address(program: Running) -> None:
    number = await publish(program.engine, "general")
    contents = {"image/png": picture(), "audio/ogg": OGG, "application/pdf": PDF}
    files = [await attach(program, number, mime, content) for mime, content in contents.items()]
    phone = await WebPhone.open(program)
    await at_notice(phone)
    for kind in ("picture", "voice", "file"):
        await press(phone, f"notice:file:{number}:{kind}")
    media = [medium for frame in phone.frames for medium in frame.get("media", [])]
    await phone.close()
    assert [one["kind"] for one in media] == ["photo", "voice", "file"]
    async with httpx.AsyncClient(base_url=program.url) as client:
        for one, (mime, content) in zip(media, contents.items(), strict=True):
            found = await client.get(one["url"])
            assert (found.status_code, found.headers["content-type"], found.content) == (200, mime, content)
        assert "attachment" in found.headers["content-disposition"], "a document is saved and does not run here"
        first = media[0]["url"]
        mark = mark_of(program.program.seal, files[0])
        for made_up in (first.replace(mark, "0" * 24), first.replace(f"/{files[0]}.", f"/{files[1]}."), f"{first}x"):
            assert (await client.get(made_up)).status_code == 404
        await rows_gone(program, files[0])
        assert (await client.get(first)).status_code == 404, "taken off means gone, at once"


async def rows_gone(program: Running, file: int) -> None:
    async with AsyncSession(program.engine) as session, session.begin():
        await session.delete(await session.get_one(NoticeFile, file))


async def test_telegram_gets_the_bytes(program: Running, telegram: TelegramStandIn) -> None:
    number = await publish(program.engine, "general")
    contents = {"image/png": picture(), "audio/ogg": OGG, "application/pdf": PDF}
    for mime, content in contents.items():
        await attach(program, number, mime, content)
    phone = TelegramPhone(program, telegram, 1001)
    await at_notice(phone)
    for kind in ("picture", "voice", "file"):
        await press(phone, f"notice:file:{number}:{kind}")
    inbox = phone.person.inbox
    found: list[Any] = [message.photo[-1] for message in inbox if message.photo]
    found += [message.voice for message in inbox if message.voice]
    found += [message.document for message in inbox if message.document]
    assert [telegram.world.files.by_id[one.file_id].content for one in found] == list(contents.values())
    assert found[-1].file_name == "Thông báo.pdf"


async def test_zalo_uploads_a_picture_once(program: Running, zalo: ZaloStandIn) -> None:
    number = await publish(program.engine, "general")
    await attach(program, number, "image/png", picture())
    for person in (1, 2):
        phone = await ZaloPhone.open(program, zalo, person)
        await at_notice(phone)
        await phone.tap("Xem hình")
    assert len(zalo.world.uploads) == 1


@with_buttons
async def test_it_works_in_the_middle_of_a_form_and_from_an_old_card(phone: Phone, program: Running) -> None:
    number = await publish(program.engine, "general")
    await attach(program, number, "image/png", picture())
    await welcome(phone)
    await phone.say("tìm việc")
    answer = await press(phone, f"notice:file:{number}:picture")
    assert "Hình của tin" in answer
    assert "đồng ý" in answer.texts[-1], "what was asked stays asked"


@with_buttons
@pytest.mark.parametrize("end", ["cancelled", "taken off"])
async def test_what_is_no_more_is_not_sent(phone: Phone, program: Running, end: str) -> None:
    number = await publish(program.engine, "general", state="cancelled" if end == "cancelled" else "published")
    file = await attach(program, number, "image/png", picture())
    await welcome(phone)
    if end == "taken off":
        await rows_gone(program, file)
    answer = await press(phone, f"notice:file:{number}:picture")
    assert "Hình của tin" not in answer
    assert "Tin văn phòng" in answer
    assert await press(phone, f"notice:file:{number}:nonsense")
    assert await rows(program, "SELECT * FROM outgoing WHERE payload ? 'photo'") == []


async def test_a_broadcast_offers_them_under_its_card(program: Running) -> None:
    number = await publish(program.engine, "general")
    await attach(program, number, "image/png", picture())
    office, now = program.program.office, program.program.clock()
    async with AsyncSession(program.engine) as session:
        notice = await read_notice(session, number)
    assert notice is not None
    for words in (None, {"vi": "Tin sửa.", "km": "ដំណឹងកែ។"}):
        (last,) = telling(notice, words, "km", office, now, 1)[-1:]
        assert last.reply_markup is not None
        buttons: Any = last.reply_markup
        taps = [button["callback_data"] for row in buttons["inline_keyboard"] for button in row]
        assert taps == [f"notice:answer:{number}:call_me", f"notice:file:{number}:picture"]


async def test_a_card_never_has_more_choices_than_five(program: Running) -> None:
    many = FAIR | {"employers": FAIR["employers"] * 4}
    numbers = [await publish(program.engine, kind) for kind in ("job_fair", "overseas", "course", "general")]
    numbers.append(await publish(program.engine, details=many))
    for number in numbers:
        for mime, content in (("image/png", picture()), ("audio/ogg", OGG), ("application/pdf", PDF)):
            await attach(program, number, mime, content)
        async with AsyncSession(program.engine) as session:
            notice = await read_notice(session, number)
        assert notice is not None
        shown = card(notice, "vi", program.program.office, program.program.clock())
        assert len(shown.choices) <= 5
        assert any(data.startswith((f"notice:file:{number}", f"notice:more:{number}")) for _, data in shown.choices)


METHODS: dict[str, Any] = {"photo": SendPhoto, "voice": SendVoice, "document": SendDocument}


async def sent(program: Running, channel: str, field: str, file: int, site: str | None) -> TelegramMethod[Any]:
    """What a channel's session is asked to send for a reply that names a file."""
    passed: list[Any] = []

    async def catch(_: Any, method: Any) -> Any:
        passed.append(method)
        return True

    shelf = Shelf(program.engine, program.program.files, program.program.seal)
    name = f"{NAMED}{file}.{mark_of(program.program.seal, file)}.xyz"
    method = METHODS[field](chat_id=7, caption="Của tin", **{field: name})
    bot = program.program.bots["telegram"]
    middleware: Any = NoticeFiles(shelf, TAKES.get(channel, {}), site)
    await middleware(catch, bot, method)
    (method,) = passed
    assert isinstance(method, TelegramMethod)
    return method


async def test_what_a_channel_does_not_take_goes_by_its_address(program: Running) -> None:
    number = await publish(program.engine, "general")
    seen, heard = await attach(program, number, "image/png", picture()), await attach(program, number, "audio/ogg", OGG)
    large = await attach(program, number, "application/pdf", b"%PDF" + bytes(5_300_000))
    shown = await sent(program, "zalo_bot", "photo", seen, SITE)
    assert isinstance(shown, SendPhoto)
    assert str(shown.photo).startswith(f"{SITE}/chat/notice/{seen}.")
    for channel, field, file in (
        ("zalo_bot", "voice", heard),
        ("zalo_oa", "voice", heard),
        ("zalo_oa", "document", large),
    ):
        told = await sent(program, channel, field, file, SITE)
        assert isinstance(told, SendMessage)
        assert told.text.startswith(f"Của tin\n{SITE}/chat/notice/{file}.")
        alone = await sent(program, channel, field, file, None)
        assert isinstance(alone, SendMessage)
        assert alone.text == "Của tin"
    assert isinstance(await sent(program, "telegram", "document", large, None), SendDocument)


async def test_bytes_that_are_gone_leave_the_words(program: Running) -> None:
    number = await publish(program.engine, "general")
    file = await attach(program, number, "image/png", picture())
    program.program.files.drop(str((await rows(program, "SELECT path FROM notice_file"))[0][0]))
    assert isinstance(await sent(program, "telegram", "photo", file, SITE), SendMessage)


def test_every_kind_that_the_desk_takes_has_an_ending() -> None:
    assert ENDINGS.keys() == KINDS.keys()
