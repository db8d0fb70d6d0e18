"""Finishing touches of the OpenAPI document."""

from typing import Any

from drf_spectacular.generators import SchemaGenerator

PROBLEM_STATUSES = {
    "400": "The request cannot be read.",
    "401": "No valid token or session.",
    "403": "The caller may not do this.",
    "404": "There is no such thing.",
    "405": "The path does not take this method.",
    "406": "Only JSON is answered.",
    "409": "The thing is not in a state for this.",
    "413": "The request is too large.",
    "415": "The content type is not taken.",
    "422": "Fields are not right; `errors` names them.",
    "429": "Too many tries; see Retry-After.",
}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "loc": {"type": "array", "items": {"type": ["string", "integer"]}},
                    "msg": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}


# The Open Inference Protocol has a form of its own.
INFERENCE_ERROR = {
    "application/json": {
        "schema": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}
    }
}


CLOCK = r"^\d{2}:\d{2}(:\d{2}(\.\d+)?)?$"


def write_clock_times(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Describe times of day by what they look like: "time" of JSON Schema is one with an offset from UTC."""
    for schema in result.get("components", {}).get("schemas", {}).values():
        for field in schema.get("properties", {}).values():
            if field.get("format") == "time":
                del field["format"]
                field["pattern"] = CLOCK
    return result


def add_problem_responses(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may answer with a problem; say so once, here."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result["paths"].items():
        content = INFERENCE_ERROR if path.startswith("/v2") else problem
        for operation in operations.values():
            for status, description in PROBLEM_STATUSES.items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
    return result


class SchemaOnce(SchemaGenerator):
    """The document, made once a process: it is the same for everybody, and takes seconds."""

    made: dict[str, Any] | None = None

    def get_schema(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if SchemaOnce.made is None:
            SchemaOnce.made = super().get_schema(*args, **kwargs)
        return SchemaOnce.made
