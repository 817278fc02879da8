"""What a suite consists of, by its settings and by what it remembers of its last start."""

from collections.abc import Mapping, Set
from pathlib import Path

from devstack import page
from devstack.mongo import Mongo
from devstack.ports import is_free, listener
from devstack.program import Program, StartError
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis
from devstack.servers import Store
from devstack.services import GATEWAY, SERVICES
from devstack.state import State

# A store is started unless every variable that stands for it is given.
_URIS = {
    "mongo": ("MONGO_USER_URI", "MONGO_TASKS_URI", "MONGO_ACTIVITY_URI"),
    "redis": ("REDIS_URI",),
    "rabbitmq": ("RABBITMQ_URI",),
}


def own_stores(settings: Mapping[str, str]) -> list[str]:
    """The stores that have to be started, since the settings name no server to use."""
    return [name for name, uris in _URIS.items() if not all(settings.get(uri) for uri in uris)]


class Plan:
    """The programs of a suite and their variables. `running` names those that run already."""

    def __init__(
        self,
        root: Path,
        directory: Path,
        settings: Mapping[str, str],
        running: Set[str],
        *,
        with_page: bool,
    ) -> None:
        self._root = root
        self._directory = directory
        self._settings = settings
        self._running = running
        self.with_page = with_page
        self._state = State(directory)
        self._secrets = self._state.secrets(settings)
        self.stores = [self._store(name) for name in own_stores(settings)]
        self.ports = {
            service.name: self._ports(service.name, 1)[0]
            for service in SERVICES
            if service is not GATEWAY
        }
        self.ports[GATEWAY.name] = self._public_port(GATEWAY.name, "GATEWAY_PORT", "4000")
        self.page_port = self._public_port(page.PAGE, "PAGE_PORT", "3000", claim=with_page)

    def _ports(self, name: str, count: int) -> list[int]:
        return self._state.ports(name, count, in_use=name in self._running)

    def _public_port(self, name: str, variable: str, default: str, *, claim: bool = True) -> int:
        given = self._settings.get(variable) or default
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise StartError(f"{variable}={given} is not a port: give a number up to 65535.")
        port = int(given)
        if not claim:
            return port
        if port in self.ports.values():
            raise StartError(f"{variable}={port} is the port of another part of the suite.")
        is_ours = name in self._running and self._state.known_ports(name) == [port]
        if not is_ours and not is_free(port):
            raise StartError(
                f"Port {port} is taken by {listener(port)}: stop that, "
                f"or choose another port with {variable}=…"
            )
        self._state.remember(name, [port])
        return port

    def _store(self, name: str) -> Store:
        directory = self._directory / name
        secret = self._secrets[f"{name.upper()}_PASSWORD"]
        if name == "mongo":
            return Mongo(directory, self._ports(name, 1)[0], secret=secret)
        if name == "redis":
            return Redis(directory, self._ports(name, 1)[0], secret=secret)
        return RabbitMQ(directory, self._ports(name, 4), secret=secret)

    @property
    def urls(self) -> dict[str, str]:
        """Each service's address, as a person would type it."""
        return {name: f"http://localhost:{port}" for name, port in self.ports.items()}

    @property
    def page_url(self) -> str:
        """The page's address, whether it runs or not."""
        return f"http://localhost:{self.page_port}"

    def variables(self, name: str) -> dict[str, str]:
        """The suite's own variables for a service; the settings win where they name a server.

        Of a store that is started here each service gets the URI of its own user.
        """
        origins = f"{self.page_url},{self.page_url.replace('localhost', '127.0.0.1')}"
        local = dict(self._secrets) | {"CORS_ORIGINS": origins}
        for store in self.stores:
            if name in store.service_uris:
                local |= dict.fromkeys(_URIS[store.name], store.service_uris[name])
        for service in SERVICES:
            local[service.url_variable] = f"http://127.0.0.1:{self.ports[service.name]}"
        uris = [uri for uris in _URIS.values() for uri in uris]
        given = [uri for uri in (*uris, "CORS_ORIGINS") if self._settings.get(uri)]
        return local | {variable: self._settings[variable] for variable in given}

    def programs(self) -> list[Program]:
        """All of it, in the order it starts; the stores' configuration is written."""
        programs = [program for store in self.stores for program in store.programs()]
        programs += [
            service.program(
                self._root,
                self._directory,
                self.ports[service.name],
                self.variables(service.name),
                self._settings,
            )
            for service in SERVICES
        ]
        if self.with_page:
            gateway = self.ports[GATEWAY.name]
            programs.append(
                page.program(self._root, self._directory, self.page_port, gateway, self._settings)
            )
        return programs
