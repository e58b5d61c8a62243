"""The pictures, recordings and files of a notice: a reply names one by its number, the channel opens it when it sends.

They go when they are asked for, and not with the card: they cost a worker's money, and most need the words alone.
"""

import hashlib
import hmac
from collections.abc import Sequence

from aiogram.methods import SendDocument, SendPhoto, SendVoice

from content.notices.card import file_ways, files_for, title
from db.notice_queries import FileRow, NoticeRow
from db.seal import Seal
from handlers.menu import entry
from handlers.talk import Choice, Talk

NAMED = "notice-file:"
"""How the name of such a file begins, where Telegram has a file's id or address."""
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "application/pdf": "pdf",
}


def show_files(talk: Talk, notice: NoticeRow, kind: str) -> None:
    """Owe the worker all files of one kind in their language, and say how it goes on."""
    caption = talk.text(f"notice.file.{kind}", title=title(notice, talk.lang))
    for file in notice.files:
        if file.kind == kind and file.lang in (None, talk.lang):
            _owe(talk, file, caption)
    others = [Choice(*way) for way in file_ways(notice, talk.lang) if not way[1].endswith(f":{kind}")]
    back = Choice(talk.text("notices.button.back"), f"notice:see:{notice.id}")
    talk.say("notice.more.end", [*others, back], _below(talk))


def ask_which(talk: Talk, notice: NoticeRow) -> None:
    """What there is to see, hear or load."""
    choices = [Choice(*way) for way in file_ways(notice, talk.lang)]
    talk.say("notice.files.ask", choices, _below(talk))


def has_files(talk: Talk, notice: NoticeRow, kind: str) -> bool:
    """Whether there is still one of the kind for this reader."""
    return any(file.kind == kind for file in files_for(notice, talk.lang))


def mark_of(seal: Seal, number: int) -> str:
    """What tells a number that we gave from one that somebody tried."""
    return hmac.new(seal.key_for("notice files"), str(number).encode(), hashlib.sha256).hexdigest()[:24]


def _owe(talk: Talk, file: FileRow, caption: str) -> None:
    name = f"{NAMED}{file.id}.{mark_of(talk.seal, file.id)}.{ENDINGS[file.mime]}"
    chat_id = talk.account.chat_id
    match file.kind:
        case "picture":
            talk.turn.replies.append(SendPhoto(chat_id=chat_id, photo=name, caption=caption))
        case "voice":
            talk.turn.replies.append(SendVoice(chat_id=chat_id, voice=name, caption=caption))
        case _:
            talk.turn.replies.append(SendDocument(chat_id=chat_id, document=name, caption=caption))


def _below(talk: Talk) -> Sequence[Choice]:
    return entry(talk, "staff_contact"), Choice(talk.text("button.menu"), "go:menu")
