"""Sources, models and alerts as rows: what the dashboard reads, without doing the work that makes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.utils import timezone

from alerts.models import Alert
from alerts.services import Evidence, Subject, report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web.models import AuditEvent
from dataops.web.runs import RunState
from models_registry.models import DriftRun, Model, ModelVersion
from quality.enums import SourceState
from quality.models import CheckRun, DataSource, Snapshot

_sequences = count(1)


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


@pytest.fixture(autouse=True)
def _nothing_recorded(db) -> None:
    """Feed and audit log without what setting up recorded."""
    AuditEvent.objects.all().delete()


@pytest.fixture
def checked(db) -> Callable[..., CheckRun]:
    """``checked("orders", 0.9, at=days_ago(2))``: a finished run that the source now shows."""

    def make(name: str, score: float | None = 0.95, *, at: datetime | None = None, **fields) -> CheckRun:
        source, _ = DataSource.objects.get_or_create(name=name)
        at = at or timezone.now()
        snapshot = Snapshot.objects.create(source=source, sha256=f"{next(_sequences)}", bytes=10)
        fields = {"state": RunState.SUCCEEDED, "created_at": at, "started_at": at, "finished_at": at} | fields
        run = CheckRun.objects.create(source=source, snapshot=snapshot, score=score, **fields)
        good = score is not None and score >= source.alert_below
        source.state, source.newest_run = SourceState.HEALTHY if good else SourceState.FAILING, run
        source.save()
        return run

    return make


@pytest.fixture
def compared(db) -> Callable[..., DriftRun]:
    """``compared("delays", drifted=True)``: a model whose champion was compared with its reference."""

    def make(name: str, *, drifted: bool = False, severity: str = "warning") -> DriftRun:
        model, _ = Model.objects.get_or_create(name=name, task="regression")
        version = model.versions.first() or ModelVersion.objects.create(model=model, number=1, state="ready")
        Model.objects.filter(pk=model.pk).update(champion=version)
        now = timezone.now()
        return DriftRun.objects.create(
            version=version,
            state=RunState.SUCCEEDED,
            finished_at=now,
            drifted=drifted,
            severity=severity if drifted else "",
            share_drifted=0.25 if drifted else 0.0,
            verdict="2 of 8 columns drifted." if drifted else "No drift.",
        )

    return make


@pytest.fixture
def alarm(db) -> Callable[..., Alert]:
    """``alarm(source)``: an open alert about a source, a model or (without one) the system."""

    def make(
        about: DataSource | Model | None = None,
        *,
        kind: str = "quality.score",
        severity: str = "critical",
        title: str = "score 0.71 is under 0.80",
    ) -> Alert:
        subject = Subject(type="system", id="worker", name="worker", url="/settings/system/")
        if about is not None:
            subject_type = "model" if isinstance(about, Model) else "source"
            url = about.get_absolute_url()
            subject = Subject(type=subject_type, id=str(about.pk), name=about.name, url=url)
        finding = Finding(
            kind=kind, state=FindingState.BREACH, severity=Severity(severity), title=title, value=0.71
        )
        number = next(_sequences)
        evidence = Evidence(label=f"run {number}", url="/quality/", sequence=number)
        report(subject=subject, findings=[finding], evidence=evidence)
        return Alert.objects.about(subject.type, subject.id).get(kind=kind)

    return make
