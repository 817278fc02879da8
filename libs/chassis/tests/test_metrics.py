"""What is counted of every service, and the internal port on which it is read."""

import asyncio
import itertools
import math
import random
import secrets
import time
import urllib.request
from collections.abc import AsyncIterator

import pytest
from chassis import event_loop, metrics, requests
from chassis.background import running
from chassis.event_loop import watch_event_loop
from chassis.metrics import keep_refreshing, serving_metrics
from chassis.settings import ServiceSettings
from chassis_helpers.http import client_of
from chassis_helpers.metrics import http_series, value
from devstack.ports import LOOPBACK, is_free
from devstack.testing import eventually, free_port
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from prometheus_client import CollectorRegistry, Gauge

router = APIRouter()


@router.get("/counted/{name}")
async def read_counted(name: str) -> str:
    return name


@router.get("/counted/{name}/fault")
async def read_fault(name: str) -> str:
    raise ValueError(name)


class Clock:
    """In the place of the module `time`: `now` in seconds."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


clock = Clock()


@router.get("/streamed", response_class=EventSourceResponse)
async def read_stream() -> AsyncIterator[ServerSentEvent]:
    for _ in range(10):  # more than FastAPI holds back, so that the head is sent
        yield ServerSentEvent(comment="connected")
    clock.now += 3600
    yield ServerSentEvent(comment="an hour later")


class Settings(ServiceSettings):
    port: int = 0


def test_prometheus_reads_the_internal_port_while_the_service_runs() -> None:
    port = free_port()
    with serving_metrics(Settings(metrics_port=port)):
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/metrics", timeout=60) as answer:
            text = answer.read().decode()
        assert "process_resident_memory_bytes" in text
        assert "event_loop_delay_seconds_bucket" in text
    assert is_free(port)


def test_without_a_port_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(metrics, "start_http_server")
    with serving_metrics(Settings()):
        pass


async def test_requests_are_counted_by_the_template_of_their_route() -> None:
    found = ("GET", "/counted/{name}", "200")
    crashed = ("GET", "/counted/{name}/fault", "500")
    before = http_series()
    async with client_of(router) as client:
        for name in ("one", "two"):
            await client.get(f"/counted/{name}")
            await client.get(f"/counted/{name}/fault")
    after = http_series()
    assert after[found] - before[found] == 2
    assert after[crashed] - before[crashed] == 2


async def test_of_an_event_stream_only_the_time_to_its_head_is_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(requests, "time", clock)
    labels = {"method": "GET", "route": "/streamed", "status": "200"}
    async with client_of(router) as client:
        await client.get("/streamed")
    assert clock.now == 3600
    assert value("http_request_duration_seconds_count", **labels) == 1
    assert value("http_request_duration_seconds_sum", **labels) == 0


async def test_whatever_a_client_sends_makes_few_series() -> None:
    before = http_series()
    async with client_of(router) as client:
        for _ in range(200):
            method = random.choice(["GET", "POST", "QUERY", secrets.token_hex(3)])
            path = random.choice(["/", "/counted/", "/counted/x/"]) + secrets.token_hex(8)
            await client.request(method, path)
    made = http_series().keys() - before.keys()
    possible = [{"GET", "POST", "other"}, {"unmatched", "/counted/{name}"}, {"200", "404", "405"}]
    assert made <= set(itertools.product(*possible))


async def test_a_loop_that_was_held_up_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "INTERVAL", 0.01)

    def late() -> float:
        every = value("event_loop_delay_seconds_count")
        return every - value("event_loop_delay_seconds_bucket", le="0.1")

    before = late()
    async with running(watch_event_loop()):
        await asyncio.sleep(0)  # it has begun to wait
        time.sleep(0.2)  # noqa: ASYNC251 — this is what holds the loop up
        await eventually(lambda: late() > before)  # a busy machine holds it up once more


async def test_a_reading_is_refreshed_and_unknown_while_the_store_does_not_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(metrics, "REFRESH_SECONDS", 0.01)
    registry = CollectorRegistry()
    depth, age = (Gauge(name, "-", registry=registry) for name in ("depth", "age"))
    answers: list[list[float] | type[BaseException]] = [[1, 2], OSError, asyncio.CancelledError]
    seen: list[list[float | None]] = []

    async def read() -> list[float]:
        seen.append([registry.get_sample_value(name) for name in ("depth", "age")])
        answer = answers.pop(0) if answers else [5.0, 6.0]
        if isinstance(answer, list):
            return answer
        raise answer

    async with running(keep_refreshing([depth, age], read)):
        await eventually(lambda: len(seen) >= 5)
    assert seen[1] == [1, 2]
    assert all(math.isnan(reading or 0) for reading in (*seen[2], *seen[3]))
    assert seen[4] == [5, 6]
