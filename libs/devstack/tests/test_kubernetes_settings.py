"""What the manifests tell the services, beside what the services read."""

import base64
import importlib
import os
import re
from pathlib import Path
from typing import Any

import chassis.consumer
import chassis.server
import pytest
import yaml
from chassis import health
from chassis.settings import ServiceSettings
from devstack.services import PAGE, SERVICES, module_of, variables_of
from devstack.suite import ROOT
from devstack_helpers.images import environment_of_image
from devstack_helpers.manifests import (
    DIRECTORY,
    OVERLAYS,
    build,
    configuration,
    made_secrets,
    main_container,
    mounted_secrets,
    pod_of,
    ports_of,
    workloads,
)
from pydantic import SecretStr
from stores import kubernetes

COMPOSE = yaml.load((ROOT / "docker-compose.yml").read_text(), yaml.CSafeLoader)["services"]
DOCUMENT = (ROOT / "docs/kubernetes.md").read_text()
# Read by `load_settings`, by Python and by Next.js.
NOT_SETTINGS = {"SECRETS_DIR", "PYTHON_CPU_COUNT", "HOSTNAME"}
TRACES_SECONDS = 2  # for the last spans
EACH = [(overlay, service) for overlay in OVERLAYS for service in SERVICES]


def files(overlay: kubernetes.Overlay, *, fallbacks: bool = False) -> dict[str, dict[str, str]]:
    """What the Secrets hold: the files of each by its name."""
    return {
        item["metadata"]["name"]: {
            key: base64.b64decode(value).decode() for key, value in item["data"].items()
        }
        for item in made_secrets(overlay, fallbacks=fallbacks)
    }


def mounted(directory: Path, contents: dict[str, str]) -> Path:
    """The files as the kubelet puts them there: links to a directory that it can exchange."""
    (directory / "..data").mkdir()
    for name, content in contents.items():
        (directory / "..data" / name).write_text(content)
        (directory / name).symlink_to(Path("..data", name))
    return directory


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:  # noqa: ANN401 — a factory
    def load(overlay: str, service: str) -> ServiceSettings:
        for name in os.environ:
            monkeypatch.delenv(name)
        given = environment_of_image() | configuration(overlay, service)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        names = mounted_secrets(workloads(overlay)[service])
        made = files("small")  # in the other overlay somebody else makes those of the stores
        together = {key: text for name in names for key, text in made[name].items()}
        settings = importlib.import_module(f"{module_of(service)}.settings").Settings
        settings_read: ServiceSettings = settings(_secrets_dir=mounted(tmp_path, together))
        return settings_read

    return load


@pytest.mark.parametrize(("overlay", "service"), EACH)
def test_a_service_gets_all_that_it_must_be_given(
    loaded: Any,  # noqa: ANN401 — the factory above
    overlay: str,
    service: str,
) -> None:
    settings = loaded(overlay, service)
    assert settings.in_production  # so no secret is an example
    assert settings.host == "0.0.0.0"
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    shown = {
        name: value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        for name, value in values.items()
    }
    defaults = [name for name, text in shown.items() if re.search(r"127\.0\.0\.1|localhost", text)]
    assert defaults == []
    ports = ports_of(workloads(overlay)[service])
    assert ports == {"http": settings.port, "metrics": settings.metrics_port}


