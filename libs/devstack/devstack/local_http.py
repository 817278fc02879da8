"""A client of this machine's own servers."""

import httpx2


def local_client(base_url: str = "", *, auth: tuple[str, str] | None = None) -> httpx2.Client:
    """Plain HTTP on the loopback: no proxies, and no certificates, which take long to load."""
    return httpx2.Client(base_url=base_url, auth=auth, timeout=5.0, trust_env=False, verify=False)
