"""What a file is by its own first bytes: what a browser or a name says of it is not believed."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "audio/webm"),
    (b"%PDF-", "application/pdf"),
)
_INSIDE = ((b"WAVE", "audio/wav"), (b"WEBP", "image/webp"))
"""Kinds that are told after "RIFF" and a length."""
_MPEG, _ADTS = (0xFB, 0xF3, 0xF2, 0xFA), (0xF1, 0xF9)
"""Second bytes of a frame of sound without a header before it, after 0xFF."""


def kind_of(content: bytes) -> str | None:
    """The media type of a kind that we know; None for every other, whatever it is called."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF":
        return next((kind for mark, kind in _INSIDE if content[8:12] == mark), None)
    if content[4:8] == b"ftyp":
        return "audio/mp4"
    if content[:1] == b"\xff" and len(content) > 1:
        return "audio/mpeg" if content[1] in _MPEG else "audio/aac" if content[1] in _ADTS else None
    return None
