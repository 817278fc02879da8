"""The shared servers, through the fixtures."""

from urllib.parse import urlsplit

import pymongo
import redis


def test_a_scratch_database_accepts_a_transaction(mongo_uri: str) -> None:
    with pymongo.MongoClient[dict[str, object]](mongo_uri) as client, client.start_session() as s:
        things = client.get_default_database().things
        with s.start_transaction():
            things.insert_one({"_id": 1}, session=s)
        assert things.count_documents({}) == 1


def test_every_redis_test_starts_empty(redis_uri: str) -> None:
    with redis.Redis.from_url(redis_uri) as client:
        assert client.dbsize() == 0
        client.set("left", "behind")


def test_redis_was_flushed_after_the_test_before(redis_uri: str) -> None:
    with redis.Redis.from_url(redis_uri) as client:
        assert client.dbsize() == 0


def test_a_virtual_host_is_part_of_the_broker_uri(rabbitmq_uri: str) -> None:
    assert urlsplit(rabbitmq_uri).path.startswith("/test_")
