"""An audience as SQL: the conditions on people and on accounts, with their values bound by name."""
# ruff: noqa: S608 - every part is written here; what staff choose is bound, never written into the query

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from db.audiences import Audience

TALKING = timedelta(hours=1)
"""Somebody who wrote within this and is in the middle of something is in a dialogue."""
REACHABLE = """
    i.blocked_at IS NULL AND i.muted_at IS NULL AND i.channel = ANY(:served)
    AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.identity_id = i.id)
    AND EXISTS (SELECT 1 FROM consent c WHERE c.identity_id = i.id AND c.withdrawn_at IS NULL)
"""
"""The account may be written to: not blocked, not silenced by its owner, and with a consent in force."""
SILENT = """
    (i.muted_at IS NOT NULL OR EXISTS (SELECT 1 FROM mute m WHERE m.identity_id = i.id)
     OR EXISTS (SELECT 1 FROM consent c WHERE c.identity_id = i.id AND c.withdrawn_at IS NOT NULL)
        AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.identity_id = i.id AND c.withdrawn_at IS NULL))
"""
"""The account's owner wants to hear nothing: nobody calls them about a notice either."""
_IN_PLACES = "(SELECT id FROM place WHERE id = ANY({0}) OR successor_id = ANY({0}) OR parent_id = ANY({0}))"


@dataclass
class Selection:
    """Builds the conditions of one audience and collects the values that they name."""

    audience: Audience
    groups: Mapping[int, Audience]
    now: datetime
    notice_id: int | None = None
    within: list[int] | None = None
    """Only people of these places; None for everywhere."""
    values: dict[str, object] = field(default_factory=dict)

    def people(self) -> str:
        """The condition on ``worker w``."""
        parts = ["w.merged_into IS NULL", *self._facts(self.audience), *self._groups("w.id", Selection._members)]
        parts += self._bounds()
        # joins, one each: an OR or a list between them would be looked through for every person anew
        own = "SELECT 1 FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id WHERE wi.worker_id = w.id"
        if self.audience.without_told:
            parts.append(f"NOT EXISTS ({self._told('d.worker_id = w.id')})")
            through = self._told("d.identity_id = wi.identity_id AND wi.worker_id = w.id", "worker_identity wi,")
            parts.append(f"NOT EXISTS ({through})")
        if self.audience.without_talking:
            parts.append(f"NOT EXISTS ({own} AND {self._talking()})")
        if self.audience.seen_within_days is not None:
            parts.append(f"EXISTS ({own} AND {self._seen()})")
        return " AND ".join(parts)

    def accounts(self) -> str:
        """The condition on ``identity i`` of a person who was chosen."""
        return " AND ".join(self._account_facts(self.audience)) or "true"

    def bare_accounts(self) -> str:
        """The condition on ``identity i`` of somebody who never registered; false where a person's facts are asked."""
        if self.audience.chooses_people or self.within is not None:
            return "false"
        parts = [*self._account_facts(self.audience), *self._groups("i.id", Selection._bare_members)]
        if self.audience.without_told:
            parts.append(f"NOT EXISTS ({self._told('d.identity_id = i.id')})")
        if self.audience.without_talking:
            parts.append(f"NOT ({self._talking()})")
        if self.audience.seen_within_days is not None:
            parts.append(self._seen())
        return " AND ".join(parts) or "true"

    def _bind(self, value: object, kind: str) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = list(value) if isinstance(value, tuple) else value
        return f"CAST(:{name} AS {kind})"

    def _any(self, column: str, value: tuple[object, ...]) -> str:
        return f"{column} = ANY({self._bind(value, 'text[]')})"

    def _facts(self, asked: Audience) -> list[str]:
        """What the worker's own row and registrations must fulfil."""
        parts = []
        if asked.places:
            parts.append(f"w.place_id IN {_IN_PLACES.format(self._bind(asked.places, 'bigint[]'))}")
        for column, value in (("w.hamlet", asked.hamlets), ("w.sex", asked.sexes)):
            if value:
                parts.append(self._any(column, value))
        year = self.now.year
        if asked.age_from is not None:
            parts.append(f"w.birth_year <= {self._bind(year - asked.age_from, 'smallint')}")
        if asked.age_to is not None:
            parts.append(f"w.birth_year >= {self._bind(year - asked.age_to, 'smallint')}")
        needs = [self._any(f"r.{n}", v) for n, v in (("kind", asked.kinds), ("status", asked.statuses)) if v]
        if needs:
            parts.append(f"w.id IN (SELECT r.worker_id FROM registration r WHERE {' AND '.join(needs)})")
        return parts

    def _account_facts(self, asked: Audience) -> list[str]:
        parts = []
        if asked.langs:
            unsaid = " OR i.lang IS NULL" if "vi" in asked.langs else ""  # the planner knows nothing of a coalesce
            parts.append(f"({self._any('i.lang', asked.langs)}{unsaid})")
        if asked.channels:
            parts.append(self._any("i.channel", asked.channels))
        if asked.follows:
            kinds = self._any("f.kind", asked.follows)
            where = ""
            if asked.places:
                places = _IN_PLACES.format(self._bind(asked.places, "bigint[]"))
                where = f" AND (f.place_id IS NULL OR f.place_id IN {places})"
            followed = f"SELECT f.identity_id FROM follow f WHERE (f.kind IS NULL OR {kinds}){where}"
            parts.append(f"i.id IN ({followed})")
        return parts

    def _groups(self, column: str, members: Callable[["Selection"], str]) -> list[str]:
        parts = []
        for names, word in ((self.audience.groups, "IN"), (self.audience.without_groups, "NOT IN")):
            if names:
                parts.append(f"{column} {word} ({' UNION '.join(members(self._group(one)) for one in names)})")
        return parts

    def _group(self, number: int) -> "Selection":
        return Selection(self.groups[number], {}, self.now, self.notice_id, values=self.values)

    def _members(self) -> str:
        """The workers of a group."""
        accounts = ""
        if self.audience.chooses_accounts:
            own = "SELECT 1 FROM worker_identity wi JOIN identity i ON i.id = wi.identity_id WHERE wi.worker_id = w.id"
            accounts = f" AND EXISTS ({own} AND {self.accounts()})"
        return f"SELECT w.id FROM worker w WHERE {self.people()}{accounts}"

    def _bare_members(self) -> str:
        return f"SELECT i.id FROM identity i WHERE {self.bare_accounts()}"

    def _bounds(self) -> list[str]:
        return [] if self.within is None else [f"w.place_id = ANY({self._bind(tuple(self.within), 'bigint[]')})"]

    def _told(self, whom: str, beside: str = "") -> str:
        deliveries = "delivery d JOIN broadcast b ON b.id = d.broadcast_id"
        this = f"d.state IN ('sent', 'uncertain') AND b.notice_id = {self._bind(self.notice_id, 'bigint')}"
        return f"SELECT 1 FROM {beside} {deliveries} WHERE ({whom}) AND {this}"

    def _talking(self) -> str:
        since = self._bind(self.now - TALKING, "timestamptz")
        return f"(i.state IS NOT NULL OR i.data ? 'draft') AND i.active_at > {since}"

    def _seen(self) -> str:
        days = timedelta(days=self.audience.seen_within_days or 0)
        return f"i.active_at > {self._bind(self.now - days, 'timestamptz')}"
