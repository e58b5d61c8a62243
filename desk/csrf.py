"""Refusing forms that did not come from the desk, with a page that says what to do."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp
from starlette_admin.security.csrf import CSRFMiddleware

Refuse = Callable[[Request], Awaitable[Response]]


_OURS = ("same-origin", "none")
"""Browsers say where a form comes from; a neighbouring host could have planted the cookie that is compared."""


class DeskCSRF(CSRFMiddleware):
    """starlette-admin's double-submit check behind the browser's own word; its bare English answer is replaced."""

    def __init__(self, app: ASGIApp, secret_key: str, refuse: Refuse) -> None:
        super().__init__(app, secret_key)
        self._refuse = refuse

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        """Pass the request on, or refuse it."""
        if request.method not in self.safe_methods and request.headers.get("sec-fetch-site", "none") not in _OURS:
            return await self._refuse(request)
        try:
            response: Response = await super().dispatch(request, call_next)
        finally:
            await request.close()  # a file that came with the form
        if response.status_code == 403 and isinstance(response, PlainTextResponse):
            return await self._refuse(request)
        return response
