"""Free loopback ports."""

import errno
import random
import socket

import psutil

LOOPBACK = "127.0.0.1"

# Below Linux's ephemeral range (32768 and up): no outgoing connection takes the port of a server
# that is down for a moment.
_RANGE = range(20000, 32768)

_claims: list[socket.socket] = []


def is_free(port: int) -> bool:
    """Whether nobody listens on `port`, by neither of the addresses that "localhost" means."""
    return _binds(socket.AF_INET, LOOPBACK, port) and _binds(socket.AF_INET6, "::1", port)


def _binds(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.errno != errno.EADDRINUSE  # without IPv6 nobody listens there
    return True


def listener(port: int) -> str:
    """Who listens on `port`, as far as it can be seen from here: "pid 12 (python3 -m http.server)"."""
    try:
        for connection in psutil.net_connections("tcp"):
            here = connection.laddr and connection.laddr.port == port
            if here and connection.status == psutil.CONN_LISTEN:
                command = " ".join(psutil.Process(connection.pid).cmdline())
                return f"pid {connection.pid} ({command[:80]})"
    except psutil.Error:  # another user's, or just ended
        pass
    return "another program"


def free_port() -> int:
    """A loopback port that nobody listens on, and that no living process was given here before.

    Between the choice and the first listening there may be seconds, in which other processes choose.
    """
    for port in random.sample(_RANGE, len(_RANGE)):
        if claim := _claimed(port):
            if is_free(port):
                _claims.append(claim)
                return port
            claim.close()
    raise OSError("no free loopback port between 20000 and 32767")


def _claimed(port: int) -> socket.socket | None:
    """A claim that ends with this process; None while another process, or this one, has it."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0devstack-port-{port}")  # a name in memory, see unix(7)
    except OSError:
        claim.close()
        return None
    return claim
