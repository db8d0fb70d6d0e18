"""Secrets at rest: passwords and keys of other systems, encrypted with a key that is not in the database.

Each secret is a token of its own (Fernet: AES-128-CBC with HMAC-SHA256). The first key of
``SECRETS_KEYS`` encrypts, every one decrypts, so that a key can be changed without a gap.
"""

import base64
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

LEAST_KEY_LENGTH = 32


class SecretLost(Exception):  # noqa: N818 - reads as what happened
    """A secret was encrypted with a key that is gone; it has to be entered again."""


class SealedField(models.JSONField):
    """A mapping of names to sealed values; the names may be read, the values only by ``reveal``."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {"default": dict, "blank": True, "editable": False} | kwargs
        super().__init__(**options)


def seal(value: str) -> str:
    return _vault().encrypt(value.encode()).decode()


def reveal(name: str, token: str) -> str:
    """The secret itself, for the moment it is used. Raises SecretLost."""
    try:
        return _vault().decrypt(token.encode()).decode()
    except (InvalidToken, ValueError):
        # Without the cause: its traceback would carry the token into logs.
        raise SecretLost(
            f"The stored {name} cannot be read: the key that it was encrypted with is gone. Enter it again."
        ) from None


def reveal_all(sealed: Mapping[str, str]) -> dict[str, str]:
    return {name: reveal(name, token) for name, token in sealed.items()}


def is_readable(sealed: Mapping[str, str]) -> bool:
    try:
        reveal_all(sealed)
    except SecretLost:
        return False
    return True


def rotate() -> tuple[int, int]:
    """Encrypt every stored secret anew with the first key; returns how many, and how many are lost."""
    rotated = lost = 0
    for model, field in _sealed_fields():
        for row in model._default_manager.exclude(**{field: {}}).only("pk", field).iterator():
            sealed, unreadable = sealed_anew(getattr(row, field))
            rotated, lost = rotated + len(sealed) - unreadable, lost + unreadable
            with transaction.atomic():
                # Only over what was read: a secret entered meanwhile has the new key already.
                model._default_manager.filter(pk=row.pk, **{field: getattr(row, field)}).update(
                    **{field: sealed}
                )
    return rotated, lost


def sealed_anew(sealed: Mapping[str, str]) -> tuple[dict[str, str], int]:
    """The same secrets under the first key, and how many of them are lost, which stay as they are."""
    anew, unreadable = dict(sealed), 0
    for name, token in sealed.items():
        try:
            anew[name] = seal(reveal(name, token))
        except SecretLost:
            unreadable += 1
    return anew, unreadable


def _sealed_fields() -> Iterator[tuple[type[models.Model], str]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedField):
                yield model, field.name


def _vault() -> MultiFernet:
    return _vault_of(tuple(settings.SECRETS_KEYS))


@lru_cache(maxsize=4)
def _vault_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A Fernet key from any long random text."""
    kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"dataops secrets v1")
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
