"""An example of a JSON Schema, made of the examples of its parts."""

from typing import Any

Json = dict[str, Any]


def sample(schema: Json, schemas: Json) -> Any:  # noqa: ANN401 — JSON
    """One value of `schema`, whose references lead into `schemas`.

    ValueError for a part without an example, so that none is forgotten.
    """
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        return [sample(schema["items"], schemas)]
    if schema.get("type") == "object":
        return {
            name: sample(part, schemas)
            for name, part in schema["properties"].items()
            if name != "errors"  # only a 400 about fields has them
        }
    raise ValueError(f"no example: {schema}")
