"""Settings of an exchangeable part: validated, shown and stored by the fields of its params dataclass."""

from collections.abc import Collection, Mapping
from dataclasses import MISSING, fields
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError

from dataops.web import vault

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


def clean(kind: Declares, config: Any, *, kept: Collection[str] = ()) -> dict[str, Any]:
    """The config with every setting checked; raises ValidationError with a message per field.

    ``kept`` names secrets that are stored: left out, empty or ``***`` they stay what they are, and
    come back as ``***``.
    """
    if not isinstance(config, dict):
        raise ValidationError({"config": "This must be an object."})
    known, cleaned = form_fields(kind), {}
    errors: dict[str, Any] = {}
    for name in sorted(set(config) - set(known)):
        errors[f"config.{name}"] = f"There is no such setting; known: {', '.join(known)}."
    for name, field in known.items():
        given = config.get(name)
        if name in kept and given in (None, "", SECRET_IS_SET):
            cleaned[name] = SECRET_IS_SET
            continue
        try:
            cleaned[name] = field.clean(given if given is not None else default_of(kind, name))
        except ValidationError as error:
            errors[f"config.{name}"] = error.messages
    if errors:
        raise ValidationError(errors)
    return cleaned


def clean_and_seal(
    kind: Declares, config: Any, *, sealed: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """A config as it is stored: open settings, and secrets sealed one by one.

    ``sealed`` are the secrets stored so far. Raises ValidationError with a message per field.
    """
    secret = secrets_of(kind)
    kept = {name: token for name, token in sealed.items() if name in secret}
    given = clean(kind, config, kept=kept)
    entered = {name: given[name] for name in secret if given[name] not in ("", SECRET_IS_SET)}
    opened = {name: value for name, value in given.items() if name not in secret}
    return opened, kept | {name: vault.seal(value) for name, value in entered.items()}


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


def shown(config: Mapping[str, Any], sealed: Mapping[str, str]) -> dict[str, Any]:
    """The config for pages and API: ``***`` stands for a secret that is set."""
    return dict(config) | dict.fromkeys(sealed, SECRET_IS_SET)
