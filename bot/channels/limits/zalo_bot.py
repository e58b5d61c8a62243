"""Limits of the Zalo Bot Platform, as its documentation was collected on 24 November 2026; some are ours."""

TEXT = 2000
"""Characters (NFC) in one message or caption: sendMessage and sendPhoto take 1-2000 (official)."""
POLL_SECONDS = 30
"""getUpdates' own default; it answers earlier when something comes, and with 408 when nothing did (measured)."""
PAUSE_AFTER_429 = 60
"""Seconds: the platform publishes neither a rate nor a Retry-After (official: "quota exceeded"); ours."""
SECRET_LENGTHS = range(8, 257)
"""Characters of setWebhook's secret_token (official)."""
UPDATE_BYTES = 1_000_000
"""One webhook body; ours: no real one comes near it."""
FILE_BYTES = 20_000_000
"""One photo or voice note that is fetched; ours: no limit is published."""
USERS, MESSAGES_A_MONTH, BOTS = 50, 3_000, 3
"""People a bot, messages a month, bots an account on the only plan on sale (third-party readings, July 2026):
enough for a pilot and for staff, not for the public."""
