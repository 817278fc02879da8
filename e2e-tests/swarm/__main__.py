"""Tries a swarm with the stack on it: `make swarm-trial NODES="ADDRESS=DOCKER_HOST ..."`, as docs/swarm.md says.

    placement   where the replicas are: two of each, on different nodes
    update      each service replaced, replica by replica, while clients work
    kill        a node without stores killed, while clients work, and started again
    stores      the node with the stores killed, while clients work, and started again

Prints what the clients saw. Exit status 1 if something acknowledged is lost or doubled, if a request is
lost in an update, or if requests are not served again in time after a kill.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter

from devstack.testing import eventually
from load import told_exactly_once
from retrying import working
from swarm.clients import PageClient, using
from swarm.cluster import REPLICATED, STORES, Cluster, CommandError, Node, shell
from swarm.seen import answered, last_failure, seen

STEPS = ("placement", "update", "kill", "stores")
SERVED_AGAIN_SECONDS = 15.0
_WARM_UP_SECONDS, _AFTER_UPDATE_SECONDS, _AFTER_KILL_SECONDS = 10.0, 5.0, 60.0
_STORES_BACK_SECONDS = 900.0  # a node that starts by itself takes its time


class TrialError(Exception):
    """What did not go as promised."""


async def placement(cluster: Cluster) -> None:
    """Wait for two replicas of each service on different nodes, and say where they are."""

    async def spread() -> bool:
        nodes = await cluster.placement()
        assert all(len(nodes[service]) >= 2 for service in REPLICATED), nodes
        assert all(len(nodes[store]) <= 1 for store in STORES), nodes
        return True

    await eventually(spread, within=300, every=1)
    for service, nodes in sorted((await cluster.placement()).items()):
        print(f"  {service:<17} {', '.join(sorted(nodes))}")


async def update(cluster: Cluster, services: list[str]) -> None:
    async with using([node.address for node in cluster.nodes]) as clients:
        async with working(clients):
            for service in services:
                await asyncio.sleep(_WARM_UP_SECONDS)
                began = time.monotonic()
                await cluster.update(service)
                took = time.monotonic() - began
                await asyncio.sleep(_AFTER_UPDATE_SECONDS)
                print(f"  {service}, in {took:.0f} s: {seen(clients, since=began)}", flush=True)
        await _complete(clients)
        if any(request.is_lost for client in clients for request in client.requests):
            raise TrialError("requests were lost in an update")


async def kill(cluster: Cluster, *, killing: str, reviving: str) -> None:
    victim = await _without_stores(cluster)
    async with using([node.address for node in cluster.nodes]) as clients:
        async with working(clients):
            await asyncio.sleep(_WARM_UP_SECONDS)
            began = time.monotonic()
            await shell(killing.format(address=victim.address))
            await asyncio.sleep(_AFTER_KILL_SECONDS)
        print(f"  {victim.address} killed: {seen(clients, since=began)}")
        served_again = last_failure(clients, began) - began
        print(f"  the last that had to be sent twice ended {served_again:.1f} s after the kill")
        try:
            await _complete(clients)
            await placement(cluster)
        finally:
            await shell(reviving.format(address=victim.address))
        if served_again > SERVED_AGAIN_SECONDS:
            raise TrialError(f"requests were not served again within {SERVED_AGAIN_SECONDS:.0f} s")


async def kill_stores(cluster: Cluster, *, killing: str, reviving: str) -> None:
    """Nothing is served while they are away: what counts is what was acknowledged before and after."""
    victim = await _with_stores(cluster)
    if victim is None:
        print("  left out: no store runs in the swarm")
        return
    async with using([node.address for node in cluster.nodes]) as clients:
        async with working(clients):
            await asyncio.sleep(_WARM_UP_SECONDS)
            began = time.monotonic()
            await shell(killing.format(address=victim.address))
            try:
                await asyncio.sleep(_AFTER_KILL_SECONDS)
                print(f"  {victim.address} killed: {answered(clients, since=began)}", flush=True)
            finally:
                revived = time.monotonic()
                await shell(reviving.format(address=victim.address))
            await eventually(
                lambda: all(client.created_since(revived) for client in clients),
                within=_STORES_BACK_SECONDS,
                every=1,
            )
            print(f"  all clients are served {time.monotonic() - revived:.0f} s after its start")
            await asyncio.sleep(_AFTER_UPDATE_SECONDS)
        await placement(cluster)
        await _complete(clients)


async def _with_stores(cluster: Cluster) -> Node | None:
    """The node with most of the stores."""
    placed = await cluster.placement()
    on = {await cluster.name_of(node): node for node in cluster.nodes}
    stores = Counter(name for store in STORES for name in placed[store])
    return on[stores.most_common(1)[0][0]] if stores else None


async def _without_stores(cluster: Cluster) -> Node:
    """Of the nodes without a store, the one with most of the services."""
    placed = await cluster.placement()
    on = {await cluster.name_of(node): node for node in cluster.nodes}
    free = [name for name in on if not any(name in placed[store] for store in STORES)]
    if not free:
        raise TrialError("each node has a store")
    return on[max(free, key=lambda name: sum(name in placed[one] for one in REPLICATED))]


async def _complete(clients: list[PageClient]) -> None:
    """Every acknowledged task is there, and the feed tells of each once."""
    for client in clients:
        await told_exactly_once(client.user, client)
    acknowledged = sum(len(client.acknowledged) for client in clients)
    print(f"  all {acknowledged} acknowledged creates are listed, and told exactly once")


def _node(text: str) -> Node:
    address, _, engine = text.partition("=")
    return Node(address, engine)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("nodes", type=_node, nargs="+", metavar="ADDRESS=DOCKER_HOST")
    parser.add_argument("--stack", default="task-hunter")
    parser.add_argument("--only", choices=STEPS)
    parser.add_argument("--services", nargs="+", choices=REPLICATED, default=REPLICATED)
    parser.add_argument("--kill", default="", help="kills the node {address}; without it none is")
    parser.add_argument("--revive", default="true", help="starts the node {address} again")
    given = parser.parse_args()
    cluster = Cluster(given.nodes, given.stack)
    for step in [given.only] if given.only else STEPS:
        print(f"{step}:", flush=True)
        match step:
            case "placement":
                await placement(cluster)
            case "update":
                await update(cluster, given.services)
            case "kill" if given.kill:
                await kill(cluster, killing=given.kill, reviving=given.revive)
            case "stores" if given.kill:
                await kill_stores(cluster, killing=given.kill, reviving=given.revive)
            case _:
                print("  left out: no command was given that kills a node")


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (TrialError, CommandError) as error:
        sys.exit(str(error))
