"""Giving out what somebody sent: opened from its seal, shown in the page only when its bytes are sound or picture."""

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.responses import Response

from content.file_kinds import kind_of
from db.files import FileStore
from db.notices import NoticeFile
from db.registrations import Attachment
from db.seal import SealBroken

ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "audio/ogg": ".ogg",
           "audio/mpeg": ".mp3", "audio/mp4": ".m4a", "audio/webm": ".webm", "audio/wav": ".wav", "audio/aac": ".aac",
           "application/pdf": ".pdf"}  # fmt: skip
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
    kind = kind_of(content)
    # a page's own picture or player takes it all the same; opened by itself it is saved and runs nowhere
    headers = {"content-disposition": f'attachment; filename="tep-{attachment.id}{ENDINGS.get(kind or "", "")}"'}
    return Response(content, media_type=kind if kind in SHOWN else "application/octet-stream", headers=headers)
