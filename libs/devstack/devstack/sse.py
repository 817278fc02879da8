"""A client of Server-Sent Events, which sees all that was sent."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx2


class Block(NamedTuple):
    """What stands between two blank lines: the fields by their names, a comment under ""."""

    fields: dict[str, str]

    @property
    def event(self) -> str:
        return self.fields.get("event", "")

    @property
    def id(self) -> str:
        return self.fields["id"]

    @property
    def data(self) -> Any:  # noqa: ANN401 — JSON
        return json.loads(self.fields["data"])


class Stream:
    """One stream that is open; `response` is its head."""

    def __init__(self, response: httpx2.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def blocks(self) -> AsyncIterator[Block]:
        """Until the end of the stream; what is incomplete at the end is dropped."""
        fields: dict[str, str] = {}
        async for line in self._lines:
            if not line:
                yield Block(fields)
                fields = {}
            else:
                name, _, value = line.partition(":")
                fields[name] = value.removeprefix(" ")

    async def next(self, event: str) -> Block:
        """The next event of this name."""
        async for block in self.blocks():
            if block.event == event:
                return block
        raise AssertionError(f"the stream ended before an event {event}")

    async def ids(self, count: int) -> list[str]:
        """Of the next activities."""
        return [(await self.next("activity")).data["id"] for _ in range(count)]


@asynccontextmanager
async def streaming(
    client: httpx2.AsyncClient,
    path: str,
    **options: Any,  # noqa: ANN401 — httpx2's own
) -> AsyncIterator[Stream]:
    """A stream; closed with the body. Comments keep it from timing out."""
    async with client.stream("GET", path, **options) as response:
        yield Stream(response)
