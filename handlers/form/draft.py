"""The unfinished form in the conversation's data, with its sensitive answers sealed."""

from typing import Any

from db.seal import Seal
from handlers.form.forms import FORMS, SENSITIVE_KEYS
from handlers.form.progress import Progress
from handlers.form.question import Form

SEALED = "sealed"


def load(data: dict[str, Any], seal: Seal) -> Progress | None:
    """Read the unfinished form, or None."""
    draft = data.get("draft")
    if draft is None or draft["form"] not in FORMS:
        return None
    opened = draft | {name: _open(draft[name], seal) for name in ("answers", "before") if draft[name] is not None}
    return Progress.from_json(opened)


def keep(data: dict[str, Any], progress: Progress, seal: Seal) -> None:
    """Write the unfinished form."""
    draft = progress.to_json()
    for name in ("answers", "before"):
        if draft[name] is not None:
            draft[name] = _close(draft[name], seal)
    data["draft"] = draft


def drop(data: dict[str, Any]) -> None:
    """Forget the unfinished form."""
    data.pop("draft", None)


def form_of(progress: Progress) -> Form:
    """The form that is being filled in."""
    return FORMS[progress.form]


def _close(answers: dict[str, Any], seal: Seal) -> dict[str, Any]:
    return {
        key: {SEALED: seal.close_word(value)} if key in SENSITIVE_KEYS and isinstance(value, str) else value
        for key, value in answers.items()
    }


def _open(answers: dict[str, Any], seal: Seal) -> dict[str, Any]:
    return {
        key: seal.open_word(value[SEALED]) if isinstance(value, dict) and SEALED in value else value
        for key, value in answers.items()
    }
