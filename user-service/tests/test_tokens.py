from datetime import UTC, datetime, timedelta

import jwt
from contracts.claims import AUDIENCE, ISSUER, REQUIRED_CLAIMS
from hypothesis import given
from hypothesis import strategies as st
from user_service.tokens import (
    looks_like_ours,
    new_refresh_token,
    sign_access_token,
    stored_form,
    successor_of,
)

SECRET = "a-secret-of-at-least-32-characters"


def test_an_access_token_has_every_claim() -> None:
    now = datetime.now(UTC)
    token = sign_access_token(
        "0" * 24, "sid", issued_at=now, expires_at=now + timedelta(minutes=15), secret=SECRET
    )
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER)
    assert set(claims) == set(REQUIRED_CLAIMS)
    assert claims["user"] == {"id": "0" * 24}
    assert claims["exp"] - claims["iat"] == 900


def test_refresh_tokens_are_256_random_bits_in_a_form_of_their_own() -> None:
    tokens = {new_refresh_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(looks_like_ours(token) for token in tokens)


@given(secret=st.text(min_size=1), other=st.text(min_size=1))
def test_a_successor_is_always_the_same_and_needs_the_secret(secret: str, other: str) -> None:
    token = new_refresh_token()
    successor = successor_of(token, secret)
    assert looks_like_ours(successor)
    assert successor == successor_of(token, secret)
    assert successor != token
    assert (successor == successor_of(token, other)) == (secret == other)


@given(text=st.text())
def test_only_a_refresh_token_has_its_form(text: str) -> None:
    assert not looks_like_ours(text + "\n")
    assert not looks_like_ours(new_refresh_token() + text + ".")


def test_the_stored_form_is_the_sha_256() -> None:
    assert stored_form("abc").startswith("ba7816bf")
    assert len(stored_form("abc")) == 64
