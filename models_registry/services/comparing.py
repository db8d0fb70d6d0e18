"""Two versions of a model side by side."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Avg, Count, Q

from models_registry.formats.signature import Feature, Signature
from models_registry.models import ModelVersion, Prediction, ShadowAnswer


@dataclass(frozen=True, slots=True)
class Pair:
    """One number or text of both; ``difference`` is right minus left where both are numbers."""

    name: str
    left: Any
    right: Any

    @property
    def difference(self) -> float | None:
        both = (self.left, self.right)
        are_numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in both)
        return self.right - self.left if are_numbers else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two versions and what does not; ``signature`` names what changed, in words."""

    left: ModelVersion
    right: ModelVersion
    metrics: list[Pair]
    importances: list[Pair]
    facts: list[Pair]
    traffic: list[Pair]
    signature: list[str]


def compare_versions(left: ModelVersion, right: ModelVersion) -> Comparison:
    """Four queries over indexes of the log and the shadow's answers."""
    return Comparison(
        left,
        right,
        metrics=_pairs(left.training_metrics, right.training_metrics),
        importances=_pairs(left.importances, right.importances),
        facts=_pairs(_facts(left), _facts(right)),
        traffic=_pairs(_traffic(left), _traffic(right)),
        signature=_changes(left, right),
    )


def _pairs(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[Pair]:
    names = [*left, *(name for name in right if name not in left)]
    return [Pair(name, left.get(name), right.get(name)) for name in names]


def _facts(version: ModelVersion) -> dict[str, Any]:
    made_with = {f"with {name}": number for name, number in version.library_versions.items()}
    return {
        "format": version.format,
        "answered by": version.runtime,
        "bytes": version.artifact_bytes,
        **version.parameters,
        **made_with,
    }


def _traffic(version: ModelVersion) -> dict[str, Any]:
    log = Prediction.objects.filter(version=version).aggregate(
        asked=Count("pk"), latency=Avg("latency_seconds")
    )
    shadow = ShadowAnswer.objects.filter(version=version).aggregate(
        asked=Count("pk"), agreed=Count("pk", filter=Q(agrees=True)), distance=Avg("distance")
    )
    agreement = shadow["agreed"] / shadow["asked"] if shadow["asked"] and shadow["distance"] is None else None
    return {
        "predictions": log["asked"],
        "mean latency seconds": log["latency"],
        "asked as shadow": shadow["asked"],
        "same class as was answered": agreement,
        "mean distance from what was answered": shadow["distance"],
    }


def _changes(left: ModelVersion, right: ModelVersion) -> list[str]:
    before, after = _features(left), _features(right)
    said = [f"{name} is asked no more" for name in before.keys() - after.keys()]
    said += [f"{name} is new" for name in after.keys() - before.keys()]
    for name in before.keys() & after.keys():
        said += _changes_of(before[name], after[name])
    if left.signature.get("classes") != right.signature.get("classes"):
        said.append("the classes are others")
    return sorted(said)


def _changes_of(before: Feature, after: Feature) -> list[str]:
    was, now = asdict(before), asdict(after)
    told = []
    for key in ("type", "required", "open"):
        if was[key] != now[key]:
            told.append(f"{before.name}: {key} was {was[key]}, is {now[key]}")
    if gone := set(before.categories) - set(after.categories):
        told.append(f"{before.name}: {len(gone)} categories fewer")
    if new := set(after.categories) - set(before.categories):
        told.append(f"{before.name}: {len(new)} categories more")
    return told


def _features(version: ModelVersion) -> dict[str, Feature]:
    signature = Signature.from_dict(version.signature)
    return {feature.name: feature for feature in signature.features}
