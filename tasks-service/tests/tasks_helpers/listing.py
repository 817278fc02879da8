"""What the tests of the list share."""

from datetime import UTC, datetime, timedelta

import httpx2
from bson import ObjectId
from chassis.clock import Clock, utc_now
from chassis.mongo import Database, Document
from chassis.paging import Cursors
from tasks_service.facets import FacetCounts
from tasks_service.listing import FEW, Listing, Position
from tasks_service.snapshots import FEWEST, Snapshots

from tasks_helpers.service import Json

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


def document(millis: int, *, user: str, **fields: object) -> Document:
    """A task created so many milliseconds after noon."""
    moment = START + timedelta(milliseconds=millis)
    return {
        "_id": ObjectId(),
        "title": "t",
        "description": "",
        "status": "s",
        "user": user,
        "createdAt": moment,
        "updatedAt": moment,
        "version": 1,
        "deleted": False,
        "events": [{"large": "x" * 500}],
        "sentVersion": 1,
    } | fields


def listing_of(
    database: Database, *, few: int = FEW, fewest: int = FEWEST, now: Clock = utc_now
) -> Listing:
    """Users with `fewest` tasks or more have a snapshot."""
    cursors = Cursors(Position, purpose="tasks", secrets=["s" * 32])
    return Listing(database, cursors, Snapshots(database, fewest=fewest), few=few, now=now)


def facets_of(database: Database, *, fewest: int = FEWEST, now: Clock = utc_now) -> FacetCounts:
    """As `listing_of`."""
    return FacetCounts(database, Snapshots(database, fewest=fewest), now=now)


async def get(client: httpx2.AsyncClient, query: str = "") -> Json:
    answer = await client.get(f"/api/tasks{query}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body
