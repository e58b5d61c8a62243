"""Files are known by their bytes."""

import pytest

from content.file_kinds import kind_of


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0..JFIF", "image/jpeg"), (b"\x89PNG\r\n\x1a\n..", "image/png"), (b"GIF89a", "image/gif"),
        (b"OggS\0", "audio/ogg"), (b"ID3\x04", "audio/mpeg"), (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\xff\xf1P", "audio/aac"), (b"\0\0\0 ftypM4A ", "audio/mp4"), (b"\x1aE\xdf\xa3", "audio/webm"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"), (b"RIFF\0\0\0\0WEBP", "image/webp"), (b"%PDF-1.7", "application/pdf"),
        (b"<html>", None), (b"<svg xmlns", None), (b"", None), (b"\xff", None), (b"MZ\x90", None),
        (b"RIFF\0\0\0\0AVI ", None), (b" %PDF-1.7", None), (b"\xff\xd8 a picture", None),
    ],
)  # fmt: skip
def test_what_it_is(content: bytes, kind: str | None) -> None:
    assert kind_of(content) == kind
