"""Naming a picture in a reply; it is drawn by the channel that shows it, from its name alone."""

import hashlib
import hmac

from aiogram.methods import SendPhoto

from db.seal import Seal
from handlers.talk import Talk

DRAWN = "drawn:"
"""How the name of such a picture begins, where Telegram has a file's id or address."""


def show_picture(talk: Talk, name: str, caption: str) -> None:
    """Owe the worker a picture; ``caption`` stands below it and is read to those who do not see it."""
    photo = f"{DRAWN}{name}.{mark_of(talk.seal, name)}"
    talk.turn.replies.append(SendPhoto(chat_id=talk.account.chat_id, photo=photo, caption=caption))


def mark_of(seal: Seal, name: str) -> str:
    """What tells a name that we gave from one that somebody made up."""
    return hmac.new(seal.key_for("pictures"), name.encode(), hashlib.sha256).hexdigest()[:24]
