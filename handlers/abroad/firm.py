"""The licence check: a typed name or number against the newest list, with a warning where names only resemble."""

import re

from content.firms import Found, match, named_in, number_keys
from content.fold import fold
from db.licences import Licence, Looked, firm_in, look_back, look_up
from handlers.abroad.home import after, lead
from handlers.menu import entry
from handlers.stage import Stage
from handlers.talk import Choice, Talk

_NAMES_A_FIRM = re.compile(r"\b(?:cong ty|cty|tnhh|giay phep (?:so )?\d|so giay phep)\b|ក្រុមហ៊ុន|អាជ្ញាបណ្ណ")


def names_a_firm(text: str) -> bool:
    """Whether free words seem to name a firm or a licence."""
    return _NAMES_A_FIRM.search(fold(text)) is not None


def ask(talk: Talk) -> None:
    """Ask for a name or number."""
    talk.account.state = Stage.firm.state
    talk.say("abroad.firm.ask", below=after(talk))


async def take_words(talk: Talk, text: str) -> None:
    """Look the words up and say what the list has."""
    talk.account.state = None
    text = named_in(text)
    looked = await look_up(talk.turn.session, text, number_keys(text))
    if looked is None:
        talk.say("abroad.firm.no_list", below=after(talk, entry(talk, "staff_contact")))
        return
    matched = match(text, looked.here)
    if matched.found == Found.exact:
        _show(talk, matched.firms[0], looked)
    elif await _dropped(talk, text, looked):
        talk.say("abroad.firm.stay_away", below=_more(talk))
    elif matched.found == Found.near:
        choices = [Choice(f"{firm.name}"[:60], f"firm:{firm.id}") for firm in matched.firms]
        talk.say("abroad.firm.near", choices, _more(talk), day=_day(looked))
    else:
        talk.say("abroad.firm.not_listed", day=_day(looked))
        talk.say("abroad.firm.stay_away", below=_more(talk))


async def show(talk: Talk, firm_id: int) -> bool:
    """One firm that was chosen; False when its list is gone."""
    found = await firm_in(talk.turn.session, firm_id)
    if found is None:
        return False
    firm, kept = found
    _show(talk, firm, Looked(kept.listed_on, [firm]))
    return True


def _show(talk: Talk, firm: Licence, looked: Looked) -> None:
    talk.say(f"abroad.firm.{firm.status}", name=firm.name, number=firm.number, day=_day(looked))
    advice = "abroad.firm.order" if firm.status == "licensed" else "abroad.firm.stay_away"
    talk.say(advice, below=_more(talk))


async def _dropped(talk: Talk, text: str, looked: Looked) -> bool:
    """Say that exactly this firm was in an earlier list; False when none was."""
    before = await look_back(talk.turn.session, text, number_keys(text), looked.listed_on)
    earlier = match(text, [firm for firm, _ in before])
    if earlier.found != Found.exact:
        return False
    firm = earlier.firms[0]
    last = next(day for one, day in before if one is firm)
    talk.say("abroad.firm.dropped", name=firm.name, earlier=f"{last:%d/%m/%Y}", day=_day(looked))
    return True


def _more(talk: Talk) -> list[Choice]:
    return after(talk, Choice(talk.text("abroad.firm.again"), "firm:ask"), lead(talk, "report"))


def _day(looked: Looked) -> str:
    return f"{looked.listed_on:%d/%m/%Y}"
