"""Supervisord's XML-RPC over its Unix socket, with a time-out."""

import contextlib
import http.client
import socket
import xmlrpc.client
from collections.abc import Iterator
from typing import Any

Rpc = Any  # xmlrpc.client makes its methods up as they are called

_ANSWERS_WITHIN = 90.0  # above any stopwaitsecs: stopProcess answers when the process is gone


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_ANSWERS_WITHIN)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _UnixTransport(xmlrpc.client.Transport):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._unix_connection = _UnixConnection(path)

    def make_connection(self, _host: Any) -> _UnixConnection:  # noqa: ANN401 — the base class's signature
        return self._unix_connection

    def close(self) -> None:
        self._unix_connection.close()


@contextlib.contextmanager
def connect(path: str) -> Iterator[Rpc]:
    """The `supervisor` namespace. Its calls raise OSError, or xmlrpc.client.Fault on a refusal."""
    transport = _UnixTransport(path)
    with xmlrpc.client.ServerProxy("http://localhost", transport) as proxy:
        yield proxy.supervisor
