"""An account as one turn sees it: the row of ``identity`` read at its start and written at its end."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Account:
    """A plain copy of an ``Identity`` row; ``id`` is None until the account is first written."""

    channel: str
    chat_id: int
    id: int | None = None
    lang: str | None = None
    source: str | None = None
    state: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    active_at: datetime | None = None
    blocked_at: datetime | None = None
    muted_at: datetime | None = None
    hours_told_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        """Nothing has been kept of this account so far."""
        return self.id is None
