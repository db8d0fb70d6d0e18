"""Whether a converted model answers what the original answers, tried where they are likeliest to differ.

Converters round thresholds and leave cases out, and say nothing: gradient boosting over scaled inputs
was seen 0.12 off. So a conversion serves only after this gate, and otherwise the original does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from models_registry.formats.base import Answer, NoAnswer, Predictor
from models_registry.formats.conversion import convert, layouts
from models_registry.formats.onnx import OnnxModel
from models_registry.formats.signature import Feature, FeatureType, Signature

LEAST_ROWS = 1_000
MOST_ROWS = 5_000
JUMPS = 500
BISECTIONS = 64
EDGE_ROWS = 20
TOLERANCE = 1e-5
SEED = 11
UNSEEN = "never seen in training"

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Parity:
    """How far two models were apart on ``rows`` instances, ``boundary_rows`` of them made for it.

    ``largest_difference`` is that of probabilities, or of numbers relative to the original where it is
    beyond 1; ``label_flips`` counts other classes.
    """

    rows: int
    boundary_rows: int
    largest_difference: float
    label_flips: int
    layout: str = ""

    @property
    def holds(self) -> bool:
        return self.largest_difference <= TOLERANCE and not self.label_flips

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        flips = f" and {self.label_flips} other labels" if self.label_flips else ""
        return f"differs by up to {self.largest_difference:.2g}{flips} on {self.rows:,} rows"


@dataclass(frozen=True, slots=True)
class ServingForm:
    """What answers requests: the ONNX graph that proved equal, or None with the ``reason``."""

    graph: bytes | None
    reason: str
    parity: Parity | None = None


def serving_form(original: Predictor, signature: Signature, rows: Columns) -> ServingForm:
    """Convert the estimator of ``original`` and hold both to each other on reference ``rows`` and edges."""
    estimator = getattr(original, "estimator", None)
    if estimator is None:
        return ServingForm(None, "The format has no converter to ONNX.")
    count = len(next(iter(rows.values()), ()))
    if any(f.type == FeatureType.TEXT and not f.required for f in signature.features):
        return ServingForm(
            None, "ONNX knows no missing text, and a text feature of this model may be missing."
        )
    if count < LEAST_ROWS:
        return ServingForm(
            None,
            f"To show that a conversion is equal takes {LEAST_ROWS:,} reference rows; there are {count:,}.",
        )
    known = _sampled(rows, MOST_ROWS)
    probes = _joined(known, probing_rows(original, signature, known))
    reasons = []
    for layout in layouts(estimator, signature):
        try:
            graph = convert(estimator, signature, layout)
            found = compare(original, OnnxModel(graph, signature), signature, probes, len(_any(known)))
        except Exception as fault:  # the converter knows no common error
            reasons.append(f"{layout}: {type(fault).__name__}, {' '.join(str(fault).split())[:160]}")
            continue
        if found.holds:
            parity = Parity(**asdict(found) | {"layout": str(layout)})
            return ServingForm(graph, f"The ONNX form {parity} ({layout}).", parity)
        reasons.append(f"{layout}: {found}")
    return ServingForm(None, f"No ONNX form answers the same. {'; '.join(reasons)}.")


def compare(
    original: Predictor, other: Predictor, signature: Signature, rows: Columns, known: int = 0
) -> Parity:
    """Both on the same rows, of which the first ``known`` are reference rows."""
    first, second = original.predict(rows), other.predict(rows)
    expected, found = _numbers(first, signature), _numbers(second, signature)
    scale = 1.0 if signature.classes else np.maximum(np.abs(expected), 1.0)
    flips = 0
    if signature.classes:
        flips = sum(a != b for a, b in zip(first.predictions, second.predictions, strict=True))
    distance = float(np.max(np.abs(expected - found) / scale, initial=0.0))
    return Parity(len(expected), len(expected) - known, distance, flips)


def probing_rows(original: Predictor, signature: Signature, rows: Columns) -> dict[str, list[Any]]:
    """Rows where conversions go wrong: both sides of a jump of the answer, and what training lacked."""
    chance = np.random.default_rng(SEED)
    made = _jumps(original, signature, rows, chance)
    for edge in _edges(original, signature, rows, chance):
        made = _joined(made, edge)
    return made


def _jumps(
    original: Predictor, signature: Signature, rows: Columns, chance: np.random.Generator
) -> dict[str, list[Any]]:
    """Bisect between two values of a feature until the answer changes from one number to the next.

    That finds the thresholds of trees in the units of the request, whatever stands before the trees.
    """
    numeric = [feature for feature in signature.features if feature.type.is_numeric]
    if not numeric:
        return {name: [] for name in signature.names}
    count = len(_any(rows))
    picked, others = chance.integers(count, size=JUMPS), chance.integers(count, size=JUMPS)
    of = chance.integers(len(numeric), size=JUMPS)
    low, high = _taken(rows, picked), _taken(rows, picked)
    for place, (feature, row) in enumerate(zip(of, others, strict=True)):
        name = numeric[feature].name
        if low[name][place] is not None and rows[name][row] is not None:
            high[name][place] = rows[name][row]
    whole = [numeric[feature].type == FeatureType.INTEGER for feature in of]
    names = [numeric[feature].name for feature in of]
    start = _numbers(original.predict(low), signature)
    for _ in range(BISECTIONS):
        middle = _copied(low)
        for place, name in enumerate(names):
            middle[name][place] = _between(low[name][place], high[name][place], whole[place])
        same = (_numbers(original.predict(middle), signature) == start).all(axis=1)
        for place, name in enumerate(names):
            (low if same[place] else high)[name][place] = middle[name][place]
    return _joined(low, high)


def _between(low: Any, high: Any, whole: bool) -> Any:
    if low is None or high is None:
        return low
    return (low + high) // 2 if whole else (low + high) / 2


def _edges(
    original: Predictor, signature: Signature, rows: Columns, chance: np.random.Generator
) -> Iterator[dict[str, list[Any]]]:
    """Rows with one feature as training never had it: missing, unseen, far out."""
    for feature in signature.features:
        for value in _odd_values(feature):
            edge = _taken(rows, chance.integers(len(_any(rows)), size=EDGE_ROWS))
            edge[feature.name] = [value] * EDGE_ROWS
            # What the original cannot answer needs no equal.
            with suppress(NoAnswer):
                original.predict(edge)
                yield edge


def _odd_values(feature: Feature) -> Iterator[Any]:
    if not feature.required:
        yield None
    if feature.type == FeatureType.TEXT and (feature.open or not feature.categories):
        yield UNSEEN
    if feature.type.is_numeric and feature.minimum is not None and feature.maximum is not None:
        span = max(feature.maximum - feature.minimum, 1.0)
        ends = (feature.minimum - 10 * span, feature.maximum + 10 * span)
        yield from (int(end) if feature.type == FeatureType.INTEGER else end for end in ends)


def _numbers(answer: Answer, signature: Signature) -> np.ndarray:
    """An answer as numbers, shape (rows, classes), or (rows, 1) without probabilities."""
    if answer.chances is not None:
        return answer.chances
    if signature.classes:
        places = {name: float(place) for place, name in enumerate(signature.classes)}
        return np.asarray([[places[label]] for label in answer.predictions])
    found = np.asarray(answer.predictions, dtype=np.float64).reshape(-1, 1)
    if not np.isfinite(found).all():
        raise NoAnswer("an answer is not a finite number")
    return found


def _any(rows: Columns) -> Sequence[Any]:
    return next(iter(rows.values()))


def _sampled(rows: Columns, most: int) -> dict[str, list[Any]]:
    count = len(_any(rows))
    if count <= most:
        return _copied(rows)
    return _taken(rows, np.random.default_rng(SEED).choice(count, size=most, replace=False))


def _taken(rows: Columns, places: np.ndarray) -> dict[str, list[Any]]:
    return {name: [values[place] for place in places] for name, values in rows.items()}


def _copied(rows: Columns) -> dict[str, list[Any]]:
    return {name: list(values) for name, values in rows.items()}


def _joined(first: Columns, second: Columns) -> dict[str, list[Any]]:
    return {name: [*first[name], *second[name]] for name in first}
