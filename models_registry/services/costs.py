"""What being wrong costs: a table of actual by predicted class, set by people."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import transaction

from dataops.engine.performance import Confusion
from dataops.web import audit
from dataops.web.words import lazy as _
from models_registry.enums import Task
from models_registry.formats.instances import wrong_with_number
from models_registry.models import Model
from models_registry.services.errors import NotAccepted

LARGEST = 1e12


def set_costs(*, model: Model, classes: Sequence[str], costs: Sequence[Sequence[Any]], by: Any) -> Model:
    """``costs[i][j]`` is what it costs to take one row of class i for class j, in any one unit.

    The diagonal may be negative: what being right earns. No costs at all takes the table away.
    Raises NotAccepted for a regression, other classes than those of the champion, or what is no number.
    """
    table = _checked(model, list(classes), costs) if costs else {}
    with transaction.atomic():
        model.costs = table
        model.save(update_fields=["costs"])
        audit.record("model.costs_set", by=by, target=model, changes=table)
    return model


def _checked(model: Model, classes: list[str], costs: Sequence[Sequence[Any]]) -> dict[str, Any]:
    if model.task != Task.CLASSIFICATION:
        raise NotAccepted(_("Costs are for classes; this model answers numbers."))
    known = known_classes(model)
    if classes != known:
        wanted = ", ".join(known) or _("them once a version is deployed")
        raise NotAccepted(_("classes: give %(wanted)s, in this order.") % {"wanted": wanted})
    size = len(known)
    if len(costs) != size or not all(isinstance(row, list | tuple) and len(row) == size for row in costs):
        raise NotAccepted(
            _("costs: give %(size)s rows of %(size)s numbers, actual by predicted class.") % {"size": size}
        )
    for actual, row in zip(known, costs, strict=True):
        for predicted, cost in zip(known, row, strict=True):
            if wrong_with_number(cost) or abs(cost) > LARGEST:
                raise NotAccepted(
                    _("The cost of %(actual)s taken for %(predicted)s is %(cost)s; give a number.")
                    % {"actual": actual, "predicted": predicted, "cost": f"{cost!r}"}
                )
    return {"classes": known, "costs": [[float(cost) for cost in row] for row in costs]}


def known_classes(model: Model) -> list[str]:
    """The classes of the champion in their order; none without a champion."""
    return list(model.champion.signature.get("classes", [])) if model.champion else []


def mean_cost(costs: Mapping[str, Any], counted: Confusion | None) -> float | None:
    """Mean cost of a prediction; None where the table was made for other classes, or there is none."""
    if counted is None or not costs or tuple(costs["classes"]) != counted.classes:
        return None
    return counted.cost(np.array(costs["costs"], dtype=np.float64))
