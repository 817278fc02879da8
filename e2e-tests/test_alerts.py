"""Each alert fires for the fault that it is about, and the dashboard asks for what there is."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from client import AUTH, TASKS, User
from dashboard import metrics
from devstack.suite import Suite
from devstack.testing import eventually
from inside import GATEWAY, USERS, Broker, database_of
from inside import TASKS as TASKS_SERVICE
from prometheus import Prometheus, answers, watching

FROZEN_SECONDS = 0.6  # past the 0.25 s of the alert, also where a bucket ends at 0.5

NEW_TASK = {"title": "Water the plants", "status": "Open"}


@pytest.fixture(scope="module")
def _watcher(
    _suite_to_hurt: Suite, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    directory: Path = tmp_path_factory.mktemp("prometheus")
    with watching(_suite_to_hurt, directory) as prometheus:
        yield prometheus


@pytest.fixture
async def prometheus(victim: Suite, _watcher: Prometheus) -> Prometheus:
    """It has just read the metrics of all four services."""
    await eventually(lambda: answers(_watcher, len(victim.plan.metrics_ports)))
    return _watcher


async def fires_while(
    prometheus: Prometheus, act: Callable[[], Awaitable[object]], alert: str, **labels: str
) -> None:
    """Do something again and again until the alert fires."""

    async def acted() -> bool:
        await act()
        return prometheus.fires(alert, **labels)

    await eventually(acted, every=0.2)


async def test_what_cannot_be_recorded(victim: Suite, prometheus: Prometheus) -> None:
    broker = Broker(victim)
    broker.publish(b"no event")
    await eventually(lambda: prometheus.fires("DeadLetters"), every=0.2)
    broker.drop_dead_letters()


async def test_events_that_wait_for_the_broker(
    victim: Suite, prometheus: Prometheus, user: User
) -> None:
    await asyncio.to_thread(victim.stop, "rabbitmq")
    late = {"slo": "create in feed"}
    await fires_while(prometheus, user.create, "ErrorBudgetBurnsFast", **late)
    with database_of(victim, TASKS_SERVICE) as database:
        since = datetime.now(UTC) - timedelta(minutes=5)
        waiting = {"user": user.id, "unsentSince": {"$exists": True}}
        database["tasks"].update_many(waiting, {"$set": {"unsentSince": since}})
    await eventually(lambda: prometheus.fires("EventsWait"), every=0.2)


async def test_a_redis_that_is_away(victim: Suite, prometheus: Prometheus, user: User) -> None:
    await asyncio.to_thread(victim.stop, "redis")
    await fires_while(prometheus, lambda: user.get(TASKS), "RedisNotBelieved")


async def test_creates_that_are_not_answered(
    victim: Suite, prometheus: Prometheus, user: User
) -> None:
    await asyncio.to_thread(victim.stop, TASKS_SERVICE)
    await fires_while(
        prometheus,
        lambda: user.call("POST", TASKS, json=NEW_TASK),
        "ErrorBudgetBurnsFast",
        slo="create answered",
    )


async def test_a_service_that_is_down_and_the_sign_ins_that_fail(
    victim: Suite, prometheus: Prometheus, user: User
) -> None:
    await asyncio.to_thread(victim.stop, USERS)
    await eventually(lambda: prometheus.fires("ServiceDown", job=USERS), every=0.2)
    credentials = {"email": user.email, "password": user.password}
    for alert in ("ErrorBudgetBurnsFast", "ErrorBudgetBurnsSlowly"):
        await fires_while(
            prometheus,
            lambda: user.http.post(f"{AUTH}/login", json=credentials),
            alert,
            slo="sign-in answered",
        )


async def test_an_event_loop_that_stands_still(victim: Suite, prometheus: Prometheus) -> None:
    async def stand_still() -> None:
        victim.freeze(GATEWAY)
        await asyncio.sleep(FROZEN_SECONDS)  # this is the fault
        victim.thaw(GATEWAY)

    await fires_while(prometheus, stand_still, "EventLoopLate", job=GATEWAY)


async def test_the_dashboard_asks_for_metrics_that_the_services_have(
    prometheus: Prometheus, user: User
) -> None:
    await user.create()
    await eventually(lambda: not metrics() - prometheus.metric_names(), every=0.2)
