"""The part of a drift report that is kept with its run, in the shape the API sends."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dataops.engine.drift import DriftReport, FeatureDrift
from dataops.engine.drift.causes import Cause
from dataops.engine.profile import Profile
from models_registry.services.choosing import Reference
from models_registry.services.distributions import distribution, quantiles
from models_registry.services.tables import CHANCE, DERIVED, ERROR, PREDICTION, TARGET


def report_json(
    report: DriftReport,
    chosen: Reference,
    current: Profile,
    causes: Mapping[str, Cause],
    where: Mapping[str, list[dict[str, Any]]],
) -> dict[str, Any]:
    """What the row of the run does not hold itself; ``where`` are the affected segments by column."""

    def told(drift: FeatureDrift) -> dict[str, Any]:
        before = chosen.profile.column(drift.name)
        drawn = None if before is None else distribution(before, current.column(drift.name))
        cause = causes.get(drift.name)
        return _feature_json(drift) | {
            "distribution": drawn,
            "quantiles": quantiles(before, current.column(drift.name)),
            "cause": None if cause is None else asdict(cause),
            "segments": where.get(drift.name, []),
        }

    def apart(name: str) -> dict[str, Any] | None:
        """What is no feature, and so has no importance."""
        found = report.feature(name)
        return None if found is None else told(found) | {"importance": None}

    no_features = (PREDICTION, *DERIVED)
    return {
        "method": report.method,
        "reference": chosen.told(),
        "features": [told(feature) for feature in report.features if feature.name not in no_features],
        "prediction": apart(PREDICTION),
        "probability": apart(CHANCE),
        "target": apart(TARGET),
        "concept": apart(ERROR),
        "detectable_effect": report.detectable_effect,
        "calibrating": report.calibrating,
        "p_value": report.p_value,
    }


def _feature_json(drift: FeatureDrift) -> dict[str, Any]:
    return {
        "name": drift.name,
        "kind": str(drift.kind),
        "drifted": drift.drifted if drift.compared else None,
        "significant": drift.significant,
        "severity": drift.severity,
        "method": drift.method,
        "statistic": drift.statistic,
        "p_value": drift.p_value,
        "p_adjusted": drift.p_adjusted,
        "effect": drift.effect,
        "threshold": drift.threshold,
        "importance": drift.importance,
        "missing_change": drift.missing_change,
        "new_values": list(drift.new_values),
        "reason": drift.reason,
        "components": [
            {
                "method": part.method,
                "statistic": part.statistic,
                "p_value": part.p_value,
                "effect": part.effect,
                "threshold": part.floor,
                "detail": part.detail,
            }
            for part in drift.components
        ],
    }
