"""Every table in one place, for the migrations."""

from db import messages, notices, people, places, registrations, reminders, staff
from db.base import Base

__all__ = ["Base", "messages", "notices", "people", "places", "registrations", "reminders", "staff"]
