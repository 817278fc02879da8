"""`python -m devstack.trace_receiver PORT`: takes traces by OTLP over HTTP and keeps the last of them.

POST adds some, GET gives all that are kept, as one message: messages of Protocol Buffers that follow
each other are one message, with all that is in them.
"""

import sys
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from devstack.ports import LOOPBACK

PATH: Final = "/v1/traces"
MAX_KEPT: Final = 16 * 2**20  # bytes of messages, some 40,000 spans
MAX_MESSAGE: Final = 4 * 2**20
TIMEOUT: Final = 10  # seconds for a client to send a request, or the next one


class LastMessages:
    """As many of the last messages as fit into `limit` bytes."""

    def __init__(self, limit: int = MAX_KEPT) -> None:
        self._limit = limit
        self._messages: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def add(self, message: bytes) -> None:
        with self._lock:
            self._messages.append(message)
            self._size += len(message)
            while self._size > self._limit:
                self._size -= len(self._messages.popleft())

    def all(self) -> bytes:
        with self._lock:
            return b"".join(self._messages)


class Handler(BaseHTTPRequestHandler):
    """OTLP/HTTP in its binary encoding, uncompressed, as the services send it."""

    protocol_version = "HTTP/1.1"
    timeout = TIMEOUT
    kept = LastMessages()

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        encoded = (
            self.headers.get("content-type") == "application/x-protobuf"
            and "content-encoding" not in self.headers
        )
        if self.path != PATH:
            self._refuse(404)
        elif not encoded:
            self._refuse(415)
        elif not length.isdecimal():
            self._refuse(411)
        elif int(length) > MAX_MESSAGE:
            self._refuse(413)
        else:
            self.kept.add(self.rfile.read(int(length)))
            self._answer(b"")  # an empty message: all was taken

    def do_GET(self) -> None:
        if self.path == PATH:
            self._answer(self.kept.all())
        else:
            self._refuse(404)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: int) -> None:
        self.close_connection = True  # its body has not been read
        self.send_error(status)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 — as the base class has it
        """No line for each request."""


def main() -> None:
    """Serve until killed."""
    with ThreadingHTTPServer((LOOPBACK, int(sys.argv[1])), Handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
