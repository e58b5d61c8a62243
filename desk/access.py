"""Who is at the desk and what they may see and do: the one place where roles are decided."""

import re
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from content.reading.phones import mask_phones_in
from db.bounds import EVERYWHERE, LOCAL, LOOKING, PRIVATE, PUBLISHING, RELEASING, Bounds, bounds_of
from db.staff import Staff

__all__ = ["EVERYWHERE", "LOCAL", "LOOKING", "PRIVATE", "PUBLISHING", "Viewer", "viewer_of"]

OWN_FACTS = {"bank": "vbsp", "job_centre": "job_centre"}
"""Roles that may correct the facts which they can confirm themselves; the district's roles may correct all."""

OVERSEEING = (*EVERYWHERE, "commune")
"""Roles that share work out among others."""

_DIGITS = re.compile(r"\d\D?\d")
"""Two digits beside each other, or with a sign between them, are a part of a phone number; a hamlet's are not."""


@dataclass(frozen=True)
class Viewer:
    """A logged-in member of staff; ``places`` are communes seen whole, None means all, ``hamlets`` come besides."""

    id: int
    login: str
    name: str
    role: str
    lang: str
    must_change: bool
    places: frozenset[int] | None
    hamlets: frozenset[int] = frozenset()

    @property
    def bounds(self) -> Bounds:
        """What they may see, as conditions for queries."""
        return Bounds(self.places, self.hamlets)

    @property
    def is_administrator(self) -> bool:
        """May manage staff and read the record."""
        return self.role == "administrator"

    @property
    def sees_phones(self) -> bool:
        """Whole phone numbers, not masked ones."""
        return self.role not in LOOKING

    def reads(self, words: str) -> str:
        """Somebody's own words as this viewer may read them: a number that stands in them is a phone, too."""
        return words if self.sees_phones else mask_phones_in(words)

    def may_search(self, words: str) -> bool:
        """Whether a search is theirs: digit by digit it would tell a number that is masked for them."""
        return self.sees_phones or not _DIGITS.search(words)

    @property
    def sees_private(self) -> bool:
        """The sealed facts: household and ethnicity."""
        return self.role in PRIVATE

    @property
    def may_change(self) -> bool:
        """May change statuses and close requests."""
        return self.role not in LOOKING

    @property
    def oversees(self) -> bool:
        """Sees what others have to do, within their places, and not only their own."""
        return self.role in OVERSEEING

    @property
    def may_export(self) -> bool:
        """May take lists away."""
        return self.role not in LOOKING

    def may_correct(self, confirm: str) -> bool:
        """May correct a fact that these people can confirm."""
        return self.role in EVERYWHERE or OWN_FACTS.get(self.role) == confirm

    @property
    def publishes(self) -> tuple[str, ...]:
        """The kinds of notices that are theirs to publish."""
        return PUBLISHING.get(self.role, ())

    @property
    def releases(self) -> bool:
        """May let a broadcast go, and stop it."""
        return self.role in RELEASING

    @property
    def may_load_lists(self) -> bool:
        """May load the list of licensed firms: what it says is told to everybody."""
        return self.role in EVERYWHERE

    @property
    def may_erase(self) -> bool:
        """May delete a person who has no chat to do it in."""
        return self.role in EVERYWHERE

    @property
    def may_open_files(self) -> bool:
        """May listen to voice notes and open photos."""
        return self.role not in LOOKING


async def viewer_of(session: AsyncSession, staff: Staff) -> Viewer:
    """The viewer for an account, with what its places cover."""
    bounds = await bounds_of(session, staff)
    known = (staff.id, staff.login, staff.name, staff.role, staff.lang, staff.must_change)
    return Viewer(*known, bounds.places, bounds.hamlets)
