"""The form that corrects a fact: what came, what is wrong with it, and the correction that it makes."""

from dataclasses import dataclass
from datetime import date

from content.facts.corrections import to_keep
from content.facts.fact import Fact, read_day, read_value
from db.fact_corrections import FactCorrection

FIELDS = ("value", "source", "checked", "since", "until", "unknown")


@dataclass(frozen=True)
class FactForm:
    """The words of the form's fields as they came."""

    value: str = ""
    source: str = ""
    checked: str = ""
    since: str = ""
    until: str = ""
    unknown: str = ""

    def fault(self, fact: Fact, today: date) -> str | None:
        """The word for what is wrong; None when nothing is."""
        if not self.source or "{" in self.source + self.value:
            return "facts.no_source"
        try:
            if not self.unknown:
                read_value(fact.unit, self.value)
        except ValueError:
            return "facts.no_value"
        try:
            checked, since, until = read_day(self.checked), _day(self.since), _day(self.until)
        except ValueError:
            return "facts.no_day"
        if checked > today:
            return "facts.no_day"
        return "facts.days_crossed" if since and until and since > until else None

    def correction(self, fact: Fact, staff_id: int | None, actor: str) -> FactCorrection:
        """The row that this makes; the form has no fault."""
        value = None if self.unknown else to_keep(read_value(fact.unit, self.value))
        return FactCorrection(
            name=fact.name,
            value=value,
            source=self.source,
            checked_on=read_day(self.checked),
            since=_day(self.since),
            until=_day(self.until),
            staff_id=staff_id,
            actor=actor,
        )


def _day(words: str) -> date | None:
    return read_day(words) if words else None
