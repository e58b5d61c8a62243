"""Every table in one place, for the migrations."""

from db import (
    alarms,
    broadcasts,
    contract_checks,
    licences,
    linking,
    messages,
    notices,
    people,
    places,
    registrations,
    reminders,
    staff,
    zalo_budget,
    zalo_inbox,
    zalo_templates,
    zalo_tokens,
)
from db.base import Base

__all__ = [
    "Base",
    "alarms",
    "broadcasts",
    "contract_checks",
    "licences",
    "linking",
    "messages",
    "notices",
    "people",
    "places",
    "registrations",
    "reminders",
    "staff",
    "zalo_budget",
    "zalo_inbox",
    "zalo_templates",
    "zalo_tokens",
]
