"""The swarm under trial: its nodes, and what the Docker command says of the stack on it."""

import asyncio
import json
from collections import defaultdict
from contextlib import suppress
from typing import NamedTuple

REPLICATED = ("api-gateway", "user-service", "tasks-service", "activity-service", "frontend")
STORES = ("mongo_db", "redis", "rabbitmq")
_COMMAND_SECONDS = 60.0


class CommandError(Exception):
    """A command that failed, or did not end in time, with what it said."""


class Node(NamedTuple):
    """A machine of the swarm: the address that clients use, and its engine (`DOCKER_HOST`)."""

    address: str
    engine: str


class Cluster:
    """The stack of this name. Questions go to the first engine that answers as a manager."""

    def __init__(self, nodes: list[Node], stack: str) -> None:
        self.nodes = nodes
        self._stack = stack

    async def docker(self, *arguments: str, within: float = _COMMAND_SECONDS) -> str:
        """What a docker command prints on a manager. Raises CommandError."""
        return await _run("docker", "-H", await self._manager(), *arguments, within=within)

    async def _manager(self) -> str:
        for node in self.nodes:
            with suppress(CommandError):
                if await _info(node, "{{.Swarm.ControlAvailable}}") == "true":
                    return node.engine
        raise CommandError("no engine answers as a manager of the swarm")

    async def placement(self) -> dict[str, set[str]]:
        """The names of the nodes on which each service runs, as the managers know them."""
        services = {self._name(service) for service in (*REPLICATED, *STORES)}
        lines = await self.docker(
            "stack", "ps", self._stack, "--filter=desired-state=running", "--format={{json .}}"
        )
        found: dict[str, set[str]] = defaultdict(set)
        for task in map(json.loads, lines.splitlines()):
            service = task["Name"].partition(".")[0]
            if service in services and task["CurrentState"].startswith("Running"):
                found[service.removeprefix(f"{self._stack}_")].add(task["Node"])
        return found

    async def name_of(self, node: Node) -> str:
        """The name by which the swarm knows a node."""
        return await _info(node, "{{.Name}}")

    async def update(self, service: str) -> None:
        """Replace each task of the service by a new one, as a new image would; wait for the end."""
        name = self._name(service)
        await self.docker("service", "update", "--force", "--quiet", name, within=900)
        state = await self.docker(
            "service",
            "inspect",
            name,
            "--format={{.UpdateStatus.State}}: {{.UpdateStatus.Message}}",
        )
        if not state.startswith("completed"):
            raise CommandError(f"the update of {service} ended otherwise: {state.strip()}")

    def _name(self, service: str) -> str:
        return f"{self._stack}_{service}"


async def _info(node: Node, what: str) -> str:
    return (await _run("docker", "-H", node.engine, "info", f"--format={what}")).strip()


async def shell(command: str) -> None:
    """Run a command of whoever tries the swarm. Raises CommandError."""
    await _run("sh", "-c", command)


async def _run(*command: str, within: float = _COMMAND_SECONDS) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(within):
            output, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise CommandError(f"no answer within {within} s: {' '.join(command)}") from None
    if process.returncode:
        raise CommandError(f"{' '.join(command)}: {errors.decode().strip()}")
    return output.decode()
