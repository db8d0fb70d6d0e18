"""`Idempotency-Key`: a creating POST that is sent again gets the first answer, not a second thing."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.problems import Problem
from dataops.web.models import IdempotencyRecord

MAX_KEY_LENGTH = 128
ABANDONED_AFTER = timedelta(seconds=60)
"""Longer than any handler works; a process that was killed meanwhile will never answer."""

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Decorate the ``post`` of a view that creates something."""

    @wraps(handler)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > MAX_KEY_LENGTH:
            raise Problem(
                422, f"Idempotency-Key is longer than {MAX_KEY_LENGTH} characters; send a shorter one."
            )
        record, is_new = _claim(request, key)
        if not is_new:
            return _replay(record, _fingerprint(request))
        try:
            response = handler(view, request, *args, **kwargs)
        except BaseException:
            record.delete()  # nothing was created: the same key may try again
            raise
        record.status, record.body = response.status_code, response.data
        record.location = response.headers.get("Location", "")
        record.save(update_fields=["status", "body", "location"])
        return response

    return wrapper


def _claim(request: Request, key: str) -> tuple[IdempotencyRecord, bool]:
    identity = {"user": request.user, "endpoint": request.path_info[:200], "key": key}
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(fingerprint=_fingerprint(request), **identity), True
    except IntegrityError:
        record = IdempotencyRecord.objects.get(**identity)
        return record, _take_over(record, _fingerprint(request))


def _take_over(record: IdempotencyRecord, fingerprint: str) -> bool:
    """Whether the first request was given up by a process that died, and its work is now ours."""
    now = timezone.now()
    abandoned = IdempotencyRecord.objects.filter(
        pk=record.pk, status=None, fingerprint=fingerprint, created_at__lt=now - ABANDONED_AFTER
    )
    # By UPDATE: of two that find it, one goes on.
    return bool(abandoned.update(created_at=now))


def _replay(record: IdempotencyRecord, fingerprint: str) -> Response:
    if record.fingerprint != fingerprint:
        raise Problem(422, "This Idempotency-Key was used for another request; use a new key.")
    if record.status is None:
        raise Problem(
            409, "The first request with this Idempotency-Key is still at work; ask again in a moment."
        )
    headers = {"Idempotency-Replayed": "true"} | ({"Location": record.location} if record.location else {})
    return Response(record.body, status=record.status, headers=headers)


def _fingerprint(request: Request) -> str:
    """Identity of the body: fields as they came, files by name and size."""
    data = request.data
    # JSON may be a list or a number; it is for the view to refuse that, with words.
    fields = (
        {name: _field(value) for name, value in dict(data).items()}
        if isinstance(data, dict)
        else _field(data)
    )
    return hashlib.sha256(json.dumps(fields, sort_keys=True, default=str).encode()).hexdigest()


def _field(value: Any) -> Any:
    if isinstance(value, list):
        return [_field(item) for item in value]
    return [value.name, value.size] if isinstance(value, UploadedFile) else value
