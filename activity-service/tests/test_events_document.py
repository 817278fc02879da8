"""docs/events.yaml is what the services send, and what they declare on the broker."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from activity_service.topology import TOPOLOGY
from chassis.dead_letters import DEAD_SINCE, REASON
from contracts.events import DEAD_LETTER_QUEUE, EXCHANGE, QUEUE, EventType, TaskEvent
from jsonschema import Draft7Validator

ROOT = Path(__file__).parents[2]
ANNOTATIONS = {"title", "description"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docs/events.yaml").read_text())
    return read


def test_it_is_an_asyncapi_document(document: dict[str, Any]) -> None:
    """By the schema of the specification, which comes with the page's packages."""
    path = ROOT / f"frontend/node_modules/@asyncapi/specs/schemas/{document['asyncapi']}.json"
    assert path.is_file(), "say `make page-check` first"
    errors = Draft7Validator(json.loads(path.read_text())).iter_errors(document)
    assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors] == []


def test_its_payload_is_the_model(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    model = TaskEvent.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    defined = model.pop("$defs")
    assert bare(schemas) == bare(defined | {"TaskEvent": model})


def test_its_examples_are_read(document: dict[str, Any]) -> None:
    update, original = document["components"]["messages"]["TaskEvent"]["examples"]
    assert json.loads(TaskEvent.model_validate(update["payload"]).to_json()) == update["payload"]
    assert TaskEvent.model_validate(original["payload"]).version == 0


def test_its_channels_are_what_is_declared(document: dict[str, Any]) -> None:
    channels = document["channels"]
    events, queue, dead = (
        channels[name] for name in ("taskEvents", "activityQueue", "activityDeadLetters")
    )
    assert [events["bindings"]["amqp"]["exchange"]["name"]] == TOPOLOGY.exchanges == [EXCHANGE]
    assert set(events["parameters"]["type"]["enum"]) == set(get_args(EventType))
    declared = {each.name: each for each in TOPOLOGY.queues}
    assert declared.keys() == {QUEUE, DEAD_LETTER_QUEUE}
    for channel, name in ((queue, QUEUE), (dead, DEAD_LETTER_QUEUE)):
        assert channel["address"] == channel["bindings"]["amqp"]["queue"]["name"] == name
        assert channel["x-arguments"] == dict(declared[name].arguments)
    headers = document["components"]["messages"]["DeadLetter"]["headers"]["properties"]
    assert headers.keys() == {REASON, DEAD_SINCE}


def bare(schema: Any) -> Any:  # noqa: ANN401 — any part of a JSON schema
    """Without the titles and descriptions, which only people read."""
    if isinstance(schema, list):
        return [bare(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: bare(part)
        for key, part in schema.items()
        if not (key in ANNOTATIONS and isinstance(part, str))
    }
