"""What a new list of firms changes: who is new, who is gone, and whose licence or name is another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from db.licences import Licence


@dataclass
class Changes:
    """Firms by what happened to them; a changed one with how it was before."""

    new: list[Licence] = field(default_factory=list)
    gone: list[Licence] = field(default_factory=list)
    status: list[tuple[Licence, Licence]] = field(default_factory=list)
    renamed: list[tuple[Licence, Licence]] = field(default_factory=list)


def compare(before: Iterable[Licence], after: Sequence[Licence]) -> Changes:
    """Compare two lists by licence number."""
    changes = Changes()
    old = {firm.number_key: firm for firm in before}
    for firm in after:
        was = old.pop(firm.number_key, None)
        if was is None:
            changes.new.append(firm)
        elif was.status != firm.status:
            changes.status.append((was, firm))
        elif was.name != firm.name:
            changes.renamed.append((was, firm))
    changes.gone = list(old.values())
    return changes
