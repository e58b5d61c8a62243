"""The record of who looked at, changed or exported what, as the desk's pages call it."""

from db.record import note

__all__ = ["note"]
