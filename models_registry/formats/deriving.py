"""The signature of an artifact, put together from what people say, what the data shows and what it tells."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from models_registry.formats.base import BadSignature, Description
from models_registry.formats.signature import Feature, FeatureType, Signature

MOST_CATEGORIES = 1_000
CLOSED_BELOW = 50
"""A text feature with at most this many values in the reference takes no others; a longer list is open."""


def derive(
    description: Description,
    *,
    given: Mapping[str, Any] | None,
    reference: pa.Table | None,
    sample: Sequence[Mapping[str, Any]],
) -> Signature:
    """What is ``given`` goes first, then types and values of ``reference``, of the artifact, of ``sample``.

    ``given`` is ``{"features": [{"name", "type"?, ...}], "classes"?: [...]}``. Raises BadSignature.
    """
    said = {str(feature.get("name")): dict(feature) for feature in (given or {}).get("features") or ()}
    names = _names(description, said, reference)
    features = tuple(
        _feature(name, said.get(name, {}), reference, description.features.get(name), sample)
        for name in names
    )
    classes = tuple(str(label) for label in (given or {}).get("classes") or description.classes)
    if description.classes and set(classes) != set(description.classes):
        raise BadSignature(
            f"The artifact knows the classes {', '.join(description.classes)}; the signature has others."
        )
    return Signature(features, classes)


def _names(description: Description, said: Mapping[str, Any], reference: pa.Table | None) -> Sequence[str]:
    """In the order of the artifact; columns it only numbers take the names that were given."""
    known, are_numbered = list(description.features), _are_numbered(description)
    if not said and are_numbered and reference is not None and len(reference.column_names) == len(known):
        return list(reference.column_names)
    if not said:
        if not known:
            raise BadSignature("The artifact does not tell its features; give a signature or reference data.")
        return known
    if (are_numbered and len(said) == len(known)) or not known:
        return list(said)
    if set(said) != set(known):
        missing, extra = sorted(set(known) - set(said)), sorted(set(said) - set(known))
        raise BadSignature(
            f"The signature has {len(said)} features, the artifact {len(known)}"
            + (f"; missing: {', '.join(missing[:10])}" if missing and not are_numbered else "")
            + (f"; unknown: {', '.join(extra[:10])}" if extra and not are_numbered else "")
            + "."
        )
    return known


def _are_numbered(description: Description) -> bool:
    return all(name == f"x{number}" for number, name in enumerate(description.features))


def _feature(
    name: str,
    said: Mapping[str, Any],
    reference: pa.Table | None,
    told: FeatureType | None,
    sample: Sequence[Mapping[str, Any]],
) -> Feature:
    seen = _seen(name, reference)
    if not seen and (values := [row[name] for row in sample if row.get(name) is not None]):
        seen = {"type": _type_of(values)}
    found: dict[str, Any] = (
        {"type": told or FeatureType.NUMBER} | seen | {k: v for k, v in said.items() if v is not None}
    )
    try:
        return Feature.from_dict({"categories": (), **found, "name": name})
    except (TypeError, ValueError) as wrong:
        raise BadSignature(f"The feature {name} of the signature is not right: {wrong}.") from wrong


def _type_of(values: Sequence[Any]) -> FeatureType:
    if all(isinstance(value, bool) for value in values):
        return FeatureType.BOOLEAN
    return FeatureType.NUMBER if all(isinstance(value, int | float) for value in values) else FeatureType.TEXT


def _seen(name: str, reference: pa.Table | None) -> dict[str, Any]:
    """Type, range and categories of a column of the reference; empty without the column."""
    if reference is None or name not in reference.column_names:
        return {}
    column = reference.column(name)
    kind = {"required": column.null_count == 0}
    if pa.types.is_boolean(column.type):
        return kind | {"type": FeatureType.BOOLEAN}
    if pa.types.is_string(column.type):
        counted = Counter(value for value in column.to_pylist() if value is not None).most_common()
        names = [value for value, _ in counted[:MOST_CATEGORIES]]
        return kind | {"type": FeatureType.TEXT, "categories": names, "open": len(counted) > CLOSED_BELOW}
    ends = pc.min_max(column).as_py()
    whole = pa.types.is_integer(column.type)
    return kind | {
        "type": FeatureType.INTEGER if whole else FeatureType.NUMBER,
        "minimum": _finite(ends["min"]),
        "maximum": _finite(ends["max"]),
    }


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
