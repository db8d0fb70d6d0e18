"""How a source is connected to where its data comes from; secrets go in and never come out."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation

from dataops.engine.errors import InspectionError
from dataops.engine.profilers.pushdown import SqlRelation
from dataops.web import audit, params, vault
from dataops.web.words import lazy as _
from quality.models import DataSource
from quality.origins import ORIGINS, FetchError, Growth, Origin

LOOK_SECONDS = 5.0
# What may change while the content stays the same: what was noted of it stays, too.
NOT_CONTENT = ("timeout_seconds", "sslmode", "newest", "count_earlier")


def origin_of(source: DataSource) -> Origin:
    """Raises FetchError when the plug-in of its kind is gone."""
    try:
        return ORIGINS[source.kind]
    except LookupError as unknown:
        raise FetchError(str(unknown)) from None


def origin_called(kind: str) -> Origin:
    """Raises ValidationError for a kind that does not exist."""
    try:
        return ORIGINS[kind]
    except LookupError as unknown:
        raise ValidationError({"kind": str(unknown)}) from None


def cleaned(
    kind: str, config: Any, *, source: DataSource | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """A config as it is stored: open settings, and secrets sealed one by one.

    A secret that is left out, empty or ``***`` stays what it was. Raises ValidationError with a
    message per field.
    """
    sealed = source.secrets if source is not None and source.kind == kind else {}
    return params.clean_and_seal(origin_called(kind), config, sealed=sealed)


def shown_config(source: DataSource) -> dict[str, Any]:
    """The config for pages and API: ``***`` stands for a secret that is set."""
    return params.shown(source.config, source.secrets)


@transaction.atomic
def connect_source(source: DataSource, *, config: Any, by: Any) -> DataSource:
    """Change where the data comes from; the next fetch of another content begins anew.

    Raises ValidationError.
    """
    before, secrets_before = source.config, source.secrets
    source.config, source.secrets = cleaned(source.kind, config, source=source)
    # A secret that was meant for one place is not sent to another that somebody else names.
    if secrets_before and source.secrets == secrets_before and _place(source.config) != _place(before):
        raise ValidationError(
            {"config": _("The address changed: enter the secret again, so that it goes nowhere else.")}
        )
    if _content(source.config) != _content(before):
        source.cursor = {}
    source.save(update_fields=["config", "secrets", "cursor", "updated_at"])
    changes: dict[str, Any] = {
        name: [before.get(name), value] for name, value in source.config.items() if before.get(name) != value
    }
    if source.secrets != secrets_before:
        changes["secret settings"] = "entered anew"
    audit.record("source.connected", by=by, target=source, changes=changes)
    return source


def _content(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name not in NOT_CONTENT}


def _place(config: Mapping[str, Any]) -> tuple[Any, ...]:
    """What says where secrets are sent."""
    return tuple(config.get(name) for name in ("url", "host", "port", "endpoint", "sslmode", "header"))


def settings_of(source: DataSource) -> Any:
    """The params instance with its secrets, for the moment of a fetch.

    Raises FetchError for a secret whose key is gone.
    """
    try:
        revealed = vault.reveal_all(source.secrets)
    except vault.SecretLost as lost:
        raise FetchError(str(lost)) from None
    return params.load(origin_of(source), dict(source.config) | revealed)


def relation_of(source: DataSource) -> AbstractContextManager[SqlRelation] | None:
    """The rows where they are, for a source that is checked there; None for one that is fetched.

    Raises FetchError, now and when it is opened.
    """
    origin: Any = origin_of(source)
    return origin.relation(settings_of(source)) if hasattr(origin, "relation") else None


def growth_of(source: DataSource) -> Growth | None:
    """How new rows are known; None for a source whose runs look at all of them. Raises FetchError."""
    origin: Any = origin_of(source)
    growth: Growth | None = None
    if hasattr(origin, "growth"):
        growth = origin.growth(params.load(origin, dict(source.config)))
    return growth


def has_readable_secrets(source: DataSource) -> bool:
    """False when a key is gone and a secret has to be entered again."""
    return vault.is_readable(source.secrets)


def look_at(source: DataSource, *, config: Any = None) -> str:
    """Try the connection, for at most LOOK_SECONDS; says what was met. Raises FetchError.

    ``config`` is one that is not stored yet (ValidationError when it is not valid).
    """
    if config is not None:
        opened, sealed = cleaned(source.kind, config, source=source)
        if source.secrets and sealed == source.secrets and _place(opened) != _place(source.config):
            raise FetchError(_("the address changed: enter the secret again, so that it goes nowhere else"))
        source = DataSource(kind=source.kind, config=opened, secrets=sealed)
    origin, settings = origin_of(source), settings_of(source)
    return _within_seconds(lambda: origin.look(settings))


def _within_seconds(call: Callable[[], str]) -> str:
    """The answer of a call that may hang; it is left behind when its time is over."""
    answers: SimpleQueue[str | Exception] = SimpleQueue()
    language = translation.get_language()

    def work() -> None:
        try:
            with translation.override(language):
                answers.put(call())
        except InspectionError as error:
            answers.put(error)
        except Exception as error:  # a plug-in's own fault is an answer as well
            answers.put(FetchError(_("the connection broke: %(fault)s") % {"fault": type(error).__name__}))
        finally:
            connection.close()

    Thread(target=work, name="look", daemon=True).start()
    try:
        answer = answers.get(timeout=LOOK_SECONDS)
    except Empty:
        raise FetchError(
            _("no answer within %(seconds)s s") % {"seconds": f"{LOOK_SECONDS:.0f}"}, transient=True
        ) from None
    if isinstance(answer, Exception):
        raise answer
    return answer
