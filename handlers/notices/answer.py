"""Taking an answer to a notice: I will come, maybe, I can't, interested, call me."""

from content.notices.card import card, local_day, title
from content.notices.notice import is_closed, is_over
from db.notice_queries import NoticeRow
from db.notices import ANSWERS
from db.register import worker_of
from db.responses import is_muted, keep_answer
from handlers import consent
from handlers.notices.browse import show_card
from handlers.notices.fair_code import show_fair_code
from handlers.person import call_person
from handlers.talk import Choice, Talk


async def take_answer(talk: Talk, notice: NoticeRow, answer: str) -> bool:
    """Keep the answer and say what follows from it; False when a question was asked first."""
    known = answer in ANSWERS and (notice.kind != "general" or answer == "call_me")
    if is_over(notice, talk.now) or notice.state == "cancelled" or not known:
        show_card(talk, card(notice, talk.lang, talk.office, talk.now))
        return True
    if answer == "call_me":
        await _call(talk, notice)
        return True
    if is_closed(notice, talk.now):
        talk.say("notice.closed", _call_button(talk, notice), title=title(notice, talk.lang))
        return True
    if not consent.has_consent(talk):
        consent.ask_consent(talk, f"notice:answer:{notice.id}:{answer}")
        return False
    await _keep(talk, notice, answer)
    await _thank(talk, notice, answer)
    if answer == "come" and notice.kind == "job_fair":
        await show_fair_code(talk, notice)
    return True


async def _call(talk: Talk, notice: NoticeRow) -> None:
    """A call is promised like any other; who never agreed is asked for nothing, and only the request is kept."""
    if consent.has_consent(talk):
        await _keep(talk, notice, "call_me")
    await call_person(talk, topic=f"notice:{notice.id}")


async def _keep(talk: Talk, notice: NoticeRow, answer: str) -> None:
    identity_id = await talk.turn.identity_id()
    worker = await worker_of(talk.turn.session, identity_id)
    worker_id = worker.id if worker else None
    await keep_answer(talk.turn.session, notice.id, identity_id, worker_id, answer, talk.now)


async def _thank(talk: Talk, notice: NoticeRow, answer: str) -> None:
    values = {"title": title(notice, talk.lang)}
    lines = [talk.text(f"notice.answered.{answer}", **values)]
    if answer in ("come", "maybe", "interested") and (moment := notice.when_at):
        muted = await is_muted(talk.turn.session, await talk.turn.identity_id())
        key = "notice.answered.no_reminder" if muted else "notice.answered.reminder"
        lines.append(talk.text(key, day=local_day(moment, talk.office)))
    below = (Choice(talk.text("menu.notices"), "go:notices"), Choice(talk.text("button.menu"), "go:menu"))
    talk.send("\n".join(lines), _call_button(talk, notice) if answer != "cannot" else (), below)


def _call_button(talk: Talk, notice: NoticeRow) -> list[Choice]:
    return [Choice(talk.text("notices.button.call_me"), f"notice:answer:{notice.id}:call_me")]
