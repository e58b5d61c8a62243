"""Where registering a neighbour begins, and what its buttons and words do; for linked officers, nobody else."""

from collections.abc import Sequence

from content.catalogue import LANGUAGES
from content.fold import fold
from content.reading.choices import Option, read_choice
from db.bounds import PRIVATE, bounds_of
from handlers.form import draft
from handlers.form.progress import HELPED
from handlers.helping.asking import ANSWERS, KINDS, MEMORY, ask_agreement, ask_kind, is_helping, show_agreement
from handlers.helping.keeping import note_agreement
from handlers.helping.places import first_answers, may_help
from handlers.officer import command_here, staff_here
from handlers.registration import HELP_SHELF, begin_form, finish_helped, lay_aside, offer_resume
from handlers.stage import Stage
from handlers.talk import Choice, Talk

WORDS = frozenset(("/giup", "dang ky giup", "dang ki giup", "dang ky ho", "dang ki ho", fold("ជួយចុះឈ្មោះ"),
                   fold("ចុះឈ្មោះជួយ")))  # fmt: skip


async def takes_words(talk: Talk, text: str) -> bool:
    """Begin at an officer's words; False for everybody and everything else."""
    if command_here(talk, text) not in WORDS:
        return False
    await _begin(talk)
    return True


async def tapped(talk: Talk, parts: Sequence[str]) -> bool:
    """Act on a tap; False for one that belongs to another person's form or to none."""
    at_hand = str(talk.data.get(MEMORY, {}).get("run", ""))
    state = talk.account.state
    match list(parts):
        case ["begin"]:
            await _begin(talk)
        case ["kind", kind] if kind in KINDS and state == Stage.helped_kind.state:
            await take_kind(talk, kind)
        case ["read", run, lang] if run == at_hand and lang in LANGUAGES and state == Stage.helped_agreement.state:
            talk.data[MEMORY]["lang"] = lang
            show_agreement(talk)
        case ["agree", run, answer] if run == at_hand and answer in ANSWERS and state == Stage.helped_agreement.state:
            await take_agreement(talk, answer)
        case ["is", run, who] if state == Stage.helped_twin.state:
            return await _take_same(talk, run, who)
        case _:
            return False
    return True


async def _begin(talk: Talk) -> None:
    """Lay the officer's own form aside, and go on with a neighbour's that was not finished, or begin one."""
    staff = await staff_here(talk)
    if staff is None:
        return
    if not may_help(staff, await bounds_of(talk.turn.session, staff)):
        talk.say("helped.no_right")
        return
    lay_aside(talk, HELP_SHELF)
    unfinished = draft.load(talk.data)
    if unfinished is not None:
        offer_resume(talk, unfinished)
    else:
        ask_kind(talk)


async def take_kind(talk: Talk, kind: str) -> None:
    """The need is known; now the person is asked."""
    ask_agreement(talk, kind)


async def take_agreement(talk: Talk, answer: str) -> None:
    """Open the form after a yes; after a no nothing was kept."""
    staff = await staff_here(talk)
    talk.account.state = None
    if staff is None:
        return
    if answer != "yes":
        talk.say("helped.refused", _again(talk))
        return
    note_agreement(talk)
    known = await first_answers(talk, await bounds_of(talk.turn.session, staff))
    if staff.role not in PRIVATE:
        known |= {"household": None, "ethnicity": None}
    await begin_form(talk, talk.data[MEMORY]["kind"], known, whom=HELPED)


async def take_twin(talk: Talk, text: str) -> None:
    """Which of the people shown it is, in words or by number."""
    offered: list[list[str]] = talk.data.get("offered", [])
    chosen = read_choice(text, [Option(data, (label,)) for label, data in offered])
    if chosen is None or not await tapped(talk, chosen.split(":")[1:]):
        talk.send(talk.text("hint.near"), [Choice(label, data) for label, data in offered])


async def _take_same(talk: Talk, run: str, who: str) -> bool:
    progress = draft.load(talk.data)
    if progress is None or not is_helping(progress) or str(progress.run) != run:
        return False
    await finish_helped(talk, progress, who)
    return True


def _again(talk: Talk) -> list[Choice]:
    return [Choice(talk.text("helped.way.next"), "hp:begin"), Choice(talk.text("officer.way.today"), "of:today")]
