"""The recording and the picture of a lesson's card, where the office has added them; the text is always there."""

from aiogram.methods import SendPhoto, SendVoice

from content.clips import NAMED, PICTURES, VOICES, clips
from handlers.talk import Talk


def show_clips(talk: Talk, lesson: str, card: str, caption: str) -> None:
    """Owe the worker what there is for a card; ``caption`` is read to those who neither hear nor see it."""
    chat_id = talk.account.chat_id
    if picture := clips.of(lesson, card, talk.lang, PICTURES):
        talk.turn.replies.append(SendPhoto(chat_id=chat_id, photo=f"{NAMED}{picture}", caption=caption))
    if voice := clips.of(lesson, card, talk.lang, VOICES):
        talk.turn.replies.append(SendVoice(chat_id=chat_id, voice=f"{NAMED}{voice}", caption=caption))
