"""What clients send and get, and the rules for an e-mail address and a password."""

import unicodedata
from datetime import datetime
from typing import Annotated

import email_validator
from chassis.bodies import NO_NUL, VISIBLE
from contracts.events import to_iso_millis
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    create_model,
)
from pydantic.alias_generators import to_camel

MAX_EMAIL_LENGTH = 254  # RFC 5321, section 4.5.3.1.3, less the angle brackets
MAX_PASSWORD_BYTES = 72  # bcrypt reads no further

# An address is a name to sign in with here; no mail is sent, so `.test` or `.local` is as good as
# any. The library offers this list, and only this list, for changing that.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def _normalise_email(value: str) -> str:
    # NFKC: a full-width letter is the letter, so that nobody gets a second account with it.
    address = unicodedata.normalize("NFKC", value)
    address = email_validator.validate_email(address, check_deliverability=False).normalized
    address = unicodedata.normalize("NFKC", address.lower())
    if len(address) > MAX_EMAIL_LENGTH:
        raise ValueError(f"The email address is longer than {MAX_EMAIL_LENGTH} characters.")
    return address


def composed(password: str) -> str:
    """The password in NFC: some systems type `é` as one character, some as two."""
    return unicodedata.normalize("NFC", password)


def _composed_unless_too_long(value: object) -> object:
    return composed(value) if isinstance(value, str) and _may_fit(value) else value


def _may_fit(password: str) -> bool:
    # NFC makes at most four characters into one; to sort a thousand accents takes quadratic time.
    return len(password) <= 4 * MAX_PASSWORD_BYTES


def _refuse_what_bcrypt_would_cut(value: str) -> str:
    if not _may_fit(value) or len(composed(value).encode()) > MAX_PASSWORD_BYTES:
        raise ValueError(f"must be at most {MAX_PASSWORD_BYTES} bytes of UTF-8")
    return value


PASSWORD_EXAMPLE = Field(
    json_schema_extra={"format": "password", "examples": ["correct horse battery"]}
)

Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=50),
    NO_NUL,
    VISIBLE,
    Field(examples=["Ada"]),
]
Email = Annotated[
    str,
    StringConstraints(max_length=MAX_EMAIL_LENGTH),
    AfterValidator(_normalise_email),
    Field(json_schema_extra={"format": "email", "examples": ["ada@example.com"]}),
]
Password = Annotated[
    str,
    StringConstraints(min_length=1),
    NO_NUL,
    AfterValidator(_refuse_what_bcrypt_would_cut),
    PASSWORD_EXAMPLE,
]


class Credentials(BaseModel):
    """The body of a login; the password is as it was sent.

    A password shorter than today's minimum may be an older account's.
    """

    email: Email
    password: Password


class Registration(Credentials):
    """The body of a registration."""

    username: Username


def registration(password_min_length: int) -> type[Registration]:
    """`Registration` with the configured minimum, so that one answer names every bad field."""
    # A bound behind the other validators would count "items" in its message.
    bounds = StringConstraints(min_length=password_min_length)
    password = Annotated[
        str,
        bounds,
        NO_NUL,
        AfterValidator(_refuse_what_bcrypt_would_cut),
        BeforeValidator(_composed_unless_too_long),
        PASSWORD_EXAMPLE,
    ]
    return create_model("Registration", __base__=Registration, password=(password, ...))


class Answer(BaseModel):
    """A body that this service sends: snake case here, camel case for the client."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class AccessTokenAnswer(Answer):
    """The body of every call that signs somebody in; the refresh token is in the cookie."""

    access_token: Annotated[
        str, Field(examples=["eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiIuLi4ifQ.c2lnbmF0dXJl"])
    ]


class UserBody(Answer):
    """An account as its owner sees it. `created_at` is in UTC, to the millisecond."""

    id: Annotated[str, Field(examples=["6922a0000000000000000001"])]
    username: Annotated[str, Field(examples=["Ada"])]
    email: Annotated[str, Field(examples=["ada@example.com"])]
    created_at: Annotated[
        datetime,
        PlainSerializer(to_iso_millis, return_type=str, when_used="json"),
        Field(json_schema_extra={"format": "date-time", "examples": ["2026-11-22T12:00:00.000Z"]}),
    ]


class UserAnswer(BaseModel):
    """Who is signed in."""

    user: UserBody
