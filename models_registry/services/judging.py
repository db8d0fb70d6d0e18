"""One window of a version, judged: the same for a check as it happens and for a policy that is tried."""

from collections.abc import Sequence

from dataops.engine.drift import DriftPolicy, DriftReport, Together, compare
from dataops.engine.profile import Profile
from models_registry.models import ModelVersion
from models_registry.services.choosing import Reference
from models_registry.services.earlier import Past
from models_registry.services.tables import PREDICTION


def judge_window(
    version: ModelVersion,
    window: Profile,
    reference: Reference,
    policy: DriftPolicy,
    usual: Sequence[Past],
    together: Together | None,
) -> DriftReport:
    """Compare a window with its reference by the measure of the ``usual`` ones.

    ``together`` is what whole rows showed beside those of the training data; nothing else keeps rows.
    """
    return compare(
        reference.profile,
        window,
        policy,
        # The prediction leads the ranking whatever the features weigh: it is what people act on.
        version.importances | {PREDICTION: 1.0},
        [past.profile for past in usual],
        together if reference.is_training else None,
        [past.together for past in usual],
    )
