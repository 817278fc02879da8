"""One trace for one request, from the gateway to the feed, as an OTLP receiver gets it."""

import secrets

from client import AUTH, PASSWORD, TASKS, Json, User, path_of
from devstack.suite import Suite
from devstack.testing import eventually
from devstack.traces import exported
from devstack.waterfall import SERVER, Span, spans_of

GATEWAY = ("api-gateway", "POST /api/tasks")
FORWARDED = ("api-gateway", "POST")
SERVICE = ("tasks-service", "POST /api/tasks")
# Each span with its parent, by service and name.
CREATE = {
    (GATEWAY, None),
    (FORWARDED, GATEWAY),
    (SERVICE, FORWARDED),
    (("tasks-service", "insert tasks"), SERVICE),
    (("tasks-service", "outbox wait"), SERVICE),
    (("tasks-service", "publish task_events"), SERVICE),
    (("activity-service", "process activity.task_events"), SERVICE),
}
# All that an attribute may be named: none of them holds what a client wrote.
NAMES = {
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "url.full",
    "error.type",
    "server.address",
    "server.port",
    "network.peer.address",
    "network.peer.port",
    "network.transport",
    "user_agent.original",
    "db.system.name",
    "db.namespace",
    "db.collection.name",
    "db.operation.name",
    "db.query.text",
    "db.redis.args_length",
    "messaging.system",
    "messaging.destination.name",
    "messaging.operation.name",
    "messaging.operation.type",
    "messaging.message.id",
    "messaging.batch.message_count",
    "messaging.rabbitmq.destination.routing_key",
}


async def test_a_create_is_one_trace_and_nothing_personal_is_in_it(
    victim: Suite, user: User
) -> None:
    trace_id = await _create(user, title="Buy a surprise", description="For Zoë's birthday")
    spans = await eventually(lambda: _whole(victim, trace_id))
    batch = next(span.linked[0] for span in spans if span.name.startswith("process"))
    inserted = {"process activity.task_events", "insert activities"}
    await eventually(lambda: {span.name for span in _trace(victim, batch)} == inserted)

    again = {"username": "User", "email": user.email, "password": PASSWORD}
    assert (await user.http.post(f"{AUTH}/register", json=again)).status_code == 409
    cookie = user.cookie
    await user.refresh()
    [task] = await user.all_tasks()
    await user.get(f"{TASKS}?q=surprise&list=birthday")
    # A service exports its spans in their order: with these all are there that came before.
    spans += await _read(victim, user, path_of(task))
    spans += await eventually(lambda: _read_asking_redis(victim, user))
    sent = [user.token, cookie, user.cookie, user.password, user.email, "surprise", "birthday"]
    everything = exported(victim.directory)
    for secret in (*sent, "Zoë", path_of(task)):
        assert secret.encode() not in everything, secret
    assert {name for span in spans for name in span.attributes} <= NAMES


async def test_an_event_that_waits_for_the_broker_joins_the_trace_of_its_request(
    victim: Suite, user: User
) -> None:
    victim.freeze("rabbitmq")
    trace_id = await _create(user)
    await eventually(lambda: _named(victim, trace_id, "insert tasks"))
    assert await user.feed() == []
    victim.thaw("rabbitmq")

    await eventually(lambda: _whole(victim, trace_id))
    task = await user.all_tasks()
    feed: list[Json] = await eventually(user.feed)
    assert [entry["taskId"] for entry in feed] == [task[0]["_id"]]


async def _create(user: User, **fields: str) -> str:
    trace_id = secrets.token_hex(16)
    body = {"title": "Water the plants", "status": "Open"} | fields
    headers = {"traceparent": _traceparent(trace_id)}
    answer = await user.call("POST", TASKS, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    return trace_id


def _traceparent(trace_id: str) -> str:
    return f"00-{trace_id}-{'c' * 16}-01"


def _trace(suite: Suite, trace_id: str) -> list[Span]:
    return [span for span in spans_of(exported(suite.directory)) if span.trace_id == trace_id]


def _named(suite: Suite, trace_id: str, name: str) -> list[Span]:
    return [span for span in _trace(suite, trace_id) if span.name == name]


async def _read(suite: Suite, user: User, path: str) -> list[Span]:
    """The spans of a GET."""
    trace_id = secrets.token_hex(16)
    answer = await user.get(path, headers={"traceparent": _traceparent(trace_id)})
    assert answer.status_code == 200
    return await eventually(lambda: _answered(suite, trace_id))


async def _read_asking_redis(suite: Suite, user: User) -> list[Span]:
    """The same, once the gateway asks Redis: its breaker may be open still from another test."""
    spans = await _read(suite, user, "/api/users/me")
    request = ("api-gateway", "GET /api/users/me")
    assert (("api-gateway", "redis"), request) in _tree(spans)
    return spans


def _answered(suite: Suite, trace_id: str) -> list[Span]:
    """The spans of a request, once those of the gateway and of a service are there."""
    spans = _trace(suite, trace_id)
    return spans if len({span.service for span in spans if span.kind == SERVER}) == 2 else []


def _whole(suite: Suite, trace_id: str) -> list[Span]:
    """The spans of a create, once all of them are there."""
    spans = _trace(suite, trace_id)
    assert _tree(spans) >= CREATE, CREATE - _tree(spans)
    return spans


def _tree(spans: list[Span]) -> set[tuple[tuple[str, str], tuple[str, str] | None]]:
    """Each span with its parent, by service and name."""
    known = {span.span_id: _label(span) for span in spans}
    return {(_label(span), known.get(span.parent_id)) for span in spans}


def _label(span: Span) -> tuple[str, str]:
    """Service and name; which commands Redis is sent is told elsewhere."""
    is_redis = span.attributes.get("db.system.name") == "redis"
    return span.service, "redis" if is_redis else span.name
