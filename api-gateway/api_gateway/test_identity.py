"""The gateway's word on who asks."""

import pytest
from chassis.errors import Unauthorized
from chassis.identity import verify_identity
from contracts.identity import IdentifiedUser, InternalIdentity

from api_gateway.identity import MAX_REMEMBERED, REUSED_SECONDS, Signer

SECRET = "internal-secret-of-32-characters-or-more"
USER = IdentifiedUser(id="a" * 24, sid="s", jti="j", exp=9_999_999_999)


def test_the_service_reads_what_was_signed_for_it() -> None:
    signed = Signer(SECRET).sign("tasks-service", "10.0.0.1", USER)
    read = verify_identity(signed, audience="tasks-service", secret=SECRET)
    assert read == InternalIdentity(address="10.0.0.1", user=USER)


def test_another_service_does_not() -> None:
    signed = Signer(SECRET).sign("tasks-service", "10.0.0.1", None)
    with pytest.raises(Unauthorized):
        verify_identity(signed, audience="user-service", secret=SECRET)


def test_a_signature_is_given_again_until_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter(["first", "second"])
    monkeypatch.setattr("api_gateway.identity.sign_identity", lambda *_, **__: next(made))
    now = 1000.0
    signer = Signer(SECRET, clock=lambda: now)
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
        ("tasks-service", "10.0.0.1", USER.model_copy(update={"jti": "k"})),
    ],
)
def test_nobody_gets_the_signature_of_another(
    other: tuple[str, str, IdentifiedUser | None],
) -> None:
    signer = Signer(SECRET)
    signer.sign("tasks-service", "10.0.0.1", USER)
    service, address, user = other
    read = verify_identity(signer.sign(*other), audience=service, secret=SECRET)
    assert read == InternalIdentity(address=address, user=user)


def test_memory_for_signatures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api_gateway.identity.sign_identity", lambda *_, **__: "signed")
    signer = Signer(SECRET)
    for number in range(MAX_REMEMBERED + 100):
        signer.sign("tasks-service", str(number), None)
    assert len(signer._signed) == MAX_REMEMBERED
