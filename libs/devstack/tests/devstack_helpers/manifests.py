"""The objects of `deploy/kubernetes`, built by kubectl's own kustomize."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import Any

import yaml
from devstack.suite import ROOT
from pydantic import SecretStr
from stores import kubernetes
from stores.settings import Settings

DIRECTORY = ROOT / "deploy/kubernetes"
OVERLAYS = ("small", "large")
NAME = "app.kubernetes.io/name"
SECRETS = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]

Object = dict[str, Any]


@cache
def built(overlay: str) -> list[Object]:
    """All objects of an overlay."""
    return build(DIRECTORY / "overlays" / overlay)


def build(directory: Path) -> list[Object]:
    """All objects of a directory with a kustomization."""
    kubectl = Path(sys.prefix, "bin/kubectl")
    command = [str(kubectl), "kustomize", str(directory)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)
    return list(yaml.load_all(made.stdout, yaml.CSafeLoader))


def made_secrets(overlay: kubernetes.Overlay, *, fallbacks: bool = False) -> list[Object]:
    """The Secrets that the documented command makes, of fresh secrets."""
    given = {name: token_hex(32) for name in SECRETS}
    if fallbacks:
        given |= {f"{name}_fallback": token_hex(32) for name in SECRETS if name != "rabbitmq_pass"}
    items: list[Object] = kubernetes.secrets(Settings.model_validate(given), overlay)["items"]
    return items


def of_kind(overlay: str, *kinds: str) -> list[Object]:
    return [item for item in built(overlay) if item["kind"] in kinds]


def workloads(overlay: str) -> dict[str, Object]:
    """The Deployments and StatefulSets by name."""
    found = of_kind(overlay, "Deployment", "StatefulSet")
    return {item["metadata"]["name"]: item for item in found}


def pod_of(workload: Object) -> Object:
    spec: Object = workload["spec"]["template"]["spec"]
    return spec


def labels_of(workload: Object) -> dict[str, str]:
    """Those of its pods."""
    labels: dict[str, str] = workload["spec"]["template"]["metadata"]["labels"]
    return labels


def main_container(workload: Object) -> Object:
    return next(one for one in pod_of(workload)["containers"] if one["name"] == "main")


def ports_of(workload: Object) -> dict[str, int]:
    """The ports of the main container by name."""
    return {port["name"]: port["containerPort"] for port in main_container(workload)["ports"]}


def selects(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a label selector selects pods with these labels."""
    wanted = selector.get("matchLabels", {})
    expressions = selector.get("matchExpressions", [])
    assert all(one["operator"] == "In" for one in expressions), "nothing else is used here"
    return wanted.items() <= labels.items() and all(
        labels.get(one["key"]) in one["values"] for one in expressions
    )


def configuration(overlay: str, name: str) -> dict[str, str]:
    """The variables that a Deployment gives its container, but those that the node computes."""
    maps = {item["metadata"]["name"]: item["data"] for item in of_kind(overlay, "ConfigMap")}
    container = main_container(workloads(overlay)[name])
    variables: dict[str, str] = {}
    for source in container["envFrom"]:
        variables |= maps[source["configMapRef"]["name"]]
    return variables


def mounted_secrets(workload: Object) -> set[str]:
    """The names of the Secrets that its containers read."""
    names = set()
    for volume in pod_of(workload)["volumes"]:
        if "secret" in volume:
            names.add(volume["secret"]["secretName"])
        for source in volume.get("projected", {}).get("sources", []):
            names.add(source["secret"]["name"])
    return names
