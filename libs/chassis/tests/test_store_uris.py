"""The URIs of the stores: which are taken, and what is said of the others."""

import pytest
from chassis.settings import ServiceSettings, load_settings
from chassis.store_uris import MongoUri, RabbitUri, RedisUri, uris_of_nodes
from pydantic import SecretStr


class Settings(ServiceSettings):
    port: int = 4000
    redis_uri: RedisUri = SecretStr("redis://127.0.0.1:6379/0")
    mongo_uri: MongoUri = SecretStr("mongodb://127.0.0.1:27017/db")
    rabbitmq_uri: RabbitUri = SecretStr("amqp://127.0.0.1:5672/")


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line with which the process ends."""
    with pytest.raises(SystemExit) as ended:
        load_settings(Settings)
    assert ended.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize(
    "password", [f"hunt{delimiter}er2" for delimiter in "/#?@:%[]"] + ["12/34"]
)
@pytest.mark.parametrize("user", ["", "user"])
def test_a_password_with_a_delimiter_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], user: str, password: str
) -> None:
    monkeypatch.setenv("REDIS_URI", f"redis://{user}:{password}@redis:6379/0")
    said = complaint(capsys)
    assert said.startswith("settings: REDIS_URI: is not a URI")
    assert password[:2] not in said


@pytest.mark.parametrize(
    ("variable", "uri"),
    [
        ("REDIS_URI", "redis://:pa%2Fss@[::1]:6379/0"),
        ("REDIS_URI", "rediss://redis.example/0?ssl_certfile=/run/c.pem&ssl_keyfile=/run/k.pem"),
        ("REDIS_URI", "redis+sentinel://user:p%40ss@one:26379,two,[::1]:26379/mymaster"),
        ("REDIS_URI", "rediss+sentinel://one:26379/mymaster/1"),
        ("REDIS_URI", "unix:///run/redis.sock"),
        ("RABBITMQ_URI", "amqp://user:p%40ss@rabbitmq:5672/"),
        ("RABBITMQ_URI", "amqps://user:p%40ss@rabbitmq:5671/?certfile=/run/c.pem"),
        ("MONGO_URI", "mongodb://user:p%23ss@one:27017,two:27017/db?replicaSet=rs0&tls=true"),
        ("MONGO_URI", "mongodb+srv://cluster.example/db"),
        ("MONGO_URI", "mongodb://user:pass@one:27017,two:27018,[::1]/db?replicaSet=rs0&w=1"),
        ("MONGO_URI", "mongodb+srv://user:pass@cluster.example/db?retryWrites=true&w=majority"),
        ("RABBITMQ_URI", "amqp://user:pass@one:5672,two:5673,[::1]:5674/vhost"),
        ("RABBITMQ_URI", "amqps://one,two/%2F?heartbeat=5"),
    ],
)
def test_a_uri_with_its_password_encoded_and_any_members_is_taken(
    monkeypatch: pytest.MonkeyPatch, variable: str, uri: str
) -> None:
    monkeypatch.setenv(variable, uri)
    settings = load_settings(Settings)
    value: SecretStr = getattr(settings, variable.lower())
    assert value.get_secret_value() == uri


@pytest.mark.parametrize(
    ("variable", "uri", "said"),
    [
        ("REDIS_URI", "http://:hunter2@redis/", "must begin with one of redis://, rediss://"),
        ("MONGO_URI", "redis://:hunter2@redis/", "must begin with one of mongodb://"),
        ("RABBITMQ_URI", "amqp+ssl://:hunter2@rabbitmq/", "must begin with one of amqp://, amqps"),
        ("REDIS_URI", "redis+sentinel://:hunter2@one,two", "must name what the sentinels watch"),
        ("REDIS_URI", "redis+sentinel://:hunter2@one,two/", "must name what the sentinels watch"),
        ("REDIS_URI", "redis+sentinel://:hunter2@one/my/x", "must name what the sentinels watch"),
        (
            "REDIS_URI",
            "rediss://:hunter2@redis/0?ssl_cert_reqs=none",
            "must not have ssl_cert_reqs",
        ),
        (
            "REDIS_URI",
            "rediss://:hunter2@redis/0?db=1&ssl_check_hostname=false",
            "must not have ssl_check_hostname",
        ),
        ("MONGO_URI", "mongodb://:hunter2@m/db?tls=true&tlsinsecure=true", "not have tlsinsecure"),
        (
            "MONGO_URI",
            "mongodb://:hunter2@m/db?tlsAllowInvalidCertificates=true",
            "must not have tlsAllowInvalidCertificates",
        ),
        (
            "MONGO_URI",
            "mongodb+srv://:hunter2@m.example/?tlsAllowInvalidHostnames=true",
            "must not have tlsAllowInvalidHostnames",
        ),
        ("RABBITMQ_URI", "amqps://:hunter2@r/?no_verify_ssl=1", "must not have no_verify_ssl"),
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
def test_a_uri_by_which_nobody_is_found_or_anybody_trusted_is_refused_by_name(
    *,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    uri: str,
    said: str,
) -> None:
    monkeypatch.setenv(variable, uri)
    line = complaint(capsys)
    assert line.startswith(f"settings: {variable}: ")
    assert said in line
    assert "hunter2" not in line


def test_each_node_has_the_user_and_the_virtual_host_of_the_whole_uri() -> None:
    assert uris_of_nodes("amqps://user:p%40ss@one:5671,[::1],two:5673/v%2Fh?heartbeat=5") == [
        "amqps://user:p%40ss@one:5671/v%2Fh?heartbeat=5",
        "amqps://user:p%40ss@[::1]/v%2Fh?heartbeat=5",
        "amqps://user:p%40ss@two:5673/v%2Fh?heartbeat=5",
    ]
