"""RabbitMQ: one node, with an epmd (Erlang's port mapper) of its own."""

import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import httpx2
from stores import rabbitmq as users
from stores.passwords import ADMIN, password_of

from devstack.local_http import local_client
from devstack.ports import LOOPBACK
from devstack.program import Program, StartError

# Debian's /usr/sbin/rabbitmq-server is a wrapper that changes to the user rabbitmq and to
# /var/lib/rabbitmq: the plain script behind it runs as whoever calls it.
_PLAIN_SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

# One scheduler that sleeps when there is nothing to do, and no listener beyond the loopback.
_ERLANG = "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none"
_ERLANG += " -kernel inet_dist_use_interface {127,0,0,1}"


def find_rabbitmq_server() -> str | None:
    """The server's start script."""
    return str(_PLAIN_SCRIPT) if _PLAIN_SCRIPT.exists() else shutil.which("rabbitmq-server")


class RabbitMQ:
    """A node with its data under `directory`/data and the virtual host `vhost`.

    `ports` are those of AMQP, of the management API, of Erlang's distribution and of epmd. A node
    that `joins` another, of which it has the cookie and the epmd, is a member of that one's cluster.
    """

    name = "rabbitmq"

    def __init__(  # noqa: PLR0913 — a node by itself needs the first three
        self,
        directory: Path,
        ports: Sequence[int],
        *,
        secret: str,
        vhost: str = "suite",
        node: str = "task-hunter",
        joins: str = "",
    ) -> None:
        self.directory = directory
        self.port, self.api_port, self._dist_port, self._epmd_port = ports
        self._secret = secret
        self._vhost = vhost
        self._node = node
        self._joins = joins

    @property
    def uri(self) -> str:
        """The node's first virtual host, for who may do everything."""
        return self.vhost_uri(self._vhost)

    @property
    def service_uris(self) -> Mapping[str, str]:
        """The URI of each service that uses it."""
        host = f"{LOOPBACK}:{self.port}"
        return {
            name: users.user_uri(name, host, self._vhost, self._secret) for name in users.SERVICES
        }

    def vhost_uri(self, vhost: str) -> str:
        """The URI of one virtual host, for who may do everything."""
        return users.user_uri(ADMIN, f"{LOOPBACK}:{self.port}", vhost, self._secret)

    def programs(self) -> Sequence[Program]:
        """Epmd in the foreground, so that it ends with the rest; then the node."""
        (self.directory / "data").mkdir(parents=True, exist_ok=True)
        self._write_configuration()
        program, epmd = find_rabbitmq_server(), shutil.which("epmd")
        if not program or not epmd:
            raise StartError(
                "There is no rabbitmq-server, or no epmd, on PATH: run `apt-get install "
                "rabbitmq-server` as root, or set RABBITMQ_URI to a server you have."
            )
        env = self.environment()
        mapper = [epmd, "-address", LOOPBACK, "-port", str(self._epmd_port)]
        node = Program(self.name, [program], self.directory, env)
        return [node] if self._joins else [Program("epmd", mapper, self.directory, env), node]

    def _write_configuration(self) -> None:
        lines = [
            f"listeners.tcp.local = {LOOPBACK}:{self.port}",
            f"management.tcp.ip = {LOOPBACK}",
            f"management.tcp.port = {self.api_port}",
            f"load_definitions = {self.directory}/definitions.json",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
            "disk_free_limit.absolute = 50MB",
        ]
        if self._joins:
            lines += [
                "cluster_formation.peer_discovery_backend = classic_config",
                f"cluster_formation.classic_config.nodes.1 = {self._joins}",
            ]
        (self.directory / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        definitions = self.directory / "definitions.json"
        definitions.touch(0o600)
        definitions.write_text(json.dumps(users.definitions(self._vhost, self._secret)))
        (self.directory / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (self.directory / "rabbitmq-env.conf").touch()
        cookie = self.directory / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(0o600)
            cookie.write_text(secrets.token_hex(20))

    def environment(self) -> dict[str, str]:
        """What the node and its command-line tools are started with."""
        home = self.directory
        return {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "RABBITMQ_NODENAME": self.node_name,
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_CONF_ENV_FILE": str(home / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_MNESIA_DIR": str(home / "data" / "node"),
            "RABBITMQ_LOG_BASE": str(home),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
            # A connection has about ten processes. The table of the default, a million, takes 12 MiB.
            "RABBITMQ_MAX_NUMBER_OF_PROCESSES": "65536",
            # The script then becomes the Erlang machine instead of waiting for it in a shell, so
            # that the pid its supervisor knows is the node's and SIGTERM stops the node in order.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    @property
    def node_name(self) -> str:
        """The data belong to it. Those of an older version name theirs in a file."""
        file = self.directory / "data" / "node-name"
        return file.read_text() if file.exists() else f"{self._node}@localhost"

    def is_ready(self) -> bool:
        """Whether its management API answers and finds AMQP listening, the virtual host up."""
        try:
            with self.api() as api:
                vhost = quote(self._vhost, safe="")
                answer = api.get(f"/health/checks/port-listener/{self.port}")
                return answer.is_success and api.get(f"/vhosts/{vhost}").is_success
        except httpx2.TransportError:
            return False

    def empty(self) -> None:
        """Delete every virtual host, and make the first one anew."""
        with self.api() as api:
            vhosts = api.get("/vhosts").raise_for_status().json()
        for vhost in vhosts:
            self.delete_vhost(vhost["name"])
        self.create_vhost(self._vhost)

    def api(self) -> httpx2.Client:
        """A client of the management API."""
        password = password_of(ADMIN, self._secret)
        return local_client(f"http://{LOOPBACK}:{self.api_port}/api", auth=(ADMIN, password))

    def create_vhost(self, vhost: str) -> None:
        """A new virtual host, with the same rights for each user as in the first one."""
        name = quote(vhost, safe="")
        with self.api() as api:
            api.put(f"/vhosts/{name}", timeout=60.0).raise_for_status()
            for user, rights in users.PERMISSIONS.items():
                api.put(f"/permissions/{name}/{user}", json=rights).raise_for_status()

    def delete_vhost(self, vhost: str) -> None:
        """Delete a virtual host and all in it; on a busy machine that takes its time."""
        with self.api() as api:
            path = f"/vhosts/{quote(vhost, safe='')}"
            api.delete(path, timeout=60.0).raise_for_status()
