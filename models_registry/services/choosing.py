"""What a window is compared with: the training data, or windows that were judged before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dataops.engine.drift.joined import joined
from dataops.engine.profile import Profile, codec
from models_registry.enums import ReferenceKind
from models_registry.models import DriftRun, Model, ModelVersion, Watch
from models_registry.services.earlier import Past, is_of_the_season

OTHER_REFERENCE = "whole rows are kept of the training data only, and this is compared with earlier windows"


@dataclass(frozen=True, slots=True)
class Reference:
    """A profile on the bins and values of the training data, and where it is from.

    ``note`` says why it is not what was asked for. ``begins_at`` and ``ends_at`` are of its predictions, None
    of the training data.
    """

    kind: ReferenceKind
    profile: Profile
    windows: int = 0
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    note: str = ""

    @property
    def is_training(self) -> bool:
        return self.kind is ReferenceKind.TRAINING

    def told(self) -> dict[str, Any]:
        """For a report."""
        return {
            "window": str(self.kind),
            "rows": self.profile.rows,
            "windows": self.windows,
            "from": self.begins_at and self.begins_at.isoformat(),
            "to": self.ends_at and self.ends_at.isoformat(),
            "note": self.note,
        }


def reference_kind(model: Model) -> str:
    """What the settings of the model say; one query."""
    found = Watch.objects.filter(model=model).values_list("reference", flat=True).first()
    return found or ReferenceKind.TRAINING


def choose_reference(
    kind: str,
    version: ModelVersion,
    training: Profile,
    usual: Sequence[Past],
    begins_at: datetime,
    *,
    least: int,
) -> Reference:
    """A reference of a ReferenceKind for a window that begins then; one query.

    The training data, with a note, where there is no such window (yet) or it has fewer than ``least`` rows.
    ``usual`` are the windows before that were asked for alike and show how things are, newest first.
    """
    watch = Watch.objects.filter(model_id=version.model_id).select_related("reference_run").first()
    if kind == ReferenceKind.TRAINING:
        return Reference(ReferenceKind.TRAINING, training)
    if kind == ReferenceKind.FIXED:
        chosen = _fixed(version, training, watch.reference_run if watch else None)
    else:
        most = watch.reference_windows if watch else Watch().reference_windows
        windows = [
            window
            for window in usual
            if kind != ReferenceKind.SEASON
            or is_of_the_season(window.begins_at, begins_at, window.asked_seconds)
        ]
        chosen = _moving(ReferenceKind(kind), training, windows[:most])
    rows = chosen.profile.rows
    if rows < least and not chosen.is_training:
        what = "pinned window has" if kind == ReferenceKind.FIXED else "comparable windows before it have"
        return _instead(training, f"the {what} {rows:,} rows, fewer than the {least:,} that are needed")
    return chosen


def _instead(training: Profile, why: str) -> Reference:
    return Reference(ReferenceKind.TRAINING, training, note=f"Compared with the training data: {why}.")


def _fixed(version: ModelVersion, training: Profile, pinned: DriftRun | None) -> Reference:
    if pinned is None or pinned.version_id != version.pk or not pinned.profile:
        return _instead(training, "no window of this version is pinned")
    profile = codec.decode(bytes(pinned.profile))
    return Reference(ReferenceKind.FIXED, profile, 1, pinned.current_from, pinned.current_to)


def _moving(kind: ReferenceKind, training: Profile, windows: Sequence[Past]) -> Reference:
    alike = [window for window in windows if _fits(window.profile, training)]
    if not alike:
        return _instead(training, "there is no comparable window before it yet")
    profile = joined(training, [window.profile for window in alike])
    return Reference(kind, profile, len(alike), alike[-1].begins_at, alike[0].ends_at)


def _fits(window: Profile, training: Profile) -> bool:
    """Whether its columns are still of their types: one without a value has none."""
    pairs = [(column, training.column(column.name)) for column in window.columns]
    return all(other is None or column.type == other.type for column, other in pairs)
