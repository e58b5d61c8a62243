"""Telegram's limits, from the Bot API documentation as read in November 2026."""

POLL_SECONDS = 50
"""Long polling; the server answers earlier when something comes."""
UPDATE_BYTES = 1_000_000
"""Our own bound: no real update comes near it."""
PER_SECOND = 30
"""Messages to all chats together (Bot FAQ, "My bot is hitting limits"); not contractual, so 429 is obeyed beside it."""
CHAT_SECONDS = 1.0
"""Between two messages to one chat (the same page)."""
