"""The cookie that carries the refresh token (RFC 6265)."""

from collections.abc import Sequence
from typing import Final

from starlette.requests import Request

NAME: Final = "refreshToken"
PATH: Final = "/api/users/auth"
_PAST: Final = "Thu, 01 Jan 1970 00:00:00 GMT"


def presented_tokens(request: Request) -> Sequence[str]:
    """The values of all cookies of that name, exactly as sent, each once; an empty one is none.

    There may be several: a cookie of the same name may come from another application on the same
    host, or from a neighbouring subdomain (RFC 6265, section 8.6).
    """
    pairs = [
        pair.strip().partition("=")
        for header in request.headers.getlist("cookie")
        for pair in header.split(";")
    ]
    return list(dict.fromkeys(value for name, _, value in pairs if name == NAME and value))


def token_cookie(refresh_token: str, *, max_age: int, secure: bool) -> str:
    """The value of `Set-Cookie`; `max_age` is in seconds."""
    attributes = f"HttpOnly; SameSite=Strict; Path={PATH}; Max-Age={max_age}"
    return f"{NAME}={refresh_token}; {attributes}" + ("; Secure" if secure else "")


def cleared_cookie(*, secure: bool) -> str:
    """The value of `Set-Cookie` that makes a browser forget the cookie."""
    return token_cookie("", max_age=0, secure=secure) + f"; Expires={_PAST}"
