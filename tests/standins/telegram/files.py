"""Files on the server: uploaded by the bot or sent by people, fetched again by their file_id."""

from dataclasses import dataclass, field
from typing import Final

from tests.standins.telegram.calls import Upload
from tests.standins.telegram.errors import ApiError, broken, refused
from tests.standins.telegram.wire import Json

MAX_DOWNLOAD: Final = 20 * 1024 * 1024
"""Bytes a bot may fetch with getFile."""
MAX_UPLOAD: Final = 50 * 1024 * 1024
"""Bytes a bot may send as a file."""
MAX_PHOTO: Final = 10 * 1024 * 1024
"""Bytes a bot may send as a photo."""
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file; `path` is where getFile says it lies."""

    file_id: str
    path: str
    name: str
    mime_type: str
    content: bytes

    def fields(self) -> Json:
        """The fields that every kind of file has on the wire."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_size": len(self.content),
        }


@dataclass
class FileStore:
    """All files, by file_id and by path."""

    by_id: dict[str, StoredFile] = field(default_factory=dict)
    by_path: dict[str, StoredFile] = field(default_factory=dict)

    def add(self, folder: str, name: str, mime_type: str, content: bytes) -> StoredFile:
        number = len(self.by_id) + 1
        extension = name.rpartition(".")[2] if "." in name else "bin"
        stored = StoredFile(f"F{number:06}", f"{folder}/file_{number}.{extension}", name, mime_type, content)
        self.by_id[stored.file_id] = stored
        self.by_path[stored.path] = stored
        return stored

    def get(self, file_id: str) -> StoredFile:
        if file_id not in self.by_id:
            raise refused("wrong file_id or the file is temporarily unavailable")
        return self.by_id[file_id]

    def received(self, kind: str, reference: str | None, uploads: dict[str, Upload]) -> StoredFile:
        """What `reference` means: a file_id, an attachment, a URL, or (absent) the part named `kind`."""
        key = reference.removeprefix("attach://") if reference else kind
        if key in uploads:
            return self._uploaded(kind, uploads[key])
        if reference and reference.startswith(("http://", "https://")):
            return self.add(f"{kind}s", reference.rpartition("/")[2], "", reference.encode())
        if reference not in self.by_id:
            raise refused("wrong file identifier/HTTP URL specified")
        return self.by_id[reference]

    def _uploaded(self, kind: str, upload: Upload) -> StoredFile:
        if not upload.content:
            raise broken("file must be non-empty")
        if len(upload.content) > (MAX_PHOTO if kind == "photo" else MAX_UPLOAD):
            raise ApiError(413, "Request Entity Too Large", violation=True)
        if kind == "photo" and not upload.content.startswith(_PICTURES):
            raise broken("IMAGE_PROCESS_FAILED")
        return self.add(f"{kind}s", upload.name, upload.mime_type, upload.content)
