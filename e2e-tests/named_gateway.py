"""The gateway where every name has these addresses: a cluster's name of several processes, without one.

Run by itself, since names are looked up within the process of the gateway.
"""

import runpy
import socket

from aiohttp import ThreadedResolver
from aiohttp.abc import ResolveResult

ADDRESSES = ("127.0.0.1", "127.0.0.2")


async def _resolve(
    self: ThreadedResolver,  # noqa: ARG001 — as the system's look-up has it, like `family`
    host: str,
    port: int = 0,
    family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG001
) -> list[ResolveResult]:
    return [
        ResolveResult(
            hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
        )
        for address in ADDRESSES
    ]


if __name__ == "__main__":
    ThreadedResolver.resolve = _resolve  # type: ignore[method-assign] # a name server for this process
    runpy.run_module("api_gateway", run_name="__main__")
