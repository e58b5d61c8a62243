"""The square code that a worker shows at the door of a fair: it opens the desk's check-in page at their code."""

import io
import re
from dataclasses import dataclass

import segno

_NAME = re.compile(r"fair-(\d{1,18})-([2-9A-Z]{1,12}-[2-9A-Z]{5})")
SCALE, BORDER = 8, 4
"""Pixels a module, and the quiet zone in modules that readers need."""


@dataclass(frozen=True)
class FairPicture:
    """Which fair, and whose code; nothing else about a person."""

    notice_id: int
    code: str

    @property
    def name(self) -> str:
        """The name by which the picture is drawn again."""
        return f"fair-{self.notice_id}-{self.code}"


def read_name(name: str) -> FairPicture | None:
    """The picture of a name; None for what is none."""
    found = _NAME.fullmatch(name)
    return FairPicture(int(found[1]), found[2]) if found else None


def draw(picture: FairPicture, site: str | None) -> bytes:
    """The picture as PNG; without a public address it holds the bare code, to be typed in at the desk."""
    holds = f"{site}/desk/fair/{picture.notice_id}?code={picture.code}" if site else picture.code
    png = io.BytesIO()
    segno.make_qr(holds, error="m").save(png, kind="png", scale=SCALE, border=BORDER)
    return png.getvalue()
