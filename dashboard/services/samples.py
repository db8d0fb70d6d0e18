"""The sample data, seven months of flights and two models: loaded and removed by a job."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dataops.web import audit, features, runs
from dataops.web.models import SampleRun
from dataops.web.runs import Lease, RunState, Trigger
from models_registry import services as models
from models_registry.models import Model
from quality import services as quality
from quality.models import DataSource
from quality.samples.name import sample_source

CONFIRMED_BY = "sample data"
LOADED, REMOVED = "samples.loaded", "samples.removed"
OF_SOURCE = 0.4
"""Share of a load that the source takes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A source or a model of the sample data, and what goes with it."""

    thing: DataSource | Model
    removal: quality.Removal | models.ModelRemoval

    @property
    def kind(self) -> str:
        return "source" if isinstance(self.thing, DataSource) else "model"

    def remove(self, *, by: Any) -> None:
        if isinstance(self.thing, DataSource):
            quality.delete_source(self.thing, by=by)
        else:
            models.delete_model(self.thing, by=by)


def samples() -> list[Sample]:
    """What of the sample data is there; seven small queries at most."""
    source = sample_source()
    found = [Sample(source, quality.removal_of(source))] if source else []
    return found + [Sample(model, models.removal_of(model)) for model in models.sample_models()]


@transaction.atomic
def request_samples(action: str, *, by: Any, trigger: str = Trigger.MANUAL) -> SampleRun:
    """Queue the loading or the removal; what is under way is returned instead. Raises SwitchedOff."""
    if live := SampleRun.objects.select_for_update().live().first():
        return live
    if action == SampleRun.Action.LOAD:
        features.require(features.SAMPLE_MODELS)
    job = SampleRun.objects.create(action=action, requested_by=by, trigger=trigger)
    runs.nudge_on_commit(job)
    return job


def cancel_samples(job: SampleRun, *, by: Any) -> bool:
    """What was done so far stays, and the next load or removal goes on from there."""
    stopped = runs.cancel(job)
    if stopped:
        audit.record("samples.cancelled", by=by)
    return stopped


def execute_samples(run_id: int) -> None:
    """Work on a queued job; safe to call any number of times."""
    runs.execute(SampleRun, run_id, _work)


def _work(lease: Lease[SampleRun]) -> None:
    job = lease.run
    if job.action == SampleRun.Action.LOAD:
        load_samples(by=job.requested_by, alone=False, progress=lease.progress)
    else:
        _remove(lease)
    with transaction.atomic():
        lease.settle(RunState.SUCCEEDED)


def load_samples(*, by: Any, alone: bool, progress: runs.Progress = runs.untold) -> None:
    """Load what is missing, here and now; ``alone`` says that no worker runs."""
    # Only who loads samples pays for what they need: pandas and scikit-learn.
    from quality.samples.load import load_sample_source

    flights = load_sample_source(
        by=by, alone=alone, progress=lambda at, stage: progress(OF_SOURCE * at, stage)
    )
    models.load_sample_models(
        by=by,
        made_from=[flights],
        alone=alone,
        progress=lambda at, stage: progress(OF_SOURCE + (1 - OF_SOURCE) * at, stage),
    )
    audit.record(LOADED, by=by)


def _remove(lease: Lease[SampleRun]) -> None:
    """One thing a transaction: cut short, the next removal takes what is left."""
    there, by = samples(), lease.run.requested_by
    for done, sample in enumerate(there):
        lease.progress(done / len(there), "removing")
        sample.remove(by=by)
    audit.record(REMOVED, by=by)
