"""How many connections may be open, in all and for one client."""

from collections import Counter
from collections.abc import Callable

from chassis.client_network import client_network


class ConnectionLimits:
    """Counts the open connections of this process.

    `per_client` does not hold for the IP addresses that `is_proxy` accepts: a proxy has many clients.
    """

    def __init__(self, *, in_all: int, per_client: int, is_proxy: Callable[[str], bool]) -> None:
        self._in_all = in_all
        self._per_client = per_client
        self._is_proxy = is_proxy
        self._open: Counter[str] = Counter()

    def admit(self, ip: str) -> bool:
        """Count one more connection of this peer, unless that is more than it may have."""
        client = client_network(ip)
        if self._open.total() >= self._in_all:
            return False
        if self._open[client] >= self._per_client and not self._is_proxy(ip):
            return False
        self._open[client] += 1
        return True

    def release(self, ip: str) -> None:
        """An admitted connection of this peer is closed."""
        client = client_network(ip)
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]
