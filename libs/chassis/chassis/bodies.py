"""Request bodies: `application/json`, UTF-8, strictly read, with clean text and known members in them."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import regex
from fastapi import HTTPException
from fastapi.routing import APIRoute
from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic_core import from_json
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from chassis.errors import BadRequest, UnsupportedMediaType

MAX_UNKNOWN: Final = 20


def _refuse_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not contain NUL")
    return value


NO_NUL = AfterValidator(_refuse_nul)
"""For text fields, after their other constraints: `Annotated[str, StringConstraints(…), NO_NUL]`."""

# Unicode Standard Annex 44: what neither space, control character nor default-ignorable is.
_SOMETHING_VISIBLE: Final = regex.compile(
    r"[^\p{White_Space}\p{Cc}\p{Default_Ignorable_Code_Point}]"
)


def _refuse_invisible(value: str) -> str:
    if not _SOMETHING_VISIBLE.search(value):
        raise ValueError("must contain something visible")
    return value


VISIBLE = AfterValidator(_refuse_invisible)
"""For text that a person has to be able to see: it is more than spaces and zero-width characters."""

VISIBLE_OR_EMPTY = AfterValidator(lambda value: _refuse_invisible(value) if value else value)
"""The same for text that may be left empty."""


class StrictObject(BaseModel):
    """An object of JSON in which every unknown member is a fault, up to `MAX_UNKNOWN` of them."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _refuse_many(cls, value: object) -> object:
        # A body has room for 100,000 members, and as many faults take 200 MiB.
        if isinstance(value, dict) and len(value) > len(cls.model_fields) + MAX_UNKNOWN:
            raise ValueError("has too many members")
        return value


class _StrictRequest(Request):
    async def json(self) -> Any:  # noqa: ANN401 — as Starlette declares it
        # The standard library's parser takes NaN, lone surrogates and other encodings, and fails
        # on deep nesting with RecursionError; this one refuses them all with ValueError.
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError:
            # FastAPI lets only its own exception out of here.
            raise HTTPException(400, "Malformed JSON") from None


async def whole_body(request: Request) -> bytes:
    """The body; BadRequest if the request ended before it."""
    try:
        return await request.body()
    except ClientDisconnect:
        raise BadRequest("The request ended before its body") from None


class StrictJsonRoute(APIRoute):
    """A route whose body, where it has one, is `application/json` (else 415) and JSON (else 400)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        needs_body = self.body_field is not None

        async def handle_strictly(request: Request) -> Response:
            if not needs_body:
                return await handle(request)
            if request.headers.get("content-encoding", "identity").lower() != "identity":
                # RFC 9110, section 15.5.16, lets the answer say which codings would do.
                identity = {"accept-encoding": "identity"}
                raise UnsupportedMediaType("Content-Encoding is not supported", headers=identity)
            media_type = request.headers.get("content-type", "").partition(";")[0]
            if media_type.strip().lower() != "application/json":
                raise UnsupportedMediaType("Content-Type must be application/json")
            return await handle(_StrictRequest(request.scope, request.receive))

        return handle_strictly
