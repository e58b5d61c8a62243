"""Our own bounds for the web chat, generous to a village behind one mobile address."""

TEXT = 4000
"""Characters in one message."""
FRAME_BYTES = 64_000
"""Bytes in one WebSocket frame."""
UPLOAD_BYTES = 5_000_000
BURST, PER_SECOND = 60, 2.0
"""Messages from one identity: at once, and then each second."""
ADDRESS_BURST, ADDRESS_PER_SECOND = 600, 20.0
"""Messages from one network address: many phones share one."""
NEWCOMERS_BURST, NEWCOMERS_PER_SECOND = 200, 0.1
"""New identities from one address: at once, and then each second (six a minute)."""
HISTORY = 30
"""Messages sent again to a phone that has none or few of them."""
KEEP_DAYS = 30
"""Days for which a web chat's messages are kept for phones that come back."""
