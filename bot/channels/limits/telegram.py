"""Telegram's limits, from the Bot API documentation as read in November 2026."""

POLL_SECONDS = 50
"""Long polling; the server answers earlier when something comes."""
UPDATE_BYTES = 1_000_000
"""Our own bound: no real update comes near it."""
