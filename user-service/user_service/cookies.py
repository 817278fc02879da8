"""The cookie that carries the refresh token (RFC 6265)."""

from typing import Final

from starlette.requests import Request

NAME: Final = "refreshToken"
PATH: Final = "/api/users/auth"
_AMBIGUOUS: Final = "ambiguous"  # not the form of a token, so it is answered as any unknown one
_PAST: Final = "Thu, 01 Jan 1970 00:00:00 GMT"


def presented_token(request: Request) -> str | None:
    """The refresh token of the request, exactly as sent; None for none, or an empty one.

    Two different values are no token at all: which one the browser means cannot be known, and a
    neighbouring subdomain could have set one of them.
    """
    values = set()
    for header in request.headers.getlist("cookie"):
        for pair in header.split(";"):
            name, _, value = pair.strip().partition("=")
            if name == NAME and value:
                values.add(value)
    if len(values) > 1:
        return _AMBIGUOUS
    return values.pop() if values else None


def token_cookie(refresh_token: str, *, max_age: int, secure: bool) -> str:
    """The value of `Set-Cookie`; `max_age` is in seconds."""
    attributes = f"HttpOnly; SameSite=Strict; Path={PATH}; Max-Age={max_age}"
    return f"{NAME}={refresh_token}; {attributes}" + ("; Secure" if secure else "")


def cleared_cookie(*, secure: bool) -> str:
    """The value of `Set-Cookie` that makes a browser forget the cookie."""
    return token_cookie("", max_age=0, secure=secure) + f"; Expires={_PAST}"
