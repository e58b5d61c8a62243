"""What only one kind of notice has, read from its JSON and written back; what is not filled in yet is empty or None."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self

from content.catalogue import LANGUAGES

MARKETS = ("japan", "korea", "taiwan", "other")
COSTS = ("service", "training", "language", "health", "passport", "visa", "ticket", "other")
"""The lines of a cost sheet. There is none for a broker: taking such money from a worker is forbidden."""
EMPLOYERS = 12
"""As many fit one notice; a longer list goes into a file."""


@dataclass(frozen=True)
class Both:
    """The same words in both languages."""

    vi: str = ""
    km: str = ""

    def said(self, lang: str) -> str:
        """The words for a reader."""
        return self.km if lang == "km" else self.vi

    def missing(self) -> list[str]:
        """The languages in which nothing is written."""
        return [lang for lang in LANGUAGES if not self.said(lang)]

    @classmethod
    def read(cls, value: object) -> Self:
        """Read what a JSON has; anything else is nothing."""
        words = value if isinstance(value, Mapping) else {}
        return cls(*(str(words.get(lang) or "") for lang in LANGUAGES))


@dataclass(frozen=True)
class Employer:
    """Who looks for people at a fair, for which work, and how many."""

    name: str
    jobs: Both
    places: int | None = None


@dataclass(frozen=True)
class Fair:
    """A job fair."""

    kind: ClassVar[str] = "job_fair"
    employers: tuple[Employer, ...] = ()
    bring: Both = Both()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read the JSON of a notice."""
        rows = [row for row in data.get("employers") or () if isinstance(row, Mapping)]
        return cls(tuple(_employer(row) for row in rows), Both.read(data.get("bring")))


@dataclass(frozen=True)
class Overseas:
    """A contract abroad: who sends, under which licence and order, for what wage, at what cost."""

    kind: ClassVar[str] = "overseas"
    market: str = ""
    country: Both = Both()
    """The country's name where the market is ``other``."""
    firm: str = ""
    licence: str = ""
    list_date: date | None = None
    """The day when the official list of licensed firms was looked at."""
    order: str = ""
    """Under which number the order is registered with the authority."""
    places: int | None = None
    wage: int | None = None
    """Đồng a month."""
    months: int | None = None
    costs: tuple[tuple[str, int | None], ...] = tuple((line, None) for line in COSTS)
    """Đồng for each line; 0 is "the worker pays nothing", None is not filled in."""
    ceiling: int | None = None
    """What the service fee may be at most by law, in đồng."""
    checked: bool | None = None
    """Whether this office has checked the order."""

    @property
    def total(self) -> int:
        """All that the worker pays, as far as it is filled in."""
        return sum(amount or 0 for _, amount in self.costs)

    @property
    def service(self) -> int | None:
        """The service fee."""
        return dict(self.costs).get("service")

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read the JSON of a notice."""
        costs = data.get("costs") if isinstance(data.get("costs"), Mapping) else {}
        return cls(
            market=data["market"] if data.get("market") in MARKETS else "",
            country=Both.read(data.get("country")),
            firm=_words(data, "firm"),
            licence=_words(data, "licence"),
            list_date=_day(data.get("list_date")),
            order=_words(data, "order"),
            places=_number(data.get("places")),
            wage=_number(data.get("wage")),
            months=_number(data.get("months")),
            costs=tuple((line, _number((costs or {}).get(line))) for line in COSTS),
            ceiling=_number(data.get("ceiling")),
            checked=data["checked"] if isinstance(data.get("checked"), bool) else None,
        )


@dataclass(frozen=True)
class Course:
    """A vocational course."""

    kind: ClassVar[str] = "course"
    trade: Both = Both()
    school: Both = Both()
    days: int | None = None
    support: Both = Both()
    """What a learner gets: tuition, meals, travel."""
    places: int | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read the JSON of a notice."""
        words = {name: Both.read(data.get(name)) for name in ("trade", "school", "support")}
        return cls(days=_number(data.get("days")), places=_number(data.get("places")), **words)


@dataclass(frozen=True)
class General:
    """Other news, which has nothing but its words and dates."""

    kind: ClassVar[str] = "general"

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """There is nothing to read."""
        return cls()


Details = Fair | Overseas | Course | General
_KINDS: dict[str, type[Details]] = {one.kind: one for one in (Fair, Overseas, Course, General)}


def read_details(kind: str, data: Mapping[str, Any]) -> Details:
    """Read a notice's details; raises ``KeyError`` for a kind that there is not."""
    return _KINDS[kind].read(data)


def write_details(details: Details) -> dict[str, Any]:
    """The details as JSON."""
    data = asdict(details)
    for field in fields(details):
        if isinstance(data[field.name], date):
            data[field.name] = data[field.name].isoformat()
    if isinstance(details, Overseas):
        data["costs"] = dict(details.costs)
    return data


def _employer(row: Mapping[str, Any]) -> Employer:
    return Employer(_words(row, "name"), Both.read(row.get("jobs")), _number(row.get("places")))


def _words(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
