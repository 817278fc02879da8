"""What a suite consists of, by its settings and by what it remembers of its last start."""

from collections.abc import Mapping, Set
from pathlib import Path

from devstack.mongo import Mongo
from devstack.ports import LOOPBACK, is_free, listener
from devstack.program import Program, StartError
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis
from devstack.servers import Store
from devstack.services import (
    AUTHORITIES,
    GATEWAY,
    PAGE,
    SERVICES,
    is_read_by_libraries,
    module_of,
    page_program,
    service_program,
    variables_of,
)
from devstack.state import State, metrics_of
from devstack.traces import RECEIVER, receiver_program

# A store is started unless every variable that stands for it is given.
STORE_URIS = {
    "mongo": ("MONGO_USER_URI", "MONGO_TASKS_URI", "MONGO_ACTIVITY_URI", "MONGO_GATEWAY_URI"),
    "redis": ("REDIS_URI",),
    "rabbitmq": ("RABBITMQ_URI",),
}


def own_stores(settings: Mapping[str, str]) -> list[str]:
    """The stores that have to be started, since the settings name no server to use."""
    return [name for name, uris in STORE_URIS.items() if not all(settings.get(uri) for uri in uris)]


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
        self._settings = {name: value for name, value in settings.items() if value}
        self._running = running
        self.with_page = with_page
        self._state = State(directory)
        self._secrets = self._state.secrets(settings)
        self.stores = [self._store(name) for name in own_stores(settings)]
        self.ports = {name: self._ports(name, 1)[0] for name in SERVICES if name != GATEWAY}
        self.metrics_ports = {name: self._metrics_port(name) for name in SERVICES}
        self.ports[GATEWAY] = self._public_port(GATEWAY, "GATEWAY_PORT", "4000")
        self.trace_port = self._ports(RECEIVER, 1)[0] if self._settings.get("TRACE") else None
        self.page_port = self._public_port(PAGE, "PAGE_PORT", "3000", claim=with_page)

    def _ports(self, name: str, count: int) -> list[int]:
        return self._state.ports(name, count, in_use=name in self._running)

    def _metrics_port(self, name: str) -> int:
        is_running = name in self._running
        [port] = self._state.ports(metrics_of(name), 1, in_use=is_running)
        return port

    def _public_port(self, name: str, variable: str, default: str, *, claim: bool = True) -> int:
        given = self._settings.get(variable, default)
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise StartError(f"{variable}={given} is not a port: give a number up to 65535.")
        port = int(given)
        if not claim:
            return port
        if port in (*self.ports.values(), *self.metrics_ports.values()):
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
        fallback = self._secrets.get(f"{name.upper()}_PASSWORD_FALLBACK", "")
        if name == "mongo":
            return Mongo(directory, self._ports(name, 1)[0], secret=secret, fallback=fallback)
        if name == "redis":
            return Redis(directory, self._ports(name, 1)[0], secret=secret, fallback=fallback)
        return RabbitMQ(directory, self._ports(name, 4), secret=secret)

    @property
    def urls(self) -> dict[str, str]:
        """Each service's address, as a person would type it."""
        return {name: f"http://localhost:{port}" for name, port in self.ports.items()}

    @property
    def page_url(self) -> str:
        """The page's address, whether it runs or not."""
        return f"http://localhost:{self.page_port}"

    def environment(self, name: str) -> dict[str, str]:
        """What a service or the page is told: of the variables that it reads, those that are known.

        Of a store that is started here each service gets the URI of its own user.
        """
        mongo = f"MONGO_{name.removeprefix('api-').partition('-')[0].upper()}_URI"
        own = {
            f"{store.name.upper()}_URI": store.service_uris.get(name, "") for store in self.stores
        }
        # What may be given by whoever starts the suite, then what may not.
        told = own | {
            "CORS_ORIGINS": f"{self.page_url},{self.page_url.replace('localhost', '127.0.0.1')}"
        }
        if self.trace_port:
            told["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://{LOOPBACK}:{self.trace_port}"
        told |= self._settings | self._secrets
        if file := told.get(AUTHORITIES):
            told[AUTHORITIES] = str(Path(file).absolute())  # the services run in another directory
        told |= {
            "MONGO_URI": self._settings.get(mongo, own.get("MONGO_URI", "")),
            "GATEWAY_PORT": str(self.ports[GATEWAY]),
            "HOST": LOOPBACK,
            "PORT": str(self.ports.get(name, self.page_port)),
            "METRICS_PORT": str(self.metrics_ports.get(name, "")),
        }
        for service, port in self.ports.items():
            told[f"{module_of(service).upper()}_URL"] = f"http://{LOOPBACK}:{port}"
        known = set(variables_of(name))
        if name != PAGE:
            known |= {variable for variable in told if is_read_by_libraries(variable)}
        return {variable: told[variable] for variable in sorted(known) if told.get(variable)}

    def programs(self) -> list[Program]:
        """All of it, in the order it starts; the stores' configuration is written."""
        programs = [program for store in self.stores for program in store.programs()]
        if self.trace_port:
            programs.append(receiver_program(self._directory, self.trace_port))
        programs += [
            service_program(name, self._root, self._directory, self.environment(name))
            for name in SERVICES
        ]
        if self.with_page:
            programs.append(page_program(self._root, self._directory, self.environment(PAGE)))
        return programs
