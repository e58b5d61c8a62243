"""What every connection of the web chat uses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels.channel import ChannelBot
from bot.channels.limits import web as limits
from bot.channels.web import Sockets
from bot.channels.web_lines import OpenLines
from bot.channels.web_quota import Quota
from bot.intake import Intake
from bot.rates import Rate
from bot.tasks import Tasks
from db.files import FileStore


@dataclass
class Shared:
    """The program's parts that the web chat stands on, and its limits' counts."""

    bot: ChannelBot
    sockets: Sockets
    intake: Intake
    engine: AsyncEngine
    files: FileStore
    clock: Callable[[], datetime]
    tasks: Tasks
    lines: OpenLines = field(default_factory=OpenLines)
    frames: Rate = field(default_factory=lambda: Rate(limits.FRAMES_BURST, limits.FRAMES_PER_SECOND))
    people: Rate = field(default_factory=lambda: Rate(limits.BURST, limits.PER_SECOND))
    addresses: Rate = field(default_factory=lambda: Rate(limits.ADDRESS_BURST, limits.ADDRESS_PER_SECOND))
    newcomers: Rate = field(default_factory=lambda: Rate(limits.NEWCOMERS_BURST, limits.NEWCOMERS_PER_SECOND))
    uploads: Quota = field(default_factory=lambda: Quota(limits.UPLOADS_A_DAY, limits.UPLOAD_BYTES_A_DAY))
    address_uploads: Quota = field(
        default_factory=lambda: Quota(limits.ADDRESS_UPLOADS_A_DAY, limits.ADDRESS_UPLOAD_BYTES_A_DAY)
    )
