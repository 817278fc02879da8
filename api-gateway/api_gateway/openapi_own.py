"""The gateway's own routes, as the OpenAPI document describes them."""

from typing import Any, Final

Json = dict[str, Any]


def _get(
    summary: str,
    responses: Json,
    parameters: list[Json] | None = None,
    security: tuple[Json, ...] = (),
) -> Json:
    name = summary[0].lower() + summary.title().replace(" ", "")[1:]
    operation = {
        "summary": summary,
        "operationId": name,
        "tags": ["gateway"],
        "security": list(security),
        "responses": responses,
    }
    return {"get": operation | ({"parameters": parameters} if parameters else {})}


def _json(description: str, example: Json) -> Json:
    content = {"application/json": {"schema": {"type": "object"}, "example": example}}
    return {"description": description, "content": content}


def _file(description: str, media_type: str, example: str) -> Json:
    content = {media_type: {"schema": {"type": "string"}, "example": example}}
    return {"description": description, "content": content}


_CHECKS: Final = {
    "user-service": "up",
    "tasks-service": "up",
    "activity-service": "up",
    "redis": "up",
    "breaker": "closed",
    "eviction": "off",
    "gateway_db": "up",
}

_QUOTA: Final = {
    "plan": "default",
    "limits": [
        {"name": "read-burst", "limit": 200, "remaining": 199, "resetSeconds": 1},
        {"name": "write-day", "limit": 20_000, "remaining": 19_990, "resetSeconds": 44},
    ],
}
_REFUSED: Final = {
    "400": "BadRequest",
    "401": "Unauthorized",
    "414": "TargetTooLong",
    "429": "TooManyRequests",
    "431": "HeadTooLarge",
    "500": "InternalServerError",
    "502": "BadGateway",
    "503": "ServiceUnavailable",
    "505": "HttpVersionNotSupported",
}

OWN_PATHS: Final[Json] = {
    "/api/quota": _get(
        "Read quota",
        {
            "200": _json("The user's plan, and what is left of its limits", _QUOTA),
            **{
                status: {"$ref": f"#/components/responses/{name}"}
                for status, name in _REFUSED.items()
            },
        },
        security=({"accessToken": []},),
    ),
    "/health": _get(
        "Read health",
        {"200": _json("The process lives", {"status": "ok", "service": "api-gateway"})},
    ),
    "/ready": _get(
        "Read readiness",
        {
            "200": _json(
                "All that is needed is up",
                {"status": "ok", "service": "api-gateway", "checks": _CHECKS},
            ),
            "503": _json(
                "Something that is needed is not up",
                {
                    "status": "unavailable",
                    "service": "api-gateway",
                    "checks": _CHECKS | {"tasks-service": "down"},
                },
            ),
        },
    ),
    "/openapi.json": _get(
        "Read openapi document", {"200": _json("This document", {"openapi": "3.1.0"})}
    ),
    "/docs": _get(
        "Read documentation",
        {"200": _file("A page that shows this document", "text/html", "<!doctype html>")},
    ),
    "/docs/{file}": _get(
        "Read documentation file",
        {
            "200": _file("A script or style sheet of that page", "text/javascript", "…"),
            "404": {"$ref": "#/components/responses/NotFound"},
        },
        [{"name": "file", "in": "path", "required": True, "schema": {"type": "string"}}],
    ),
}
