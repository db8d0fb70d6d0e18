"""What a drift run tells the alerts room: rules for a model's inputs, its predictions, and the run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from alerts.services import Evidence, Subject, report
from dataops.engine.drift import DriftReport, FeatureDrift, JointDrift
from dataops.engine.drift.causes import Cause
from dataops.engine.findings import Entity, Finding, FindingState
from dataops.engine.types import Severity
from dataops.engine.units import FRACTION
from dataops.web.runs import Run
from models_registry.enums import DriftOutcome
from models_registry.models import DriftRun, Model, ModelVersion
from models_registry.services.falls import JUDGED, JudgedFall
from models_registry.services.judging import Judgement
from models_registry.services.tables import CHANCE, ERROR, PREDICTION, TARGET

ABOUT = {
    (PREDICTION, CHANCE): ("drift.prediction", "Prediction drift"),
    (TARGET,): ("drift.target", "Target drift"),
    (ERROR,): ("drift.concept", "Concept drift"),
}
"""Columns that are no input, with the kind and the title of what is found in them; the first names it."""
KINDS = ("drift.data", *(kind for kind, _ in ABOUT.values()), *(f"performance.{kind}" for kind in JUDGED))
"""Of all that a judged window can raise."""


def report_findings(
    run: DriftRun,
    version: ModelVersion,
    found: Judgement,
    causes: Mapping[str, Cause],
    *,
    confirmed: bool,
) -> None:
    """Report every rule, good or bad; call it inside the transaction that settles the run.

    A window of which nobody can be sure is only suspected, a matter of information: see ``Judgement.doubt``.
    """
    name, compared = version.model.name, found.report
    inputs = [feature for feature in compared.features if feature.name not in chain(*ABOUT)]
    drift = [_finding("drift.data", f"Input drift in {name}", inputs, compared, causes)]
    for columns, (kind, title) in ABOUT.items():
        features = [feature for feature in compared.features if feature.name in columns]
        drift.append(_finding(kind, f"{title} in {name}", features, compared, causes, columns[0]))
    if why := found.doubt(confirmed=confirmed):
        drift = [_suspected(finding, why) for finding in drift]
    falls = [_fall_finding(name, fall) for fall in found.falls]
    _report(run, version, [_run_finding(run), *drift, *falls])


def report_failed_run(run: Run) -> None:
    """A check that could not be finished is a finding of its own; it says nothing about drift."""
    failed = DriftRun.objects.select_related("version__model").get(pk=run.pk)
    if failed.for_the_record:
        return
    _report(failed, failed.version, [_run_finding(failed)])


def _report(run: DriftRun, version: ModelVersion, findings: Iterable[Finding]) -> None:
    """Each finding is about the version and the report, too."""
    about = (
        Entity("version", str(version.pk), str(version), version.get_absolute_url()),
        Entity("drift", str(run.pk), f"Drift run {run.pk}", run.get_absolute_url()),
    )
    told = [replace(finding, about=about) for finding in findings]
    report(subject=_subject(version.model), findings=told, evidence=_evidence(run))


def _subject(model: Model) -> Subject:
    made_from = model.sources.order_by("pk").values_list("pk", flat=True)
    return Subject(
        type="model",
        id=str(model.pk),
        name=model.name,
        url=model.get_absolute_url(),
        tags=tuple(model.tags),
        owner=model.owner.get_username() if model.owner else "",
        upstream=tuple(("source", str(source)) for source in made_from),
    )


def _evidence(run: DriftRun) -> Evidence:
    return Evidence(f"Drift run {run.pk}", run.get_absolute_url(), sequence=run.pk, trigger=run.trigger)


def _run_finding(run: DriftRun) -> Finding:
    return Finding(
        kind="drift.run",
        state=FindingState.BREACH if run.error_code else FindingState.OK,
        severity=Severity.WARNING,
        title=f"{run.version.model.name} could not be checked for drift",
        message=run.error,
    )


def _finding(
    kind: str,
    title: str,
    features: Sequence[FeatureDrift],
    compared: DriftReport,
    causes: Mapping[str, Cause],
    column: str = "",
) -> Finding:
    drifted = [feature for feature in features if feature.drifted]
    # How columns go together is a matter of the inputs.
    joint = None if column or not compared.joint or not compared.joint.drifted else compared.joint
    severities = [one.severity for one in [*drifted, joint] if one and one.severity]
    worst = max(severities, key=lambda severity: severity.rank, default=Severity.INFO)
    counted = sum(feature.compared for feature in features)
    return Finding(
        kind=kind,
        state=_state(compared, features, drifted, joint),
        severity=worst,
        title=title,
        message=_message(drifted, joint, compared, causes),
        column=column,
        value=len(drifted) / counted if counted else None,
        unit=FRACTION,
        headroom=_headroom(features, None if column else compared.joint),
    )


def _fall_finding(model: str, judged: JudgedFall) -> Finding:
    fall = judged.fall
    state = FindingState.NO_DATA
    if fall is not None:
        state = FindingState.BREACH if fall.fallen else FindingState.OK
    return Finding(
        kind=f"performance.{judged.kind}",
        state=state,
        severity=judged.severity or Severity.INFO,
        title=f"{judged.label} of {model} got worse",
        message=f"{judged.sentence}.",
        value=fall.now if fall else None,
        headroom=1 - fall.effect / fall.threshold if fall and fall.significant else 1.0,
    )


def _headroom(features: Sequence[FeatureDrift], joint: JointDrift | None) -> float:
    """How far what differs for certain is from mattering: 0 at the floor of its effect, 1 without any."""
    in_floors = [feature.magnitude for feature in features if feature.significant]
    if joint and joint.significant:
        in_floors.append(joint.effect / joint.threshold)
    return 1 - max(in_floors, default=0.0)


def _state(
    compared: DriftReport,
    features: Sequence[FeatureDrift],
    drifted: Sequence[FeatureDrift],
    joint: JointDrift | None,
) -> FindingState:
    if compared.status != DriftOutcome.OK:
        return FindingState.NO_DATA
    if drifted or joint:
        return FindingState.BREACH
    return FindingState.OK if any(feature.compared for feature in features) else FindingState.NO_DATA


def _message(
    drifted: Sequence[FeatureDrift],
    joint: JointDrift | None,
    compared: DriftReport,
    causes: Mapping[str, Cause],
) -> str:
    sentences = [_sentence(feature, causes.get(feature.name)) for feature in drifted]
    sentences += [f"All columns: {joint.reason}."] if joint else []
    return " ".join(sentences) or compared.verdict


def _sentence(feature: FeatureDrift, cause: Cause | None) -> str:
    likely = f" Likely cause: {cause.text}." if cause else ""
    return f"{feature.name}: {feature.reason}.{likely}"


def _suspected(finding: Finding, why: str) -> Finding:
    if finding.state is not FindingState.BREACH:
        return finding
    return replace(finding, severity=Severity.INFO, message=f"Suspected, {why}. {finding.message}")
