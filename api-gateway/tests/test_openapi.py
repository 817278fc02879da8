"""The committed OpenAPI document is what the services' routes say today."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from api_gateway import openapi
from api_gateway.openapi import merged
from api_gateway.openapi_samples import sample
from api_gateway.routes import ROUTES

COMMITTED = Path(openapi.__file__).parent / "openapi.json"
SERVICES = ("user_service", "tasks_service", "activity_service")


def document_of(service: str) -> dict[str, Any]:
    """As the service prints it, whatever the environment of the tests says."""
    answer = subprocess.run(
        [sys.executable, "-m", service, "openapi"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
    )
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


@pytest.fixture(scope="module")
def documents() -> list[dict[str, Any]]:
    return [document_of(service) for service in SERVICES]


def test_the_committed_document_is_fresh(documents: list[dict[str, Any]]) -> None:
    fresh = merged(documents)
    assert json.loads(COMMITTED.read_text()) == fresh, "say `make openapi` and commit the result"


def test_it_names_every_route_of_the_gateway_and_no_other() -> None:
    paths = json.loads(COMMITTED.read_text())["paths"]
    documented = {(method.upper(), path) for path in paths for method in paths[path]}
    assert documented == {(route.method, route.path) for route in ROUTES}


def test_a_route_that_no_service_documents_is_refused(documents: list[dict[str, Any]]) -> None:
    users, tasks, _ = documents
    with pytest.raises(ValueError, match="no service documents GET /api/activity"):
        merged([users, tasks])


def test_a_part_without_an_example_is_refused() -> None:
    with pytest.raises(ValueError, match="no example"):
        sample({"type": "object", "properties": {"title": {"type": "string"}}}, {})
