"""The Secrets of `deploy/kubernetes`: what each of its workloads must know, and nothing else."""

import base64
from collections.abc import Mapping
from typing import Any, Final, Literal

from stores.files import MONGO, contents, is_of_stores, text
from stores.settings import Settings

Overlay = Literal["small", "large"]

MONGO_HOST: Final = "mongo-0.mongo:27017"  # the first pod of a StatefulSet with a headless Service


def secrets(settings: Settings, overlay: Overlay) -> dict[str, Any]:
    """A List of Secrets, as `kubectl apply` takes it.

    Each service has one of its name, and one with `-stores` behind it for the URIs of its stores. In
    the overlay `large` the stores are elsewhere: whoever runs them knows their URIs.
    """
    at_cluster = settings.model_copy(update={"mongo_host": MONGO_HOST})
    data: dict[str, dict[str, str]] = {}
    for file, content in contents(at_cluster).items():
        container, _, key = file.partition("/")
        if content and not (overlay == "large" and is_of_stores(file)):
            data.setdefault(_name(container, key), {})[key] = content
    if overlay == "small":
        data["mongo-admin"] = _administrator(settings)
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": [_secret(name, keys) for name, keys in sorted(data.items())],
    }


def _name(container: str, key: str) -> str:
    if container == MONGO:  # a name in Kubernetes has no underscore
        return "mongo"
    return f"{container}-stores" if key.endswith("_uri") else container


def _administrator(settings: Settings) -> dict[str, str]:
    fallback = text(settings.mongo_password_fallback)
    keys = {"mongo_password": text(settings.mongo_password), "mongo_password_fallback": fallback}
    return {key: value for key, value in keys.items() if value}


def _secret(name: str, keys: Mapping[str, str]) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/part-of": "task-hunter"}},
        # Not `stringData`: of that `kubectl apply` takes no key away that is no longer there.
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in keys.items()},
    }
