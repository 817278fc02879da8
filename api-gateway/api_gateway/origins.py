"""Origins as a browser writes them into `Origin` (RFC 6454, section 6.2, and the URL Standard)."""

import re
from ipaddress import IPv4Address
from typing import Final

from yarl import URL

_NAME: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")


def browser_origin(text: str) -> str:
    """The origin in lower case, its host in ASCII, without a default port.

    ValueError for what is no origin, or one of which it is unsure how a browser writes it.
    """
    try:
        url = URL(text)
        origin = str(url.origin())
        port = url.explicit_port
    except ValueError:
        raise _no_origin(text) from None
    # yarl drops what an origin does not have; so it must be seen in the text.
    bare = text.count("/") == 2 and not re.search(r"[@?#\\%\s]", text)
    if not bare or url.scheme not in ("http", "https") or not _is_host(url.raw_host) or port == 0:
        raise _no_origin(text)
    return origin


def _is_host(host: str | None) -> bool:
    if not host:
        return False
    if ":" in host:
        return True  # an IPv6 address, which yarl has checked and shortened
    if not _NAME.fullmatch(host):
        return False
    if host.rstrip(".").rpartition(".")[2].isdigit():
        IPv4Address(host)  # a browser reads 127.1 and the like as an address, too
    return True


def _no_origin(text: str) -> ValueError:
    return ValueError(f"{text!r} is no origin like http://localhost:3000, without a path")
