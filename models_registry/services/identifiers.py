"""Names of predictions that callers choose themselves."""

from collections.abc import Iterator, Sequence
from typing import Any

from models_registry.formats.faults import Fault, is_storable, refuse, shown
from models_registry.models import Model, Prediction
from models_registry.services.batch_log import file_named
from models_registry.services.errors import NotAccepted

MAX_LENGTH = 64
LOOKUP_BATCH = 500


def check_ids(model: Model, ids: Sequence[Any], *, count: int) -> list[str]:
    """The ids as text: one for each of ``count`` instances, each new to the model.

    Raises NotAccepted when their number differs, InvalidRows naming each bad or used one.
    """
    if len(ids) != count:
        raise NotAccepted(
            f"{len(ids)} ids for {count} instances; give one for each, or leave ids out.", location="ids"
        )
    refuse(malformed(ids, lambda row: ("ids", row)))
    refuse(_repeated(ids))
    file_named(model.pk, ids)
    used = existing_ids(model, ids)
    refuse(
        Fault(
            ("ids", row), f"{shown(name)} is the id of an earlier prediction; take a new one", "duplicate_id"
        )
        for row, name in enumerate(ids)
        if name in used
    )
    return list(ids)


def malformed(ids: Sequence[Any], place: Any) -> Iterator[Fault]:
    """A fault for each id that is no text of 1 to 64 characters; ``place(row)`` is where it stands."""
    for row, name in enumerate(ids):
        if not isinstance(name, str) or not 0 < len(name) <= MAX_LENGTH or not is_storable(name):
            message = f"the id is {shown(name)}; give a text of 1 to {MAX_LENGTH} characters"
            yield Fault(place(row), message, "invalid_id")


def existing_ids(model: Model, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that the model has logged a prediction under."""
    found: set[str] = set()
    for start in range(0, len(ids), LOOKUP_BATCH):
        batch = Prediction.objects.filter(model=model, prediction_id__in=ids[start : start + LOOKUP_BATCH])
        # Unordered: asked for an order, SQLite walks the whole log by the index that has it.
        found.update(batch.order_by().values_list("prediction_id", flat=True))
    return found


def _repeated(ids: Sequence[str]) -> Iterator[Fault]:
    seen: set[str] = set()
    for row, name in enumerate(ids):
        if name in seen:
            yield Fault(
                ("ids", row), f"{shown(name)} is there twice; ids name one prediction each", "duplicate_id"
            )
        seen.add(name)
