"""Our own bounds for the web chat, generous to a village behind one mobile address."""

TEXT = 4000
"""Characters in one message."""
FRAME_BYTES = 64_000
"""Bytes in one WebSocket frame."""
UPLOAD_BYTES = 5_000_000
"""Bytes in one photo or voice note."""
UPLOADS_A_DAY, UPLOAD_BYTES_A_DAY = 40, 60_000_000
"""Files and bytes from one identity."""
ADDRESS_UPLOADS_A_DAY, ADDRESS_UPLOAD_BYTES_A_DAY = 400, 600_000_000
"""Files and bytes from one network address."""
BURST, PER_SECOND = 60, 2.0
"""Messages from one identity: at once, and then each second."""
ADDRESS_BURST, ADDRESS_PER_SECOND = 600, 20.0
"""Messages from one network address: many phones share one."""
FRAMES_BURST, FRAMES_PER_SECOND = 400, 10.0
"""Frames of any kind from one identity: those above it wait to be read."""
HELLO_SECONDS = 10.0
"""For how long an open line may stay without its hello."""
LINES = 8
"""Lines that one identity may have open; one more closes the oldest, which is most likely dead."""
ADDRESS_LINES = 300
"""Lines from one network address: carriers put many phones behind one."""
NEWCOMERS_BURST, NEWCOMERS_PER_SECOND = 200, 0.1
"""New identities from one address: at once, and then each second (six a minute)."""
KEPT = 60
"""Messages of a chat that are kept once its page has confirmed them."""
HISTORY = 30
"""Messages sent again to a phone that has none or few of them."""
