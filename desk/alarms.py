"""What is broken, above every page of those who can have it put right."""

from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from db.alarms import open_alarms
from desk.access import EVERYWHERE
from desk.page import DeskUser


class AlarmBar:
    """Reads the open alarms for a page of the district's staff; the frame shows them."""

    def __init__(self, app: ASGIApp, engine: AsyncEngine) -> None:
        self._app = app
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the alarms where the frame finds them, and pass the request on."""
        user = scope.get("state", {}).get("admin_user")
        if isinstance(user, DeskUser) and scope.get("method") == "GET" and user.viewer.role in EVERYWHERE:
            async with self._engine.connect() as connection:
                scope["state"]["alarms"] = [alarm.kind for alarm in await open_alarms(connection)]
        await self._app(scope, receive, send)
