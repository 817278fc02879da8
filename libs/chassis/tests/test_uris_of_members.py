"""URIs that name several members of a store."""

import pytest
from chassis.settings import ServiceSettings, load_settings
from chassis.store_uris import MongoUri, RabbitUri, uris_of_nodes
from pydantic import SecretStr


class Settings(ServiceSettings):
    port: int = 4000
    mongo_uri: MongoUri = SecretStr("mongodb://127.0.0.1:27017/db")
    rabbitmq_uri: RabbitUri = SecretStr("amqp://127.0.0.1:5672/")


@pytest.mark.parametrize(
    ("variable", "uri"),
    [
        ("MONGO_URI", "mongodb://user:pass@one:27017,two:27018,[::1]/db?replicaSet=rs0&w=1"),
        ("MONGO_URI", "mongodb+srv://user:pass@cluster.example/db?retryWrites=true&w=majority"),
        ("RABBITMQ_URI", "amqp://user:pass@one:5672,two:5673,[::1]:5674/vhost"),
        ("RABBITMQ_URI", "amqps://one,two/%2F?heartbeat=5"),
    ],
)
def test_a_uri_may_name_several_members(
    monkeypatch: pytest.MonkeyPatch, variable: str, uri: str
) -> None:
    monkeypatch.setenv(variable, uri)
    settings = load_settings(Settings)
    assert getattr(settings, variable.lower()).get_secret_value() == uri


@pytest.mark.parametrize(
    ("variable", "uri", "why"),
    [
        ("MONGO_URI", "mongodb://user:hunter2@one,two/?replicaSet=rs0", "names no database"),
        ("MONGO_URI", "mongodb+srv://user:hunter2@cluster.example", "names no database"),
        ("MONGO_URI", "mongodb://user:hunter2@one,,two/db", "Empty host"),
        ("MONGO_URI", "mongodb://user:hunter2@one:70000/db", "Port must be"),
        ("MONGO_URI", "mongodb://user:hunter2@one,two/db?directConnection=true", "multiple hosts"),
        ("MONGO_URI", "mongodb://user:hunter2@one/db?replicaset=a&replicaSets=b", "Unknown option"),
        ("MONGO_URI", "amqp://user:hunter2@one/db", "must begin with one of mongodb://"),
        ("RABBITMQ_URI", "mongodb://user:hunter2@one/db", "must begin with one of amqp://"),
        ("RABBITMQ_URI", "amqp://user:hunter2@one:5672,,two:5672/", "host without a name"),
        ("RABBITMQ_URI", "amqp://user:hunter2@one:5672,:5673/", "host without a name"),
        ("RABBITMQ_URI", "amqp://user:hunter2@one:5672,two:70000/", "Port out of range"),
    ],
)
def test_a_uri_by_which_nobody_is_found_is_refused_by_its_variable(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    uri: str,
    why: str,
) -> None:
    monkeypatch.setenv(variable, uri)
    with pytest.raises(SystemExit) as ended:
        load_settings(Settings)
    assert ended.value.code == 2
    [said] = capsys.readouterr().err.splitlines()
    assert said.startswith(f"settings: {variable}: ")
    assert why in said
    assert "hunter2" not in said


def test_each_node_has_the_user_and_the_virtual_host_of_the_whole_uri() -> None:
    assert uris_of_nodes("amqps://user:p%40ss@one:5671,[::1],two:5673/v%2Fh?heartbeat=5") == [
        "amqps://user:p%40ss@one:5671/v%2Fh?heartbeat=5",
        "amqps://user:p%40ss@[::1]/v%2Fh?heartbeat=5",
        "amqps://user:p%40ss@two:5673/v%2Fh?heartbeat=5",
    ]
