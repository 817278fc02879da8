"""Access tokens: the good one, and every way to be none."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from api_gateway.access_tokens import MAX_CACHED, AccessTokens, InvalidToken
from chassis.errors import Unauthorized
from contracts.claims import ALGORITHM
from gateway_helpers.gateway import SECRET, USER_ID, claims, token

NO_TOKEN = "No authorization token, access denied"


def bearer(text: str | bytes) -> Any:  # noqa: ANN401 — an IdentifiedUser, or it raises
    raw = text.encode("latin-1") if isinstance(text, str) else text
    return AccessTokens([SECRET]).user_of([b"Bearer " + raw])


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(payload: object, algorithm: str) -> str:
    """Signed by hand: PyJWT warns of keys that are short for an algorithm, and we are forging."""
    head = f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded(payload)}"
    digest = hmac.new(SECRET.encode(), head.encode(), algorithm.replace("HS", "sha")).digest()
    return f"{head}.{encoded(digest)}"


def test_the_bearer_of_a_good_token_is_known() -> None:
    good = claims(jti="j", sid="s")
    user = bearer(jwt.encode(good, SECRET, ALGORITHM))
    assert (user.id, user.sid, user.exp) == (USER_ID, "s", good["exp"])


@pytest.mark.parametrize("scheme", [b"Bearer ", b"bearer ", b"BEARER  "])
def test_the_scheme_is_read_in_any_case(scheme: bytes) -> None:
    assert AccessTokens([SECRET]).user_of([scheme + token().encode()]).id == USER_ID


@pytest.mark.parametrize("value", [None, b"", b"Bearer", b"Bearer ", b"Basic abc", b"Bearertoken"])
def test_without_a_bearer_token_access_is_denied(value: bytes | None) -> None:
    with pytest.raises(Unauthorized, match=NO_TOKEN):
        AccessTokens([SECRET]).user_of([] if value is None else [value])


def test_two_authorization_headers_are_none() -> None:
    good = b"Bearer " + token().encode()
    with pytest.raises(InvalidToken):
        AccessTokens([SECRET]).user_of([good, good])


def unsigned(**header: Any) -> str:  # noqa: ANN401 — any shape a forger may think of
    return f"{encoded({'typ': 'JWT', **header})}.{encoded(claims())}."


FORGED: dict[str, Callable[[], str]] = {
    "alg none": lambda: unsigned(alg="none"),
    "alg None": lambda: unsigned(alg="None"),
    "no signature": lambda: unsigned(alg="HS256"),
    "no alg": unsigned,
    "HS384": lambda: signed(claims(), "HS384"),
    "HS512": lambda: signed(claims(), "HS512"),
    "claims in a list": lambda: signed([claims()], "HS256"),
    "claims a text": lambda: signed("x", "HS256"),
    "another secret": lambda: jwt.encode(claims(), "x" * 32, ALGORITHM),
    "cut short": lambda: token()[:-2],
    "one character more": lambda: token() + "a",
    "padded": lambda: token() + "=",
    "two in one": lambda: token() + "." + token(),
    "three letters": lambda: "a.b.c",
    "three dots": lambda: "...",
    "100,000 letters": lambda: "a" * 100_000,
    "not ASCII": lambda: "\xff\xfe",
    "with a blank": lambda: "a b",
    "deep header": lambda: f"{encoded(b'[' * 3000)}.{encoded(claims())}.a",
    "crit": lambda: f"{encoded({'alg': 'HS256', 'crit': ['x'], 'x': 1})}.{encoded(claims())}.a",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_invalid(name: str) -> None:
    with pytest.raises(InvalidToken):
        bearer(FORGED[name]())


def test_a_token_signed_with_the_fallback_is_good_until_that_is_gone() -> None:
    value = [b"Bearer " + token().encode()]
    assert AccessTokens(["x" * 32, SECRET]).user_of(value).id == USER_ID
    for secrets in (["x" * 32], ["x" * 32, "y" * 32]):
        with pytest.raises(InvalidToken):
            AccessTokens(secrets).user_of(value)


@pytest.mark.parametrize("changes", [{"exp": 1, "iat": 0}, {"aud": "task-hunter/other"}])
def test_the_fallback_verifies_all_that_the_secret_does(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        AccessTokens(["x" * 32, SECRET]).user_of([b"Bearer " + token(**changes).encode()])


STRANGE: list[Any] = [
    None,
    True,
    "1",
    "9999999999",
    1.5,
    1e300,
    float("inf"),
    float("nan"),
    [],
    {},
    -1,
    10**30,
]


@pytest.mark.parametrize("name", ["iat", "exp"])
@pytest.mark.parametrize("value", STRANGE)
def test_a_time_of_another_type_or_size_is_invalid(name: str, value: object) -> None:
    with pytest.raises(InvalidToken):
        bearer(token(**{name: value}))


@pytest.mark.parametrize("missing", ["user", "sid", "jti", "iss", "aud", "iat", "exp"])
def test_no_claim_may_be_missing(missing: str) -> None:
    rest = claims()
    del rest[missing]
    with pytest.raises(InvalidToken):
        bearer(jwt.encode(rest, SECRET, ALGORITHM))


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "task-hunter/other"},
        {"aud": ["task-hunter/api"]},
        {"aud": []},
        {"user": USER_ID},
        {"user": {}},
        {"user": {"id": "short"}},
        {"user": {"id": None}},
        {"user": {"id": {"$ne": ""}}},
        {"jti": ""},
        {"jti": "a:b"},
        {"jti": "a" * 65},
        {"sid": "a\n"},
        {"sid": "ready*"},
        {"exp": 1, "iat": 0},
        {"iat": 4_000_000_000, "exp": 4_000_000_900},
        {"nbf": 4_000_000_000},
        {"nbf": "x"},
    ],
)
def test_a_claim_of_the_wrong_shape_is_invalid(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        bearer(token(**changes))


@pytest.mark.parametrize("issuer", ["task-hunter/api-gateway", ["task-hunter/user-service"], "", 1])
def test_another_issuer_is_invalid(issuer: object) -> None:
    with pytest.raises(InvalidToken):
        bearer(signed(claims(iss=issuer), ALGORITHM))


def test_a_remembered_token_still_expires() -> None:
    moment = time.time()
    tokens = AccessTokens([SECRET], clock=lambda: moment)
    value = [b"Bearer " + token().encode()]
    user = tokens.user_of(value)
    assert tokens.user_of(value) is user
    moment = user.exp
    with pytest.raises(InvalidToken):
        tokens.user_of(value)


def test_the_clock_of_user_service_may_be_a_little_ahead() -> None:
    now = int(time.time())
    assert bearer(token(iat=now + 3)).id == USER_ID
    with pytest.raises(InvalidToken):
        bearer(token(iat=now + 10))


def test_memory_for_tokens_is_bounded() -> None:
    tokens = AccessTokens([SECRET])
    tokens.user_of([b"Bearer " + token().encode()])
    assert tokens._verify_once.cache_info()[2:] == (MAX_CACHED, 1)
