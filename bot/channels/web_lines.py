"""How many lines are open, by identity and by network address."""

from collections import Counter, OrderedDict

from starlette.websockets import WebSocket

from bot.channels.limits import web as limits


class OpenLines:
    """Counts lines from their handshake to their end."""

    def __init__(self) -> None:
        self._identities: dict[str, OrderedDict[WebSocket, None]] = {}
        self._addresses: Counter[str] = Counter()

    def is_full(self, address: str) -> bool:
        """Whether the address has as many as one may have."""
        return self._addresses[address] >= limits.ADDRESS_LINES

    def add(self, identity: str, address: str, socket: WebSocket) -> WebSocket | None:
        """Count a line; returns the identity's oldest when that is one too many, to be closed."""
        lines = self._identities.setdefault(identity, OrderedDict())
        lines[socket] = None
        self._addresses[address] += 1
        return lines.popitem(last=False)[0] if len(lines) > limits.LINES else None

    def remove(self, identity: str, address: str, socket: WebSocket) -> None:
        """The line has ended."""
        lines = self._identities.get(identity, OrderedDict())
        lines.pop(socket, None)
        if not lines:
            self._identities.pop(identity, None)
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]
