"""Settings of an exchangeable part: validated, shown and stored by the fields of its params dataclass."""

from dataclasses import MISSING, fields
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError

SECRET_IS_SET = "***"  # noqa: S105 - what is shown in its place


class Declares(Protocol):
    """A kind of part (a channel, an origin of data) that declares its settings.

    ``params`` is a frozen dataclass; every field has a default and in its metadata ``field`` (the
    form field that labels, explains and validates it) and, for what must never be shown again,
    ``secret``.
    """

    @property
    def params(self) -> type[Any]: ...


def form_fields(kind: Declares) -> dict[str, forms.Field]:
    return {param.name: param.metadata["field"] for param in fields(kind.params)}


def secrets_of(kind: Declares) -> set[str]:
    return {param.name for param in fields(kind.params) if param.metadata.get("secret")}


def clean(kind: Declares, config: Any, *, stored: dict[str, Any] | None = None) -> dict[str, Any]:
    """The config as it is stored; a secret that is left out, empty or ``***`` stays what it was.

    Raises ValidationError with a message per field.
    """
    if not isinstance(config, dict):
        raise ValidationError({"config": "This must be an object."})
    known, cleaned = form_fields(kind), {}
    errors: dict[str, Any] = {}
    for name in sorted(set(config) - set(known)):
        errors[f"config.{name}"] = f"There is no such setting; known: {', '.join(known)}."
    for name, field in known.items():
        given = config.get(name)
        if name in secrets_of(kind) and given in (None, "", SECRET_IS_SET):
            given = (stored or {}).get(name)
        try:
            cleaned[name] = field.clean(given if given is not None else default_of(kind, name))
        except ValidationError as error:
            errors[f"config.{name}"] = error.messages
    if errors:
        raise ValidationError(errors)
    return cleaned


def default_of(kind: Declares, name: str) -> Any:
    param = next(param for param in fields(kind.params) if param.name == name)
    if param.default_factory is not MISSING:
        return param.default_factory()
    return param.default


def load(kind: Declares, config: dict[str, Any]) -> Any:
    """The params instance of a stored config; settings that are gone or new fall back to defaults."""
    names = {param.name for param in fields(kind.params)}
    values = {name: value for name, value in config.items() if name in names}
    return kind.params(**{n: tuple(v) if isinstance(v, list) else v for n, v in values.items()})


def shown(kind: Declares, config: dict[str, Any]) -> dict[str, Any]:
    """The config without its secrets."""
    secret = secrets_of(kind)
    return {name: SECRET_IS_SET if name in secret and value else value for name, value in config.items()}
