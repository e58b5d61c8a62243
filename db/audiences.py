"""Whom a notice is for: a small query over people as data, and groups that are such a query with a name."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from db.broadcasts import SavedAudience

Kind = Literal["job", "training", "overseas", "loan"]
Status = Literal["new", "contacted", "matched", "referred", "placed", "enrolled", "departed", "closed"]
NoticeKind = Literal["job_fair", "overseas", "course", "general"]


class UnknownGroup(ValueError):
    """An audience names a group that is not there, or a group that is made of groups."""


class Audience(BaseModel):
    """People who fulfil all that is set; several values of one field mean any of them.

    Fields about the account (``langs``, ``channels``, ``follows``) choose accounts: nobody who has none is meant then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: tuple[int, ...] = ()
    """People of any of these groups."""
    places: tuple[int, ...] = ()
    """Communes of any version; a new one stands for those it was made of."""
    hamlets: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    sexes: tuple[Literal["male", "female"], ...] = ()
    langs: tuple[Literal["vi", "km"], ...] = ()
    channels: tuple[str, ...] = ()
    follows: tuple[NoticeKind, ...] = ()
    without_told: bool = False
    """Not those who were told this notice before."""
    without_talking: bool = False
    """Not those who are in the middle of a dialogue."""
    seen_within_days: int | None = None
    """Not those who have been silent for longer."""
    without_groups: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _ages_in_order(self) -> "Audience":
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise ValueError("the ages are the wrong way round")
        return self

    @property
    def chooses_accounts(self) -> bool:
        """Whether it asks for something that only an account has."""
        return bool(self.langs or self.channels or self.follows)

    @property
    def chooses_people(self) -> bool:
        """Whether it asks for something that only a registered person has."""
        about_people = (self.places, self.hamlets, self.kinds, self.statuses, self.sexes)
        return any(about_people) or self.age_from is not None or self.age_to is not None

    @property
    def without(self) -> dict[str, "Audience"]:
        """The exclusions that are set: by name, this audience without that one."""
        loose: dict[str, dict[str, object]] = {
            "without_told": {"without_told": False},
            "without_talking": {"without_talking": False},
            "seen_within_days": {"seen_within_days": None},
            "without_groups": {"without_groups": ()},
        }
        return {name: self.model_copy(update=change) for name, change in loose.items() if getattr(self, name)}


async def save_group(
    session: AsyncSession, name: str, audience: Audience, staff_id: int | None, now: datetime
) -> SavedAudience:
    """Keep a query under a name; the same name again changes it. Raises ``UnknownGroup`` for one made of groups."""
    if audience.groups or audience.without_groups:
        raise UnknownGroup("a group is not made of groups")
    group = await session.scalar(select(SavedAudience).where(SavedAudience.name == name))
    if group is None:
        group = SavedAudience(name=name, created_by=staff_id, created_at=now)
        session.add(group)
    group.query, group.updated_at = audience.model_dump(mode="json", exclude_defaults=True), now
    await session.flush()
    return group


async def groups(session: AsyncSession) -> Sequence[SavedAudience]:
    """All groups by name."""
    return (await session.scalars(select(SavedAudience).order_by(SavedAudience.name))).all()


async def read_groups(connection: AsyncConnection, audience: Audience) -> dict[int, Audience]:
    """The queries of the groups that an audience names, as they are now. Raises ``UnknownGroup``."""
    named = {*audience.groups, *audience.without_groups}
    if not named:
        return {}
    query = select(SavedAudience.id, SavedAudience.query).where(SavedAudience.id.in_(named))
    found = {row.id: Audience.model_validate(row.query) for row in await connection.execute(query)}
    if missing := named - set(found):
        raise UnknownGroup(f"no group {sorted(missing)}")
    return found
