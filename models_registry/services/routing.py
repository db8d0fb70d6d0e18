"""Which version answers a request: the champion, or for a share of requests the challenger."""

import hashlib
import secrets

from dataops.web.words import lazy as _
from models_registry.models import Model, ModelVersion
from models_registry.services.errors import NotPossible


def answering(model: Model, sticky_id: str = "") -> ModelVersion:
    """The version that answers; with the same ``sticky_id`` always the same, while the share stays.

    NotPossible when there is none.
    """
    if model.challenger_id and model.challenger_fraction > 0 and not model.archived_at:
        place = position(f"{model.pk}:{sticky_id}") if sticky_id else secrets.randbelow(10**6) / 10**6
        if place < model.challenger_fraction and model.challenger is not None:
            return model.challenger
    return champion_of(model)


def champion_of(model: Model) -> ModelVersion:
    """The version that answers for a model; NotPossible when there is none."""
    if model.archived_at is not None:
        raise NotPossible(
            _("The model %(name)s is archived and answers no more.") % {"name": f"{model.name!r}"}
        )
    if model.champion is None:
        raise NotPossible(
            _("The model %(name)s has no champion yet; wait for its deployment or promote a version.")
            % {"name": f"{model.name!r}"}
        )
    return model.champion


def position(text: str) -> float:
    """Where a text falls in 0 to 1, evenly and for ever the same.

    >>> round(position("customer 7"), 3) == round(position("customer 7"), 3)
    True
    """
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) / 2**64