@pytest.mark.parametrize(("overlay", "service"), [*EACH, *((one, PAGE) for one in OVERLAYS)])
def test_nothing_is_set_that_nobody_reads(overlay: str, service: str) -> None:
    workload = "frontend" if service == PAGE else service
    given = set(configuration(overlay, workload))
    given |= {
        variable["name"] for variable in main_container(workloads(overlay)[workload]).get("env", [])
    }
    made = files("small", fallbacks=True)
    for name in mounted_secrets(workloads(overlay)[workload]):
        given |= {key.upper() for key in made[name]}
    assert given - set(variables_of(service)) - NOT_SETTINGS == set()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_page_listens_where_it_is_looked_for(overlay: str) -> None:
    given = configuration(overlay, "frontend")
    assert ports_of(workloads(overlay)["frontend"]) == {"http": int(given["PORT"])}
    assert given["HOSTNAME"] == "0.0.0.0"
    assert given["API_BASE_URL"].startswith("https://")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_probes_ask_for_what_is_served(overlay: str) -> None:
    served = dict.fromkeys(SERVICES, health.PATHS)
    assert (ROOT / "frontend/src/app/health/route.ts").exists()
    served["frontend"] = frozenset({"/health"})
    for name, paths in served.items():
        container = main_container(workloads(overlay)[name])
        probes = [
            container[f"{kind}Probe"]["httpGet"] for kind in ("startup", "readiness", "liveness")
        ]
        assert {probe["path"] for probe in probes} == paths
        assert {probe["port"] for probe in probes} == {"http"}
        assert probes[-1]["path"] == "/health"  # a restart helps nobody whose store is away


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_pod_runs_as_the_user_of_its_image_and_writes_to_tmp_alone(overlay: str) -> None:
    for name in (*SERVICES, "frontend"):
        dockerfile = ROOT / ("frontend/Dockerfile" if name == "frontend" else "Dockerfile")
        (uid,) = re.findall(r"useradd .*--uid (\d+)", dockerfile.read_text())
        workload = workloads(overlay)[name]
        assert pod_of(workload)["securityContext"]["runAsUser"] == int(uid)
        writable = [
            mount["mountPath"]
            for mount in main_container(workload)["volumeMounts"]
            if not mount.get("readOnly")
        ]
        assert writable == COMPOSE[name]["tmpfs"]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_pod_has_more_time_to_end_than_its_drain_takes(overlay: str) -> None:
    drain = chassis.server.DRAIN_SECONDS + chassis.consumer.STOP_TIMEOUT + TRACES_SECONDS
    for name in (*SERVICES, "frontend"):
        workload = workloads(overlay)[name]
        pause = main_container(workload)["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pod_of(workload)["terminationGracePeriodSeconds"] > pause + drain


def test_the_command_makes_each_secret_that_is_read_and_no_other() -> None:
    read = {
        overlay: set().union(
            *(mounted_secrets(workload) for workload in workloads(overlay).values())
        )
        for overlay in OVERLAYS
    }
    assert set(files("small")) == read["small"]
    by_hand = {f"{service}-stores" for service in SERVICES}
    assert set(files("large")) == read["large"] - by_hand


def test_the_document_names_each_key_of_the_secrets_of_services() -> None:
    for name, keys in files("small").items():
        (row,) = re.findall(rf"(?m)^\| `{name}` \|.*", DOCUMENT)
        assert set(re.findall(r"`([a-z_.-]+)`", row)) - {name} >= set(keys)


def test_the_overlay_that_the_document_shows_changes_the_names(tmp_path: Path) -> None:
    (shown,) = re.findall(r"(?s)```yaml\n(.*?)```", DOCUMENT)
    small = os.path.relpath(DIRECTORY / "overlays/small", tmp_path.resolve())
    (tmp_path / "kustomization.yaml").write_text(shown.replace("../small", small))
    changed = str(build(tmp_path))
    assert "https://api.tasks.example.org" in changed
    assert "task-hunter.example.com" not in changed


def test_mongod_runs_as_in_docker_compose() -> None:
    mongo = workloads("small")["mongo"]
    wanted = [argument for argument in COMPOSE["mongo_db"]["command"] if "keyFile" not in argument]
    given = [argument for argument in main_container(mongo)["args"] if "keyFile" not in argument]
    assert given == wanted
    (setup,) = [one for one in pod_of(mongo)["containers"] if one["name"] == "setup"]
    assert {"name": "MONGO_HOST", "value": kubernetes.MONGO_HOST} in setup["env"]
