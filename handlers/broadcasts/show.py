"""One broadcast in the chat, with what may be done with it now, and its messages as people will get them."""

from content.catalogue import LANGUAGES
from content.notices.telling import telling
from db.audiences import UnknownGroup
from db.bounds import RELEASING
from db.broadcasting import SUBJECT
from db.broadcasts import Broadcast
from db.composing import OPEN
from db.notice_queries import NoticeRow, read_notice
from db.record import note
from db.release_rules import mark
from db.staff import Staff
from handlers.broadcasts.describe import describe
from handlers.talk import Choice, Talk


def below(talk: Talk) -> list[Choice]:
    """The ways out: the list, the menu."""
    return [Choice(talk.text("broadcast.button.list"), "bc:home:0"), Choice(talk.text("button.menu"), "go:menu")]


async def notice_of(talk: Talk, broadcast: Broadcast) -> NoticeRow:
    """The notice that it tells."""
    notice = await read_notice(talk.turn.session, broadcast.notice_id)
    assert notice is not None, "a broadcast goes with its notice"
    return notice


def show_messages(talk: Talk, broadcast: Broadcast, notice: NoticeRow) -> None:
    """In this chat, in both languages, as the workers will see them."""
    for lang in LANGUAGES:
        chat = talk.account.chat_id
        talk.turn.replies.extend(telling(notice, broadcast.words, lang, talk.office, talk.now, chat))


async def show(talk: Talk, staff: Staff, broadcast: Broadcast, *, lead: str = "") -> None:
    """Its words and choices. Whoever is to release what somebody else rehearsed reads the messages first."""
    notice = await notice_of(talk, broadcast)
    if broadcast.state == "rehearsed" and not lead and broadcast.created_by != staff.id:
        show_messages(talk, broadcast, notice)
    try:
        words, people = await describe(talk, broadcast, notice)
    except UnknownGroup:
        talk.say("broadcast.wrong_audience", below=below(talk))
        return
    if broadcast.state in OPEN:
        note(talk.turn.session, staff, talk.now, "broadcast_count", SUBJECT, broadcast.id, source="chat")
    hint = _hint(talk, staff, broadcast, people)
    talk.send("\n".join(filter(None, (lead, words, hint))), _choices(talk, staff, broadcast, people), below(talk))


def _hint(talk: Talk, staff: Staff, broadcast: Broadcast, people: int) -> str:
    """What comes next while it is composed."""
    if broadcast.state == "draft":
        return talk.text("broadcast.rehearse_first")
    if broadcast.state != "rehearsed":
        return ""
    if _waits(talk, staff, broadcast, people):
        return talk.text("broadcast.waits")
    if staff.role not in RELEASING:
        return talk.text("broadcast.office_releases")
    if _needs_another(talk, staff, broadcast, people):
        return talk.text("broadcast.second_person", people=people, above=talk.sending.second_person_above)
    return talk.text("broadcast.may_release")


def _needs_another(talk: Talk, staff: Staff, broadcast: Broadcast, people: int) -> bool:
    return broadcast.created_by == staff.id and people > talk.sending.second_person_above


def _waits(talk: Talk, staff: Staff, broadcast: Broadcast, people: int) -> bool:
    """Somebody else was asked already, and whoever looks can only wait."""
    alone = staff.role in RELEASING and not _needs_another(talk, staff, broadcast, people)
    return broadcast.waits and not alone


def _release(talk: Talk, staff: Staff, broadcast: Broadcast, people: int) -> list[Choice]:
    """What may be done with one that was rehearsed: let it go or hand it back, else ask who may."""
    if _waits(talk, staff, broadcast, people):
        return []
    number = broadcast.id
    if staff.role not in RELEASING or _needs_another(talk, staff, broadcast, people):
        return [Choice(talk.text("broadcast.button.ask"), f"bc:ask:{number}")]
    release = Choice(talk.text("broadcast.button.release", people=people), f"bc:release:{number}:{mark(broadcast)}")
    asked = broadcast.waits and broadcast.created_by != staff.id
    return [release, Choice(talk.text("broadcast.button.refuse"), f"bc:refuse:{number}")] if asked else [release]


def _choices(talk: Talk, staff: Staff, broadcast: Broadcast, people: int) -> list[Choice]:
    number, releases = broadcast.id, staff.role in RELEASING
    words = {"draft": ["rehearse"], "rehearsed": ["again"], "running": ["pause"], "paused": ["resume"]}
    deeds = [deed for deed in words.get(broadcast.state, []) if releases or broadcast.state in OPEN]
    choices = [Choice(talk.text(f"broadcast.button.{deed}"), f"bc:{deed}:{number}") for deed in deeds]
    if broadcast.state == "rehearsed":
        choices = [*_release(talk, staff, broadcast, people), *choices]
    if broadcast.state not in OPEN:
        choices.append(Choice(talk.text("broadcast.button.look"), f"bc:see:{number}"))
    if broadcast.state not in ("done", "cancelled") and (releases or broadcast.state in OPEN):
        choices.append(Choice(talk.text("broadcast.button.cancel"), f"bc:cancel:{number}"))
    return choices
