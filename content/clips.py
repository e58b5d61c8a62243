"""Recordings and pictures of lesson cards: files that the office puts into a folder, found by their card."""

import re
from dataclasses import dataclass
from pathlib import Path

NAMED = "clip:"
"""How such a file's name begins in a reply, where Telegram has a file's id or address."""
VOICES = (".ogg", ".mp3", ".m4a", ".aac")
PICTURES = (".jpg", ".png", ".webp")
_NAME = re.compile(r"[a-z0-9_-]+/[a-z0-9_-]+(?:\.(?:vi|km))?\.[a-z0-9]+")


@dataclass
class Clips:
    """One a process. Without a folder there are none, and the text stands alone."""

    folder: Path | None = None

    def of(self, lesson: str, card: str, lang: str, endings: tuple[str, ...]) -> str | None:
        """The name of a card's file in this language, or of one for both; None when the office has added none."""
        names = (f"{lesson}/{card}{middle}{ending}" for middle in (f".{lang}", "") for ending in endings)
        return next((name for name in names if self.path(name)), None)

    def path(self, name: str) -> Path | None:
        """Where a named file lies; None for a name that can be none, or that is not there."""
        if self.folder is None or not _NAME.fullmatch(name) or not name.endswith((*VOICES, *PICTURES)):
            return None
        path = self.folder / name
        return path if path.is_file() else None


clips = Clips()
