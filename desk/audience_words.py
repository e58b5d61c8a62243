"""An audience as one sentence that staff can read and check before anything is sent."""

from collections.abc import Mapping, Sequence

from db.audiences import Audience
from desk.words import word


def describe(audience: Audience, places: Mapping[int, str], groups: Mapping[int, str]) -> str:
    """Whom it means, in the language of the page; ``places`` and ``groups`` are names by number."""
    parts = [*_people(audience, places), *_accounts(audience)]
    if audience.groups:
        parts.insert(0, word("audience.groups", names=_any([groups.get(n, str(n)) for n in audience.groups])))
    said = "; ".join(parts) if parts else word("audience.everybody")
    if left_out := _left_out(audience, groups):
        said += ". " + word("audience.without", whom="; ".join(left_out))
    return said


def _people(asked: Audience, places: Mapping[int, str]) -> list[str]:
    parts = []
    if asked.places:
        parts.append(word("audience.places", names=_any([places.get(n, str(n)) for n in asked.places])))
    if asked.hamlets:
        parts.append(word("audience.hamlets", names=_any(asked.hamlets)))
    if asked.kinds:
        parts.append(word("audience.kinds", names=_any([word(f"kind.{kind}") for kind in asked.kinds])))
    if asked.statuses:
        parts.append(word("audience.statuses", names=_any([word(f"status.{status}") for status in asked.statuses])))
    parts += _ages(asked.age_from, asked.age_to)
    return parts + [word(f"audience.{sex}") for sex in asked.sexes if len(asked.sexes) == 1]


def _ages(youngest: int | None, oldest: int | None) -> list[str]:
    if youngest is not None and oldest is not None:
        return [word("audience.ages", youngest=youngest, oldest=oldest)]
    if youngest is not None:
        return [word("audience.age_from", youngest=youngest)]
    return [] if oldest is None else [word("audience.age_to", oldest=oldest)]


def _accounts(asked: Audience) -> list[str]:
    parts = [word(f"audience.{lang}") for lang in asked.langs if len(asked.langs) == 1]
    if asked.channels:
        names = dict.fromkeys(word(f"channel.{channel}") for channel in asked.channels)
        parts.append(word("audience.channels", names=_any(list(names))))
    if asked.follows:
        names = dict.fromkeys(word(f"notice.kind.{kind}") for kind in asked.follows)
        parts.append(word("audience.follows", names=_any(list(names))))
    return parts


def _left_out(asked: Audience, groups: Mapping[int, str]) -> list[str]:
    parts = [word(f"audience.{name}") for name in ("without_told", "without_talking") if getattr(asked, name)]
    if asked.seen_within_days is not None:
        parts.append(word("audience.silent", days=asked.seen_within_days))
    if asked.without_groups:
        parts.append(word("audience.of_groups", names=_any([groups.get(n, str(n)) for n in asked.without_groups])))
    return parts


def _any(names: Sequence[str]) -> str:
    """``a, b or c``."""
    if len(names) == 1:
        return names[0]
    return word("audience.or", first=", ".join(names[:-1]), last=names[-1])
