"""The manifests of `deploy/kubernetes`: what Kubernetes itself asks of them, and how they fit together."""

import functools

import kubernetes_validate
import kubernetes_validate.utils
import pytest
import yaml
from devstack.services import SERVICES
from devstack.suite import ROOT
from devstack_helpers.manifests import (
    NAME,
    OVERLAYS,
    Object,
    built,
    configuration,
    labels_of,
    made_secrets,
    of_kind,
    pod_of,
    ports_of,
    selects,
    workloads,
)

VERSIONS = ("1.35", "1.36", "1.37")
COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(), yaml.CSafeLoader)
EVERY_POD = [
    pytest.param(pod_of(workload), id=f"{overlay}-{name}")
    for overlay in OVERLAYS
    for name, workload in workloads(overlay).items()
]


def containers(pod: Object) -> list[Object]:
    return [*pod.get("initContainers", []), *pod["containers"]]


@pytest.fixture
def schemas_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library reads a megabyte of definitions for each object: a second of processor for 50."""
    once = functools.cache(kubernetes_validate.utils.schema_contents)
    monkeypatch.setattr(kubernetes_validate.utils, "schema_contents", once)


@pytest.mark.usefixtures("schemas_read_once")
@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_is_what_the_schemas_of_kubernetes_say(version: str) -> None:
    for item in [*built("large"), *built("small"), *made_secrets("small")]:
        # The version that was used: an older one is taken where this one is missing.
        assert kubernetes_validate.validate(item, version, strict=True) == version


def test_a_field_that_kubernetes_does_not_know_is_refused() -> None:
    pod = {"containers": [{"name": "main", "image": "redis", "readonlyRootFilesystem": True}]}
    item = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "redis"}, "spec": pod}
    with pytest.raises(kubernetes_validate.ValidationError, match="readonlyRootFilesystem"):
        kubernetes_validate.validate(item, VERSIONS[-1], strict=True)


@pytest.mark.parametrize("pod", EVERY_POD)
def test_no_container_may_do_or_write_more_than_it_must(pod: Object) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers(pod):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        for kind in ("requests", "limits"):
            assert container["resources"][kind].keys() == {"cpu", "memory"}


@pytest.mark.parametrize("pod", EVERY_POD)
def test_a_secret_is_in_no_variable_and_only_read(pod: Object) -> None:
    secret = {volume["name"] for volume in pod["volumes"] if {"secret", "projected"} & set(volume)}
    for container in containers(pod):
        assert "secretKeyRef" not in str(container.get("env"))
        assert "secretRef" not in str(container.get("envFrom"))
        assert all(
            mount["readOnly"] for mount in container["volumeMounts"] if mount["name"] in secret
        )


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_each_deployment_has_a_service_a_budget_and_a_scaler(overlay: str) -> None:
    for name, workload in workloads(overlay).items():
        assert workload["spec"]["selector"]["matchLabels"].items() <= labels_of(workload).items()
        (service,) = [one for one in of_kind(overlay, "Service") if one["metadata"]["name"] == name]
        assert service["spec"]["selector"] == {NAME: name}
        for port in service["spec"]["ports"]:
            assert port["port"] == ports_of(workload)[port["targetPort"]]
        if workload["kind"] == "Deployment":
            (budget,) = [
                one
                for one in of_kind(overlay, "PodDisruptionBudget")
                if selects(one["spec"]["selector"], labels_of(workload))
            ]
            assert budget["spec"]["maxUnavailable"] == 1  # with one replica, too, a node is drained
            targets = [
                one["spec"]["scaleTargetRef"]["name"]
                for one in of_kind(overlay, "HorizontalPodAutoscaler")
            ]
            assert targets.count(name) == 1
            assert "replicas" not in workload["spec"]  # each apply would undo the scaler's number


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_ingress_leads_to_the_page_and_to_the_gateway_with_tls(overlay: str) -> None:
    (ingress,) = of_kind(overlay, "Ingress")
    (tls,) = ingress["spec"]["tls"]
    assert tls["hosts"] == [rule["host"] for rule in ingress["spec"]["rules"]]
    paths = [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
    backends = {path["path"]: path["backend"]["service"] for path in paths}
    assert backends == {
        "/": {"name": "frontend", "port": {"name": "http"}},
        "/api": {"name": "api-gateway", "port": {"name": "http"}},
    }
    page, api = tls["hosts"]
    assert configuration(overlay, "api-gateway")["CORS_ORIGINS"] == f"https://{page}"
    assert configuration(overlay, "frontend")["API_BASE_URL"] == f"https://{api}"


def test_each_image_has_one_tag_and_the_stores_are_those_of_docker_compose() -> None:
    stanza = yaml.load(
        (ROOT / "deploy/kubernetes/images/kustomization.yaml").read_text(), yaml.CSafeLoader
    )
    tagged = {f"{image['name']}:{image['newTag']}" for image in stanza["images"]}
    used = {
        container["image"]
        for overlay in OVERLAYS
        for workload in workloads(overlay).values()
        for container in containers(pod_of(workload))
    }
    assert used == tagged
    stores = {image for image in used if not image.startswith("task-hunter/")}
    assert stores == {
        COMPOSE["services"][name]["image"] for name in ("mongo_db", "redis", "rabbitmq")
    }
    ours = {image.partition(":")[0].removeprefix("task-hunter/") for image in used - stores}
    assert ours == {*SERVICES, "frontend", "stores"}
