"""What a wish brings along in the same words: for whom it is, and what it tells about that person."""

from content.besides import told_besides
from content.for_whom import is_for_other
from handlers import consent
from handlers.form.progress import Progress
from handlers.registration import FOR_OTHER, KIND_OF
from handlers.talk import Talk

PERSONAL = frozenset(("birth_year", "commune", "hamlet", "name", "phone"))


def wish_in(talk: Talk, wish: str, text: str) -> str:
    """The wish with whom it is for; what it tells is used at once, and before the agreement only noted to be lost."""
    if wish not in KIND_OF:
        return wish
    for_other = is_for_other(text)
    told = told_besides(text, talk.today, "phone_owner_other" if for_other else "phone_owner")
    if consent.has_consent(talk):
        talk.told = told
    elif not PERSONAL.isdisjoint(told):
        talk.data["told_early"] = True
    return f"{wish}{FOR_OTHER}" if for_other else wish


def turns_to_other(progress: Progress, text: str) -> bool:
    """Whether the first answer shows that the form is somebody else's: "con tôi sinh năm 2004"."""
    begun = progress.trail or progress.answers.get("name") or progress.whom != "self"
    return not begun and is_for_other(text)
