"""The agreement that everybody is asked for, as it is read out."""

from content.catalogue import messages

TEXT_VERSION = "2026-11-24"
"""Changes with the words of ``consent.*``; an older agreement is asked again."""


def read_out(lang: str, office: str) -> str:
    """What is asked, and what it means, in full."""
    said = messages(lang)
    return "\n".join(said[key].format(office=office) for key in ("consent.ask", "consent.more"))
