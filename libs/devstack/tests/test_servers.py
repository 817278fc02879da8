"""Dedicated servers, hurt."""

import pymongo
import pytest
import redis
from devstack.mongo import Mongo
from devstack.rabbitmq import RabbitMQ
from devstack.redis import Redis
from devstack.servers import Server


def test_mongo_keeps_its_data_when_it_is_killed_and_started(own_mongo: Server[Mongo]) -> None:
    with pymongo.MongoClient[dict[str, object]](own_mongo.uri) as client:
        client.db.things.insert_one({"_id": 1})
        own_mongo.kill()
        own_mongo.start()
        assert client.db.things.count_documents({}) == 1


def test_mongo_forgets_when_it_is_wiped(own_mongo: Server[Mongo]) -> None:
    with own_mongo.store.client() as client:  # which knows nothing of a replica set
        client.db.things.insert_one({"_id": 1})
        own_mongo.stop()
        own_mongo.wipe()
        own_mongo.start()
        assert client.db.things.count_documents({}) == 0


def test_a_running_server_is_not_wiped(own_redis: Server[Redis]) -> None:
    with pytest.raises(RuntimeError, match="still runs"):
        own_redis.wipe()


def test_redis_keeps_its_data_when_it_is_killed(own_redis: Server[Redis]) -> None:
    with own_redis.store.client() as client:
        client.set("key", "value")
        own_redis.kill()
        own_redis.start()
        assert client.get("key") == b"value"


def test_a_frozen_redis_answers_nothing_until_it_is_thawed(own_redis: Server[Redis]) -> None:
    with redis.Redis.from_url(own_redis.uri, socket_timeout=0.2) as client:
        own_redis.freeze()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        own_redis.thaw()
        assert own_redis.store.is_ready()


@pytest.mark.parametrize("hurt", ["kill", "freeze", "stop"])
def test_a_renewed_redis_serves_again_and_is_empty(own_redis: Server[Redis], hurt: str) -> None:
    with own_redis.store.client() as client:
        client.set("left", "behind")
    getattr(own_redis, hurt)()
    own_redis.renew()
    with own_redis.store.client() as client:
        assert client.dbsize() == 0


def test_a_renewed_mongo_serves_again_and_is_empty(own_mongo: Server[Mongo]) -> None:
    with own_mongo.store.client() as client:
        client.db.things.insert_one({"_id": 1})
        own_mongo.freeze()
        own_mongo.renew()
        assert client.db.things.count_documents({}) == 0


def test_rabbitmq_keeps_its_virtual_hosts_until_it_is_renewed(
    own_rabbitmq: Server[RabbitMQ],
) -> None:
    def vhosts() -> set[str]:
        with own_rabbitmq.store.api() as api:
            return {vhost["name"] for vhost in api.get("/vhosts").json()}

    own_rabbitmq.store.create_vhost("kept")
    own_rabbitmq.kill()
    own_rabbitmq.start()
    assert vhosts() == {"suite", "kept"}
    own_rabbitmq.renew()
    assert vhosts() == {"suite"}
