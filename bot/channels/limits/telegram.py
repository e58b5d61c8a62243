"""Telegram's limits, from the Bot API documentation as read in November 2026."""

TEXT = 4096
"""Characters in a message, after entities."""
CALLBACK_BYTES = 64
"""Bytes in a button's ``callback_data``."""
BUTTONS_A_ROW = 8
POLL_SECONDS = 50
"""Long polling; the server answers earlier when something comes."""
UPDATE_BYTES = 1_000_000
"""Our own bound: no real update comes near it."""
DOWNLOAD_BYTES = 20_000_000
"""The largest file that a bot may fetch from the public Bot API."""
