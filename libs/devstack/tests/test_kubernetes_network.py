"""Who may reach whom in a cluster: what the network policies allow is what the settings need."""

import re
from collections.abc import Iterator

import pytest
from devstack.services import SERVICES
from devstack_helpers.manifests import (
    OVERLAYS,
    Object,
    configuration,
    labels_of,
    of_kind,
    ports_of,
    selects,
    workloads,
)

STORES = {
    "mongo": ("api-gateway", "user-service", "tasks-service", "activity-service"),
    "redis": ("api-gateway", "user-service"),
    "rabbitmq": ("tasks-service", "activity-service"),
}


def rules(overlay: str, name: str, direction: str) -> Iterator[Object]:
    """The rules of all policies of a workload in one direction: `ingress` or `egress`."""
    labels = labels_of(workloads(overlay)[name])
    for policy in of_kind(overlay, "NetworkPolicy"):
        if selects(policy["spec"]["podSelector"], labels):
            yield from policy["spec"].get(direction, [])


def lets(rule: Object, peers: str, other: str, overlay: str, port: int) -> bool:
    labels = labels_of(workloads(overlay)[other])
    return {"port": port} in rule["ports"] and any(
        "namespaceSelector" not in peer and selects(peer["podSelector"], labels)
        for peer in rule.get(peers, [])
    )


def allowed(overlay: str) -> set[tuple[str, str, int]]:
    """From which workload to which port of which one a connection can be made."""
    return {
        (one, other, port)
        for one in workloads(overlay)
        for other, target in workloads(overlay).items()
        for port in ports_of(target).values()
        if any(lets(rule, "to", other, overlay, port) for rule in rules(overlay, one, "egress"))
        and any(lets(rule, "from", one, overlay, port) for rule in rules(overlay, other, "ingress"))
    }


def needed(overlay: str) -> set[tuple[str, str, int]]:
    """The addresses in the gateway's settings, and the stores that are in the cluster."""
    urls = [
        value
        for name, value in configuration(overlay, "api-gateway").items()
        if name.endswith("_SERVICE_URL")
    ]
    services = {re.fullmatch(r"http://([a-z-]+):(\d+)", url) for url in urls}
    found = {("api-gateway", match[1], int(match[2])) for match in services if match}
    assert len(found) == len(urls)
    for store, users in STORES.items():
        if store in workloads(overlay):
            port = ports_of(workloads(overlay)[store])["store"]
            found |= {(user, store, port) for user in users}
    return found


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_workload_reaches_what_it_needs_and_nothing_else(overlay: str) -> None:
    assert allowed(overlay) == needed(overlay)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_other_namespaces_reach_the_page_the_gateway_and_the_metrics_alone(overlay: str) -> None:
    reached = {
        (label, name, port["port"])
        for name in workloads(overlay)
        for rule in rules(overlay, name, "ingress")
        for peer in rule["from"]
        for label in peer.get("namespaceSelector", {}).get("matchLabels", {})
        for port in rule["ports"]
    }
    page_and_gateway = {
        ("task-hunter/ingress", "frontend", 3000),
        ("task-hunter/ingress", "api-gateway", 4000),
    }
    assert reached == page_and_gateway | {("task-hunter/metrics", name, 9100) for name in SERVICES}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_no_policy_names_is_denied(overlay: str) -> None:
    policies = {
        item["metadata"]["name"]: item["spec"] for item in of_kind(overlay, "NetworkPolicy")
    }
    assert policies["default-deny"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert workloads(overlay).keys() <= policies.keys()  # one of its own for each


def test_with_stores_elsewhere_a_service_reaches_the_ports_of_its_own_alone() -> None:
    ports = {"mongo": {27017}, "redis": {6379, 6380}, "rabbitmq": {5672, 5671}}
    for name in (*SERVICES, "frontend"):
        anywhere = [rule for rule in rules("large", name, "egress") if "to" not in rule]
        found = {port["port"] for rule in anywhere for port in rule["ports"]}
        assert found == {
            port for store, users in STORES.items() if name in users for port in ports[store]
        }
