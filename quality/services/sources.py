"""Creating and changing sources and what is expected of them."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

from dataops.web import audit
from dataops.web.sight import check_kept_to
from quality.models import DataSource
from quality.services.connecting import cleaned
from quality.services.failing_rows import forget_failing_rows
from quality.services.rules import add_default_checks
from quality.services.scoring import thresholds
from quality.services.standing import restate

THRESHOLDS = {"alert_below", "critical_below"}


@transaction.atomic
def create_source(
    *, name: str, by: Any, kind: str = "upload", config: Any = None, **fields: Any
) -> DataSource:
    """A new source with the checks every source gets; where its data comes from is ``config``.

    Raises ValidationError with a message per field.
    """
    opened, sealed = cleaned(kind, config if config is not None else {})
    fields = {"owner": by} | _with_thresholds(fields, new=True)
    source = DataSource(name=name, kind=kind, config=opened, secrets=sealed)
    _set(source, fields, by=by)
    source.full_clean()
    source.save()
    add_default_checks(source)
    audit.record("source.created", by=by, target=source)
    return source


@transaction.atomic
def update_source(source: DataSource, *, by: Any, **fields: Any) -> DataSource:
    """Change settings of a source; raises ValidationError when they do not fit together.

    A threshold of None lets the source follow the settings again.
    """
    fields = _with_thresholds(fields)
    before = {name: getattr(source, name) for name in fields}
    _set(source, fields, by=by)
    source.full_clean()
    source.save()
    if fields.keys() & THRESHOLDS:
        restate(DataSource.objects.filter(pk=source.pk))
        source.refresh_from_db(fields=["state"])
    if not source.keep_failing_rows:
        forget_failing_rows(source)
    changes = {name: [str(old), str(fields[name])] for name, old in before.items() if old != fields[name]}
    if changes:
        audit.record("source.changed", by=by, target=source, changes=changes)
    return source


def _set(source: DataSource, fields: dict[str, Any], *, by: Any) -> None:
    if "kept_to" in fields:
        check_kept_to(source, fields["kept_to"], by=by)
    for name, value in fields.items():
        setattr(source, name, value)


def call_missing(source: DataSource, token: str, *, column: str = "", by: Any) -> None:
    """Take ``token`` for no value from now on: in the ``column``, else in all without words of their own."""
    if not column:
        if token not in source.missing_tokens:
            update_source(source, by=by, missing_tokens=[*source.missing_tokens, token])
        return
    # Words of a column take the place of the source's.
    own = source.column_missing.get(column, {"tokens": list(source.missing_tokens)})
    if token not in own.get("tokens", ()):
        changed = own | {"tokens": [*own.get("tokens", ()), token]}
        update_source(source, by=by, column_missing=source.column_missing | {column: changed})


def _with_thresholds(fields: dict[str, Any], *, new: bool = False) -> dict[str, Any]:
    """Numbers for thresholds that are None or left out, and whether the source has its own."""
    given: dict[str, Any] = {n: fields[n] for n in ("alert_below", "critical_below") if n in fields}
    own = any(value is not None for value in given.values())
    if not given and not new:
        return fields
    everybody = asdict(thresholds())
    names = everybody if new or not own else given
    chosen = {name: everybody[name] if given.get(name) is None else given[name] for name in names}
    if given.get("critical_below") is None and {"alert_below", "critical_below"} <= chosen.keys():
        chosen["critical_below"] = min(chosen.values())
    return (
        {name: value for name, value in fields.items() if name not in given}
        | chosen
        | {"own_thresholds": own}
    )
