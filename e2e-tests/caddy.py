"""The Caddy of `docker-compose --profile https`, in front of a gateway on free loopback ports."""

import json
import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx2
from devstack.ports import LOOPBACK, free_port
from devstack.suite import ROOT
from devstack.testing import eventually

DEPLOYED = ROOT / "deploy/caddy"
DOMAIN = "localhost"  # so that Caddy signs a certificate itself, and asks nobody for one
HSTS_MAX_AGE = "86400"


class Caddy(NamedTuple):
    """Where a running one is; `authority` signed its certificate."""

    plain_url: str
    url: str
    authority: Path

    def new_http(self, *, local_address: str = "127.77.0.1") -> httpx2.AsyncClient:
        """A client that trusts this Caddy alone.

        It comes from an address that no other test uses, since requests without a token are counted.
        """
        trusted = ssl.create_default_context(cafile=str(self.authority))
        transport = httpx2.AsyncHTTPTransport(verify=trusted, local_address=local_address)
        return httpx2.AsyncClient(
            transport=transport, base_url=self.url, timeout=45.0, trust_env=False
        )

    async def ready(self) -> None:
        """Returns once it answers by HTTPS."""

        async def answers() -> bool:
            try:
                async with self.new_http() as http:
                    return (await http.get("/openapi.json")).is_success
            except (FileNotFoundError, ssl.SSLError, httpx2.TransportError):
                return False  # the certificates are being written, or nobody listens yet

        await eventually(answers)


def adapted() -> Any:  # noqa: ANN401 — any JSON
    """The deployed Caddyfile as Caddy reads it."""
    told = {"DOMAIN": DOMAIN, "HSTS_MAX_AGE": HSTS_MAX_AGE}
    command = ["caddy", "adapt", "--config", "Caddyfile"]
    result = subprocess.run(
        command, cwd=DEPLOYED, env=os.environ | told, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@contextmanager
def in_front_of(gateway: str, page: str, directory: Path) -> Iterator[Caddy]:
    """The deployed configuration, with only the ports and the addresses behind it changed."""
    plain, secure = free_port(), free_port()
    config = adapted()
    http = config["apps"]["http"]
    http |= {"http_port": plain, "https_port": secure}
    http["servers"]["srv0"]["listen"] = [f"{LOOPBACK}:{secure}"]
    text = json.dumps(config)
    for name, url in {"api-gateway:4000": gateway, "frontend:3000": page}.items():
        assert text.count(f'"{name}"') == 1
        text = text.replace(f'"{name}"', f'"{urlsplit(url).netloc}"')
    (directory / "caddy.json").write_text(text)
    command = [
        *("setpriv", "--pdeathsig", "KILL", "--"),
        *("caddy", "run", "--config", str(directory / "caddy.json")),
    ]
    home = {"XDG_DATA_HOME": str(directory), "XDG_CONFIG_HOME": str(directory)}
    with subprocess.Popen(command, env=os.environ | home) as process:
        try:
            yield Caddy(
                plain_url=f"http://{DOMAIN}:{plain}",
                url=f"https://{DOMAIN}:{secure}",
                authority=directory / "caddy/pki/authorities/local/root.crt",
            )
        finally:
            process.terminate()
