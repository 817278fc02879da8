"""What an access token and an internal identity may say."""

from typing import Any

import pytest
from contracts import headers
from contracts.claims import REQUIRED_CLAIMS, AccessClaims
from contracts.identity import IdentifiedUser, InternalIdentity
from pydantic import ValidationError

CLAIMS: dict[str, Any] = {
    "user": {"id": "64b7f0c2a1d3e4f5a6b7c8d9"},
    "sid": "session-1",
    "jti": "token_1",
    "iss": "task-hunter/user-service",
    "aud": "task-hunter/api",
    "iat": 1_700_000_000,
    "exp": 1_700_000_900,
}


def test_the_claims_come_back_as_they_were() -> None:
    assert AccessClaims.model_validate(CLAIMS).model_dump() == CLAIMS
    assert set(REQUIRED_CLAIMS) == set(CLAIMS)


def test_a_claim_of_the_future_is_ignored() -> None:
    assert AccessClaims.model_validate(CLAIMS | {"scope": "all"}).sid == "session-1"


@pytest.mark.parametrize(
    "fault",
    [
        {"user": {"id": "64B7F0C2A1D3E4F5A6B7C8D9"}},
        {"user": {"id": "1"}},
        {"user": "64b7f0c2a1d3e4f5a6b7c8d9"},
        {"sid": ""},
        {"sid": "a:b"},
        {"jti": "ready\n"},
        {"jti": "j" * 65},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_an_impossible_claim_is_refused(fault: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AccessClaims.model_validate(CLAIMS | fault)


def test_an_identity_without_a_user_is_for_a_public_route() -> None:
    assert InternalIdentity(client_ip="::1").user is None


def test_an_identity_is_frozen() -> None:
    user = IdentifiedUser(id="a" * 24, sid="s", exp=1)
    with pytest.raises(ValidationError):
        user.id = "somebody else"  # type: ignore[misc]  # the very thing that must fail


def test_header_names_are_lower_case_as_asgi_wants_them() -> None:
    names = [headers.REQUEST_ID, headers.TRACEPARENT, headers.INTERNAL_IDENTITY]
    assert names == ["x-request-id", "traceparent", "x-internal-identity"]
