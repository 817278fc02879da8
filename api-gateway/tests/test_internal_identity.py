"""The gateway's word on who asks, and nobody else's."""

import pytest
from api_gateway.internal_identity import MAX_CACHED, REUSED_SECONDS, IdentitySigner
from api_gateway.settings import Settings
from chassis.errors import Unauthorized
from chassis.identity import verify_identity
from contracts.identity import IdentifiedUser, InternalIdentity
from gateway_helpers.gateway import RunningGateway, bearer, run_gateway
from gateway_helpers.peers import Peer, urls

SECRET = "internal-secret-of-32-characters-or-more"
INTERNAL_SECRET = Settings().internal_secret.get_secret_value()


USER = IdentifiedUser(id="a" * 24, sid="s", exp=9_999_999_999)


def test_the_service_reads_what_was_signed_for_it() -> None:
    signed = IdentitySigner(SECRET).sign("tasks-service", "10.0.0.1", USER)
    read = verify_identity(signed, audience="tasks-service", secret=SECRET)
    assert read == InternalIdentity(client_ip="10.0.0.1", user=USER)


def test_another_service_refuses_it() -> None:
    signed = IdentitySigner(SECRET).sign("tasks-service", "10.0.0.1", None)
    with pytest.raises(Unauthorized):
        verify_identity(signed, audience="user-service", secret=SECRET)


def test_a_signature_is_given_again_until_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter(["first", "second"])
    monkeypatch.setattr("api_gateway.internal_identity.sign_identity", lambda *_, **__: next(made))
    now = 1000.0
    signer = IdentitySigner(SECRET, clock=lambda: now)
    assert signer.sign("tasks-service", "10.0.0.1", USER) == "first"
    now += REUSED_SECONDS - 1
    assert signer.sign("tasks-service", "10.0.0.1", USER) == "first"
    now += 1
    assert signer.sign("tasks-service", "10.0.0.1", USER) == "second"


@pytest.mark.parametrize(
    "other",
    [
        ("user-service", "10.0.0.1", USER),
        ("tasks-service", "10.0.0.2", USER),
        ("tasks-service", "10.0.0.1", None),
        ("tasks-service", "10.0.0.1", USER.model_copy(update={"id": "b" * 24})),
        ("tasks-service", "10.0.0.1", USER.model_copy(update={"sid": "t"})),
        ("tasks-service", "10.0.0.1", USER.model_copy(update={"sid": "k"})),
    ],
)
def test_every_user_service_and_ip_has_a_signature_of_its_own(
    other: tuple[str, str, IdentifiedUser | None],
) -> None:
    signer = IdentitySigner(SECRET)
    signer.sign("tasks-service", "10.0.0.1", USER)
    service, address, user = other
    read = verify_identity(signer.sign(*other), audience=service, secret=SECRET)
    assert read == InternalIdentity(client_ip=address, user=user)


def test_memory_for_signatures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api_gateway.internal_identity.sign_identity", lambda *_, **__: "signed")
    signer = IdentitySigner(SECRET)
    for number in range(MAX_CACHED + 100):
        signer.sign("tasks-service", str(number), None)
    assert signer._sign_once.cache_info().currsize == MAX_CACHED


async def test_identity_headers_of_a_client_are_dropped(
    gateway: RunningGateway, peer: Peer
) -> None:
    posing = {
        "x-internal-identity": "me",
        "x-user-id": "me",
        "x-token-id": "me",
        "x-token-expiry": "me",
        "x-forwarded-for": "6.6.6.6",
        "x-forwarded-host": "me",
        "forwarded": "for=6.6.6.6",
        "x-real-ip": "6.6.6.6",
        "connection": "x-internal-identity, x-request-id, x-forwarded-for, keep-alive",
    }
    answer = await gateway.client.get("/api/tasks", headers=bearer() | posing)
    assert answer.status_code == 200
    (seen,) = peer.seen
    assert "me" not in [value for _, value in seen.headers]
    assert seen.one("x-forwarded-for") == "127.0.0.1"
    assert seen.one("x-request-id") == answer.headers["x-request-id"]
    signed = seen.one("x-internal-identity")
    read = verify_identity(signed, audience="tasks-service", secret=INTERNAL_SECRET)
    assert read.client_ip == "127.0.0.1"


async def test_behind_a_trusted_proxy_the_client_ip_is_the_one_the_proxy_names(
    peer: Peer, redis_uri: str, ready: None
) -> None:
    del ready
    async with run_gateway(
        redis_uri=redis_uri, trusted_proxies="127.0.0.0/8", **urls(peer)
    ) as gateway:
        named = {"x-forwarded-for": "6.6.6.6, 192.0.2.7"}
        await gateway.client.get("/api/tasks", headers=bearer() | named)
    assert peer.seen[0].one("x-forwarded-for") == "192.0.2.7"


async def test_the_request_id_goes_to_the_service_and_back_to_the_client(
    gateway: RunningGateway, peer: Peer
) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    sent = {"x-request-id": "page-1.a_b", "traceparent": trace}
    answer = await gateway.client.get("/api/tasks", headers=bearer() | sent)
    assert answer.headers["x-request-id"] == peer.seen[0].one("x-request-id") == "page-1.a_b"
    assert peer.seen[0].one("traceparent").startswith(f"00-{'a' * 32}-")
    assert peer.seen[0].one("traceparent") != trace
    strange = await gateway.client.get(
        "/api/tasks", headers=bearer() | {"x-request-id": "a b" * 99}
    )
    assert strange.headers["x-request-id"] != "a b" * 99
