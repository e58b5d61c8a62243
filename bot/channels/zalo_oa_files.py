"""Pictures and files on their way to Zalo: made small enough, uploaded once, remembered until they expire."""

import asyncio
import hashlib
import io
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from bot.channels.limits import zalo_oa as limits
from bot.channels.zalo_oa_client import ZaloClient

if TYPE_CHECKING:
    from PIL import Image

REMEMBERED = 500
_SIDES = (1600, 1200, 800, 500)


class Unfit(Exception):
    """Zalo takes no such file; the text says why."""


class Uploads:
    """Uploads each content once: a picture that goes to a thousand people is one of 5,000 uploads a month."""

    def __init__(self, client: ZaloClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[str, datetime]] = OrderedDict()

    async def image(self, content: bytes) -> str:
        """The ``attachment_id`` of a picture. Raises ``Unfit``, ``ZaloError``, ``ZaloAway``."""
        mark = hashlib.sha256(content).digest()
        if (known := self._remembered(mark)) is not None:
            return known
        small = await asyncio.to_thread(shrunk, content)
        data = await self._client.upload("image", "picture.jpg", small)
        return self._remember(mark, str(data["attachment_id"]))

    async def file(self, name: str, content: bytes) -> str:
        """The ``token`` of a document. Raises ``Unfit``, ``ZaloError``, ``ZaloAway``."""
        if PurePath(name.lower()).suffix not in limits.FILE_KINDS or len(content) > limits.FILE_BYTES:
            raise Unfit("only pdf, doc, docx and csv of at most 5 MB")
        mark = hashlib.sha256(content).digest()
        if (known := self._remembered(mark)) is not None:
            return known
        data = await self._client.upload("file", name, content)
        return self._remember(mark, str(data["token"]))

    def forget(self) -> None:
        """Zalo says that an upload has expired: upload anew."""
        self._known.clear()

    def _remembered(self, mark: bytes) -> str | None:
        known, until = self._known.get(mark, (None, self._clock()))
        return known if self._clock() < until else None

    def _remember(self, mark: bytes, known: str) -> str:
        self._known[mark] = known, self._clock() + limits.UPLOADS_LIVE
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return known


def shrunk(content: bytes) -> bytes:
    """The picture as it is where Zalo takes that, else as the largest JPEG that it takes. Raises ``Unfit``."""
    from PIL import Image, UnidentifiedImageError  # no start waits for the library

    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format in ("JPEG", "PNG") and len(content) <= limits.IMAGE_BYTES:
                return content
            whole = picture.convert("RGB")
        for side in _SIDES:
            if len(smaller := _jpeg(whole, side)) <= limits.IMAGE_BYTES:
                return smaller
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise Unfit("this is no picture that can be read") from error
    raise Unfit("the picture can't be made small enough")


def _jpeg(picture: "Image.Image", side: int) -> bytes:
    smaller, out = picture.copy(), io.BytesIO()
    smaller.thumbnail((side, side))
    smaller.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()
