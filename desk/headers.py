"""What browsers are told with every page of the desk: nothing from elsewhere, nothing kept, nothing framed."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Tabler's style sheet draws its small signs from data: addresses
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",  # a form asks what it still lacks (desk.js)
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style is allowed, so the desk's pages have none."""
_HEADERS = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def _over_tls_only(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """A cookie of the frame's own, which goes by how the proxy speaks to us, not by how browsers speak to it."""
    if name != b"set-cookie" or b"; secure" in value.lower():
        return name, value
    return name, value + b"; Secure"


_KEPT = "private, max-age=31536000, immutable"


class SecurityHeaders:
    """Adds the headers to every answer; only style sheets and scripts may be kept: their address has a version."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back."""
        # now, since the routing inside changes what the root is
        own = scope["path"].removeprefix(scope.get("root_path", ""))
        is_static = own.startswith("/static/")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                is_there = message["status"] in (200, 206, 304)
                headers["cache-control"] = _KEPT if is_static and is_there else "no-store"
                if self._secure:
                    message["headers"] = [_over_tls_only(name, value) for name, value in message["headers"]]
            await send(message)

        await self._app(scope, receive, with_headers)
