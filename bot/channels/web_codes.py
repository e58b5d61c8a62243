"""The codes that close a web chat's line, and closing one that another task is serving."""

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

NOT_OURS = 4400
"""What came is nothing that our page sends."""
NO_COOKIE = 4401
"""There is no identity; the page fetches one and comes back."""
NO_HELLO = 4408
"""The line was opened and nothing was said."""
TOO_MANY_LINES = 4409
"""The identity has newer lines enough."""
ERASED = 4410
"""The chat was deleted on another page; the page comes back to a new one."""
TOO_MANY = 4429
"""Its address has too many lines or newcomers; a ``wait`` came before."""


async def close(socket: WebSocket, code: int) -> None:
    """Close a line; one that has just ended by itself is fine."""
    try:
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect):
        if socket.application_state is not WebSocketState.DISCONNECTED:
            raise
