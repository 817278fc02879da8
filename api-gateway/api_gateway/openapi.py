"""`python -m api_gateway.openapi`: the public OpenAPI document, from those of the services.

Reads the documents of the services from the files it is given, and prints one document: the routes
that the gateway forwards, what the gateway itself adds to each (tokens, limits, refusals), and the
gateway's own routes. Every response has an example, made from those of its schema's properties.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

from contracts.errors import EXAMPLE_REQUEST_ID, UNAVAILABLE

from api_gateway.openapi_own import OWN_PATHS
from api_gateway.openapi_samples import sample
from api_gateway.routes import GATEWAY, ROUTES, Route

Json = dict[str, Any]

_DESCRIPTION: Final = (
    "Tasks, and what became of them. Errors are `{message, errors?, requestId}`; every response "
    "carries `x-request-id`, and under `/api`, where quotas are on, `RateLimit` and "
    "`RateLimit-Policy`. HEAD is answered wherever GET is, OPTIONS everywhere. `docs/api.md` in "
    "the repository says the rest."
)
_SECURITY_SCHEMES: Final[Json] = {
    "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "refreshToken": {"type": "apiKey", "in": "cookie", "name": "refreshToken"},
}
_REFUSALS: Final = {
    400: ("BadRequest", "Malformed address"),
    401: ("Unauthorized", "No authorization token, access denied"),
    403: ("ForeignOrigin", "Origin not allowed"),
    404: ("NotFound", "Not found"),
    408: ("RequestTimeout", "The request body arrives too slowly"),
    413: ("BodyTooLarge", "Request body too large"),
    414: ("TargetTooLong", "Request target too long"),
    415: ("UnsupportedMediaType", "Content-Type must be application/json"),
    429: ("TooManyRequests", "Too many requests, try again later"),
    431: ("HeadTooLarge", "Request header fields too large"),
    500: ("InternalServerError", "An internal server error occurred"),
    502: ("BadGateway", UNAVAILABLE),
    503: ("ServiceUnavailable", UNAVAILABLE),
    504: ("GatewayTimeout", UNAVAILABLE),
    505: ("HttpVersionNotSupported", "HTTP version not supported"),
}
_ALWAYS: Final = (400, 408, 414, 429, 431, 500, 502, 503, 504, 505)
_WITH_RETRY_AFTER: Final = (429, 503)


def merged(documents: Sequence[Json]) -> Json:
    """The public document; ValueError when the route table and the services disagree."""
    schemas: Json = {}
    operations: dict[tuple[str, str], Json] = {}
    for document in documents:
        for name, schema in document["components"]["schemas"].items():
            if schemas.setdefault(name, schema) != schema:
                raise ValueError(f"two services mean different things by {name}")
        operations |= {(path, method): one for path, method, one in _operations(document)}
    paths: Json = {}
    for route in (route for route in ROUTES if route.service is not GATEWAY):
        operation = operations.pop((route.path, route.method.lower()), None)
        if operation is None:
            raise ValueError(f"no service documents {route.method} {route.path}")
        paths.setdefault(route.path, {})[route.method.lower()] = _as_forwarded(route, operation)
    if operations:
        raise ValueError(f"not in the gateway's route table: {sorted(operations)}")
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _add_samples(paths, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Task Hunter", "version": "1.0.0", "description": _DESCRIPTION},
        "paths": paths | OWN_PATHS,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": {name: _refusal(status) for status, (name, _) in _REFUSALS.items()},
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, deepcopy(operation)


def _as_forwarded(route: Route, operation: Json) -> Json:
    """What a client of the gateway meets: the service's responses, and the gateway's refusals."""
    del operation["operationId"]
    operation["operationId"] = _operation_id(operation["summary"])
    operation["security"] = [{"accessToken": []}] if not route.public else []
    if route.path.endswith("/refresh"):
        operation["security"] = [{"refreshToken": []}]
    responses = operation["responses"]
    if "HTTPValidationError" in str(responses.get("422")):  # FastAPI's, which nobody sends
        del responses["422"]
    for content in responses.get("200", {}).get("content", {}).values():
        content.pop("itemSchema", None)  # of OpenAPI 3.2
    refused = [*_ALWAYS]
    if not route.public:
        refused.append(401)
    if route.sessions:
        refused.append(403)
    if "requestBody" in operation:
        refused += (413, 415)
    for status in refused:
        name, _ = _REFUSALS[status]
        responses.setdefault(str(status), {"$ref": f"#/components/responses/{name}"})
    operation["responses"] = dict(sorted(responses.items()))
    return operation


def _operation_id(summary: str) -> str:
    first, *others = summary.split()
    return first.lower() + "".join(others)


def _refusal(status: int) -> Json:
    _, message = _REFUSALS[status]
    example = {"message": message, "requestId": EXAMPLE_REQUEST_ID}
    schema = {"$ref": "#/components/schemas/ErrorBody"}
    response: Json = {
        "description": message,
        "content": {"application/json": {"schema": schema, "example": example}},
    }
    if status in _WITH_RETRY_AFTER:
        seconds = {"description": "Seconds to wait", "schema": {"type": "integer"}}
        response["headers"] = {"Retry-After": seconds}
    return response


def _add_samples(paths: Json, schemas: Json) -> None:
    for methods in paths.values():
        for operation in methods.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for body in bodies:
                for content in body.get("content", {}).values():
                    if "example" not in content:
                        content["example"] = sample(content["schema"], schemas)


if __name__ == "__main__":
    json.dump(
        merged([json.loads(Path(file).read_text()) for file in sys.argv[1:]]),
        sys.stdout,
        indent=1,
        ensure_ascii=False,
    )
    sys.stdout.write("\n")
