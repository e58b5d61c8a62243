"""The code by which somebody who comes to a fair is checked in: as words, and as a picture to show at the door."""

from content.fair_picture import FairPicture
from db.fair_codes import code_for
from db.notice_queries import NoticeRow
from db.register import worker_of
from handlers.picture import show_picture
from handlers.talk import Talk


async def show_fair_code(talk: Talk, notice: NoticeRow) -> None:
    """Owe the code to a person who has registered; others are found by name, or write themselves in at the door."""
    worker = await worker_of(talk.turn.session, await talk.turn.identity_id())
    if worker is not None:
        code = code_for(talk.seal, notice.id, worker.id)
        show_picture(talk, FairPicture(notice.id, code).name, talk.text("fair.code", code=code))
