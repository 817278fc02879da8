"""How many of something may be open at once, in all and for one client."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chassis.client_network import client_network
from chassis.errors import TooManyRequests


class ClientLimits:
    """Counts what is open in this process: connections, or bodies that have not arrived yet.

    `per_client` does not hold for the IP addresses that `is_proxy` accepts: a proxy has many clients.
    """

    def __init__(
        self,
        *,
        in_all: int,
        per_client: int,
        is_proxy: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._in_all = in_all
        self._per_client = per_client
        self._is_proxy = is_proxy
        self._open: Counter[str] = Counter()

    def admit(self, ip: str) -> bool:
        """Count one more of this client, unless that is more than it may have."""
        client = client_network(ip)
        if self._open.total() >= self._in_all:
            return False
        if self._open[client] >= self._per_client and not self._is_proxy(ip):
            return False
        self._open[client] += 1
        return True

    def release(self, ip: str) -> None:
        """One that was admitted is closed."""
        client = client_network(ip)
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]

    @contextmanager
    def one_more(self, ip: str) -> Iterator[None]:
        """Count one while the body runs; TooManyRequests when that is more than there may be."""
        if not self.admit(ip):
            raise TooManyRequests("Too many request bodies arrive slowly", retry_after=1)
        try:
            yield
        finally:
            self.release(ip)
