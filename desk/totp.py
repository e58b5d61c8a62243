"""Codes of an authenticator app, by RFC 6238: made and read by pyotp, each good once."""

import hmac
from datetime import datetime

import pyotp

EARLY_OR_LATE = 1
"""Half minutes that a phone's clock may be off by, either way."""


def new_secret() -> str:
    """A secret of 160 bits, as it is typed into an app."""
    return pyotp.random_base32()


def app_address(secret: str, login: str, issuer: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The half minute that a code belongs to; None for a wrong one, and for one of ``after`` or before it.

    Every possible code is compared, whichever fits, so that the time it takes tells nothing.
    """
    totp = pyotp.TOTP(secret)
    here = totp.timecode(now)
    near = range(here - EARLY_OR_LATE, here + EARLY_OR_LATE + 1)
    fitting = [step for step in near if hmac.compare_digest(totp.generate_otp(step), code)]
    return next((step for step in fitting if step > after), None)
