"""One page up, for those who type "back": what the small button that leads there does."""

from handlers.talk import Talk

PARENTS = frozenset(("loans:all", "go:loans", "abroad:home", "training:home", "go:notices", "go:my_registrations"))
"""The pages that have pages below them, as their buttons say it."""


def way_up(talk: Talk) -> str | None:
    """What leads up from our last message; None where only the menu is above it."""
    below: list[list[str]] = talk.data.get("below", [])
    return next((data for _, data in reversed(below) if data in PARENTS), None)
