"""Before a helped person's form: which need it is, and their own yes to the agreement that is read out to them."""

from content.catalogue import LANGUAGES
from content.consent_text import read_out
from content.forms import FORMS
from handlers.form.progress import HELPED, Progress
from handlers.stage import Stage
from handlers.talk import Choice, Talk

KINDS = tuple(FORMS)
ANSWERS = ("yes", "no")
MEMORY = "helped"
"""In the account's memory: of the help at hand its number, the need, the language read out, when yes was said, and
the communes that may be chosen."""


def ask_kind(talk: Talk) -> None:
    """Which need the person has."""
    talk.account.state = Stage.helped_kind.state
    choices = [Choice(talk.text(f"choice.helped_kind.{kind}"), f"hp:kind:{kind}") for kind in KINDS]
    talk.say("helped.kind", choices)


def ask_agreement(talk: Talk, kind: str) -> None:
    """Begin with a new person: nobody has agreed to anything yet."""
    run = talk.data.get(MEMORY, {}).get("run", 0) % 999 + 1
    talk.data[MEMORY] = {"run": run, "kind": kind, "lang": talk.lang}
    show_agreement(talk)


def show_agreement(talk: Talk) -> None:
    """The text to read out, in the language at hand, and the two answers; none is likelier than the other."""
    help_at_hand = talk.data[MEMORY]
    run, lang = help_at_hand["run"], help_at_hand["lang"]
    talk.account.state = Stage.helped_agreement.state
    choices = [Choice(talk.text(f"choice.helped_agree.{answer}"), f"hp:agree:{run}:{answer}") for answer in ANSWERS]
    others = (other for other in LANGUAGES if other != lang)
    below = [Choice(talk.text(f"helped.read.{other}"), f"hp:read:{run}:{other}") for other in others]
    aloud = read_out(lang, talk.office.names[lang])
    talk.send("\n\n".join((talk.text("helped.read_out"), aloud, talk.text("helped.said"))), choices, below)


def is_helping(progress: Progress | None) -> bool:
    """Whether this form is a helped person's."""
    return progress is not None and progress.whom == HELPED
