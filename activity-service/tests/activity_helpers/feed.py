"""The feed as a client reads it."""

from collections.abc import Sequence

import httpx2

from activity_helpers.service import Message

TASK = "7a5c" + "0" * 20


FEED = "/api/activity"


def ids(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200
    return [activity["id"] for activity in answer.json()["activities"]]


def newest_first(messages: Sequence[Message]) -> list[str]:
    return [message["eventId"] for message in reversed(messages)]
