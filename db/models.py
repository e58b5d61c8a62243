"""Every table in one place, for the migrations."""

from db import messages, people, places, registrations, staff
from db.base import Base

__all__ = ["Base", "messages", "people", "places", "registrations", "staff"]
