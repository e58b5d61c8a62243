"""Limits of Zalo's Official Account API, as its documentation was read in August to October 2026."""

from datetime import timedelta

TEXT = 2000
"""Characters (code points after composing) of a text or a caption; a longer one is refused with -210."""
BUTTONS = 5
"""Buttons on one message (appendix on the parameter ``buttons``)."""
TITLE = 40
"""Characters of a button's title. The real bound was not found in print; practice goes to 100, phones show about 40."""
PAYLOAD = 1000
"""Characters that a tapped button sends back."""
INFO_TITLE, INFO_SUBTITLE = 100, 500
"""Characters in the card that asks for name and phone."""
IMAGE_BYTES = 1_000_000
"""A jpg or png, uploaded or by address."""
FILE_BYTES = 5_000_000
FILE_KINDS = (".pdf", ".doc", ".docx", ".csv")
UPLOADS_LIVE = timedelta(days=6)
"""An uploaded file expires after 7 days; we forget it a day before."""

ACCESS_LIVES = timedelta(hours=25)
REFRESH_AFTER = timedelta(hours=20)
"""The age at which we ask for a new pair: early enough for many tries and a night."""
REST = ACCESS_LIVES - REFRESH_AFTER
"""What a token has left then."""
YOUNG = timedelta(minutes=5)
"""A token that is refused so soon is refused for another reason than its age."""
DOUBT = timedelta(minutes=2)
"""For how long a refresh whose answer never came may still be under way at Zalo's side."""
VERIFIER = 43
"""Characters of PKCE's verifier, exactly."""

EVENT_BYTES = 1_000_000
"""Our own bound for a webhook's body: no real event comes near it."""
EVENT_AGE = timedelta(hours=6)
"""Zalo repeats an event for an hour and fifty minutes; what claims to be older than this is a replay."""
EVENT_AHEAD = timedelta(minutes=10)
"""How far an event may be ahead of our clock."""
MEDIA_BYTES = 25_000_000
"""Our own bound for a photo, voice note or file that a person sent."""
CALL_SECONDS = 10.0
PER_MINUTE = {"growth": 100, "comprehensive": 2000}
"""Calls a minute by the Official Account's plan; templates are not counted."""
FOR_REPLIES = 0.4
"""The part of that which bulk leaves to people's own questions: our choice."""
CHAT_SECONDS = 1.0
"""Between two messages of a broadcast to one person: our choice."""
TRACKING = 48
"""Characters of a template's tracking id."""
TEMPLATES_A_PAGE = 100
"""Templates in one answer of ``/template/all``."""
