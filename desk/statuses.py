"""Which status may follow which, as pure rules."""

from db.registrations import CLOSED

NEXT: dict[str, tuple[str, ...]] = {
    "new": ("contacted", "closed"),
    "contacted": ("matched", "referred", "closed"),
    "matched": ("placed", "enrolled", "departed", "closed"),
    "referred": ("placed", "enrolled", "departed", "closed"),
    **dict.fromkeys(CLOSED, ()),
}
"""A case is called first, then a place is found or the person is sent on, then it ends; it may be closed any time."""
REASON_LENGTH = (3, 300)


class Refused(Exception):
    """A change that can't be; ``key`` is the word that explains it, ``values`` what it names."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def check(current: str, wanted: str, reason: str) -> None:
    """Raise ``Refused`` where the step can't be taken, with what would be possible."""
    if wanted not in NEXT:
        raise Refused("status.unknown")
    if wanted not in NEXT[current]:
        raise Refused("status.ended" if not NEXT[current] else "status.wrong", current=current, wanted=wanted)
    shortest, longest = REASON_LENGTH
    if wanted == "closed" and not shortest <= len(reason) <= longest:
        raise Refused("status.reason")
