"""The unfinished form in the conversation's data, with its sensitive answers sealed."""

from typing import Any

from content.forms import FORMS, FORMS_FOR_OTHER, SENSITIVE_KEYS
from content.question import Form
from db.seal import Seal
from handlers.form.progress import Progress

SEALED = "sealed"


def load(data: dict[str, Any]) -> Progress | None:
    """Read the unfinished form, or None; its sensitive answers stay sealed until they are shown or kept."""
    draft = data.get("draft")
    if draft is None or draft["form"] not in FORMS:
        return None
    return Progress.from_json(draft)


def keep(data: dict[str, Any], progress: Progress, seal: Seal) -> None:
    """Write the unfinished form."""
    draft = progress.to_json()
    draft["answers"] = _close(progress.answers, seal)
    draft["before"] = progress.before and _close(progress.before, seal)
    data["draft"] = draft


def drop(data: dict[str, Any]) -> None:
    """Forget the unfinished form."""
    data.pop("draft", None)


def drop_all(data: dict[str, Any]) -> None:
    """Forget every unfinished form, those laid aside among them."""
    drop(data)
    data.pop("aside", None)


def is_any(data: dict[str, Any]) -> bool:
    """Whether there is an unfinished form to go on with."""
    return bool(data.get("draft") or data.get("aside"))


def form_of(progress: Progress) -> Form:
    """The form that is being filled in."""
    return (FORMS_FOR_OTHER if progress.whom == "other" else FORMS)[progress.form]


def opened(value: Any, seal: Seal) -> Any:
    """An answer as it was given, unsealed where it is sealed."""
    return seal.open_word(value[SEALED]) if isinstance(value, dict) and SEALED in value else value


def _close(answers: dict[str, Any], seal: Seal) -> dict[str, Any]:
    return {
        key: {SEALED: seal.close_word(value)} if key in SENSITIVE_KEYS and isinstance(value, str) else value
        for key, value in answers.items()
    }
