"""A model as it is asked for predictions: one statement, made once."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from dataops.web import sight
from dataops.web.prepared import Prepared, Row
from models_registry.models import Model, ModelVersion

# In the order of the columns, as ``from_db`` wants them.
_SERVED = ("id", "name", "task", "policy", "challenger_fraction")

_SERVED_BY = (
    "id", "model_id", "number", "state", "format", "artifact_name", "artifact_sha256", "runtime",
    "serving_name", "serving_sha256", "memory_bytes",
)  # fmt: skip

_ROW = Prepared(
    lambda name: Model._base_manager.filter(name=name).values_list(
        "archived_at",
        *_SERVED,
        *(f"{alias}__{field}" for alias in ("champion", "challenger") for field in _SERVED_BY),
    )
)


def served(name: str) -> Model | None:
    """A model with what answering takes and nothing more, None without one that may be seen; one query.

    Whoever asks while nothing changes gets the same object: it is not to be written to.
    """
    row = _ROW.one(name)
    model = None if row is None else _model(row)
    return None if model is None or sight.hides_from_asker(model) else model


@lru_cache(maxsize=1_000)
def _model(row: Row) -> Model:
    own, theirs = row[1 : 1 + len(_SERVED)], row[1 + len(_SERVED) :]
    model = Model.from_db(DEFAULT_DB_ALIAS, _SERVED, own)
    model.archived_at = row[0]  # asked only whether there is one
    model.champion = _answering(theirs[: len(_SERVED_BY)])
    model.challenger = _answering(theirs[len(_SERVED_BY) :])
    return model


def _answering(values: Sequence[Any]) -> ModelVersion | None:
    return None if values[0] is None else ModelVersion.from_db(DEFAULT_DB_ALIAS, _SERVED_BY, values)
