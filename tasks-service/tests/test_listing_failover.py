"""A list while MongoDB chooses another primary."""

import pytest
from bson import ObjectId
from chassis.mongo import open_mongo
from devstack.mongo import Mongo
from devstack.servers import Server
from pymongo.errors import NotPrimaryError
from tasks_helpers.listing import document, listing_of
from tasks_service.collection import INDEXES

USER = str(ObjectId())


async def test_a_number_that_a_failover_interrupts_is_counted_again(
    own_mongo: Server[Mongo],
) -> None:
    async with open_mongo(own_mongo.store.database_uri("tasks"), INDEXES) as database:
        await database["tasks"].insert_many([document(0, user=USER) for _ in range(3)])
        listing = listing_of(database)
        with own_mongo.store.failing("count", mode={"times": 1}, errorCode=10107):
            page = await listing.page(USER, page=1, limit=1, cursor=None)
        assert page.total_tasks == 3
        with own_mongo.store.failing("count", errorCode=10107), pytest.raises(NotPrimaryError):
            await listing.page(USER, page=1, limit=1, cursor=None)
