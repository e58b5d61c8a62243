"""Files that people sent, sealed on disk under random names."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from db.seal import Seal

KEPT = "kept:"
"""Begins the file id of an attachment whose bytes lie here already, under the name that follows."""


class FileStore:
    """Keeps and opens sealed files in one directory."""

    def __init__(self, directory: Path, seal: Seal) -> None:
        self._directory = directory
        self._seal = seal

    def keep(self, content: bytes) -> str:
        """Seal and write; returns the name under which it is kept. It waits for the disk: not on the event loop."""
        name = secrets.token_hex(16)
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with unfinished.open("wb") as file:
            file.write(self._seal.close(content))
            file.flush()
            os.fsync(file.fileno())  # a name must never outlive a crash without its bytes
        unfinished.rename(path)
        return name

    def open(self, name: str) -> bytes:
        """Read and unseal; raises ``FileNotFoundError`` and ``SealBroken``."""
        return self._seal.open(self._path(name).read_bytes())

    def drop(self, name: str) -> None:
        """Remove a file; one that is gone already is fine."""
        self._path(name).unlink(missing_ok=True)

    def names(self, before: datetime) -> set[str]:
        """Everything that was written before a moment, unfinished writes among them."""
        found = self._directory.glob("??/*")
        return {path.name for path in found if path.stat().st_mtime < before.timestamp()}

    def _path(self, name: str) -> Path:
        return self._directory / name[:2] / name
