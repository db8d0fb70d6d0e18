"""How much a model leans on each feature."""

import numpy as np

from models_registry.formats.base import Predictor
from models_registry.formats.signature import Signature
from models_registry.formats.templates import Window
from models_registry.services.metrics import metrics_of

REPEATS = 3
SEED = 7


def importances(predictor: Predictor, signature: Signature, window: Window) -> dict[str, float]:
    """Permutation importance (Breiman 2001) as shares that sum to 1, by feature.

    Each feature in turn is shuffled among the rows of ``window``, three times; its importance is the
    mean loss of quality by that (log loss, or wrong labels without probabilities; mean absolute error).
    A feature whose shuffling does no harm has 0.
    """
    chance = np.random.default_rng(SEED)

    def loss_with(columns: dict[str, list]) -> float:
        answer = predictor.predict(columns)
        found = metrics_of(signature, window.actuals, answer.predictions, answer.probabilities)
        if not signature.classes:
            return found["mae"]
        return found["log_loss"] if answer.chances is not None else 1 - found["accuracy"]

    def shuffled(name: str) -> dict[str, list]:
        order = chance.permutation(len(window))
        return window.columns | {name: [window.columns[name][row] for row in order]}

    base = loss_with(window.columns)
    harm = {
        name: max(float(np.mean([loss_with(shuffled(name)) for _ in range(REPEATS)])) - base, 0.0)
        for name in signature.names
    }
    total = sum(harm.values())
    return {name: value / total if total else 0.0 for name, value in harm.items()}
