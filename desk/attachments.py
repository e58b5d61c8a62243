"""Giving out what somebody sent: opened from its seal, shown in the page only when it is sound or picture."""

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.responses import Response

from db.files import FileStore
from db.notices import NoticeFile
from db.registrations import Attachment
from db.seal import SealBroken

SHOWN = ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm", "audio/wav", "audio/aac", "image/jpeg", "image/png",
         "image/webp", "image/gif")  # fmt: skip
"""What a browser may open inside the page; everything else is only saved, so that nothing sent can run here."""


async def opened(files: FileStore, attachment: Attachment | NoticeFile) -> Response:
    """The file as an answer, 404 where it can't be read."""
    if attachment.path is None:
        raise HTTPException(404)
    try:
        content = await run_sync(files.open, attachment.path)
    except (FileNotFoundError, SealBroken) as error:
        raise HTTPException(404) from error
    kind = (attachment.mime or "").partition(";")[0].strip().lower()
    if kind in SHOWN:
        return Response(content, media_type=kind)
    headers = {"content-disposition": f'attachment; filename="tep-{attachment.id}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)
