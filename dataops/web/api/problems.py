"""Every error of the API in one shape: application/problem+json (RFC 9457)."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, TypedDict

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from dataops.engine.errors import InspectionError, InvalidParameter
from dataops.web.storage import UploadTooLarge

CONTENT_TYPE = "application/problem+json"


class FieldError(TypedDict):
    loc: list[str | int]
    msg: str
    code: str


class Problem(exceptions.APIException):
    """An error that says what is wrong, where, and what to do.

    ``errors`` name single places: ``{"loc": ["body", "file"], "msg": ..., "code": ...}``.
    """

    def __init__(
        self, status: int, detail: str, *, code: str = "", errors: Sequence[FieldError] = ()
    ) -> None:
        super().__init__(detail, code or HTTPStatus(status).phrase.lower().replace(" ", "_"))
        self.status_code = status
        self.errors = list(errors)


def body(status: int, detail: str, errors: Sequence[FieldError] = ()) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "errors": list(errors),
    }


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of DRF; None lets an unforeseen error through to the 500 page."""
    known = _as_api_exception(error)
    if known is None:
        return None
    set_rollback()
    errors = list(_field_errors(known))
    detail = _counted(errors) if errors else str(known.detail)
    if isinstance(known, Problem):
        detail = str(known.detail)
    headers = {}
    if header := getattr(known, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(known, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(
        body(known.status_code, detail, errors),
        status=known.status_code,
        headers=headers,
        content_type=CONTENT_TYPE,
    )


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    match error:
        case exceptions.ValidationError():
            error.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
            return error
        case exceptions.APIException():
            return error
        case ValidationError():
            detail = _nested(serializers.as_serializer_error(error))
            return _as_api_exception(exceptions.ValidationError(detail))
        case InvalidParameter():
            place: FieldError = {
                "loc": ["body", "params", error.parameter],
                "msg": str(error),
                "code": error.code,
            }
            return Problem(422, str(error), code=error.code, errors=[place])
        case InspectionError():
            return Problem(422, str(error), code=error.code)
        case Http404():
            return exceptions.NotFound(str(error) or None)
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case RequestDataTooBig():
            return Problem(413, too_large(error))
        case _:
            return None


def too_large(error: RequestDataTooBig) -> str:
    """What to tell of a body over the limit; for a file the error itself says it."""
    if isinstance(error, UploadTooLarge):
        return str(error)
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    return f"The request body is larger than the limit of {limit} MiB; send less at once."


def _field_errors(error: exceptions.APIException) -> Iterator[FieldError]:
    if isinstance(error, Problem):
        yield from error.errors
    elif isinstance(error, exceptions.ValidationError):
        yield from _flatten(error.detail, ["body"])


def _flatten(detail: Any, loc: list[str | int]) -> Iterator[FieldError]:
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _flatten(value, loc if key == "non_field_errors" else [*loc, key])
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _flatten(value, [*loc, index] if nested else loc)
    else:
        yield {"loc": loc, "msg": str(detail), "code": getattr(detail, "code", None) or "invalid"}


def _nested(detail: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with ``config.url`` is a place within a place; Django's errors have but one level."""
    nested: dict[str, Any] = {}
    for name, said in detail.items():
        *outer, last = name.split(".")
        place = nested
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = said
    return nested


def _counted(errors: Sequence[FieldError]) -> str:
    """How many fields are not right, and what is said of the first."""
    place = ".".join(str(part) for part in errors[0]["loc"][1:])
    first = f"{place}: {errors[0]['msg']}" if place else errors[0]["msg"]
    many = "1 field is" if len(errors) == 1 else f"{len(errors)} fields are"
    return f"{many} not right: {first}"


def respond(request: HttpRequest, status: int, detail: str) -> JsonResponse:
    """A problem outside DRF: for Django's own error handlers on API paths."""
    return JsonResponse(body(status, detail), status=status, content_type=CONTENT_TYPE)
