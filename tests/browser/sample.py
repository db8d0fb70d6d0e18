"""An installation in use: the sample data, people, and what they did with it."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from alerts import services as alerts
from alerts.models import Alert, Channel, Policy, Route, Silence
from dataops.web import tokens
from dataops.web.runs import RunState
from models_registry import services as models
from models_registry.models import DriftRun, ModelVersion
from quality.models import CheckRun, DataSource, SuggestionRun
from quality.samples.load import load_sample_source
from quality.services import (
    apply_contract,
    execute_backtest,
    execute_run,
    execute_suggestions,
    export_contract,
    hold_upload,
    receive_upload,
    request_backtest,
)
from tests.browser.data import CLEAN, broken_off, uploaded

DELAY_COLUMN = 6


@dataclass(frozen=True, slots=True)
class Sample:
    """What stands in the addresses of pages."""

    source: int
    rule: int
    suggestion: int
    backtest: int
    contract: int
    run: int
    live_run: int
    failed_run: int
    held: int
    column: int
    model: str
    version: int
    drift: int
    policy_backtest: int
    alert: int
    resolved_alert: int
    channel: int
    channel_kind: str
    origin: str
    route: int
    silence: int
    policy: int
    person: int
    person_code: str
    password_token: str


def furnish() -> Sample:
    """Fill an empty installation as a team would in its first week; the first person is ``ada``, an admin."""
    ada, grace = _person("ada", "Ada", "Lovelace", "admin"), _person("grace", "Grace", "Hopper", "operator")
    alerts.ensure_defaults()
    tokens.issue(user=ada, name="nightly export", scope="read")
    flights = load_sample_source(by=ada)
    models.load_sample_models(by=ada, made_from=[flights])
    orders = _orders(by=grace)
    tried = request_backtest(flights, kind="expression", params={"condition": "dep_delay < 900"}, by=grace)
    execute_backtest(tried.pk)
    for proposal in SuggestionRun.objects.queued():
        execute_suggestions(proposal.pk)
    _agree(flights, by=grace)
    _handle(flights, by=grace)
    alerts.deliver_due()
    return _what_there_is(flights, orders)


def _person(name: str, first: str, last: str, role: str) -> Any:
    person = get_user_model().objects.create_user(
        name,
        f"{name}@example.com",
        token_urlsafe(),
        first_name=first,
        last_name=last,
        is_staff=role == "admin",
        is_superuser=role == "admin",
    )
    person.groups.add(Group.objects.get(name=role))
    return person


def _orders(*, by: Any) -> DataSource:
    """A source with a good run, a failed one, and one at work."""
    later = CLEAN.replace(b"item", b"part")
    files = [uploaded(CLEAN), uploaded(broken_off(), "orders.csv.gz"), uploaded(later)]
    runs = [receive_upload(file=file, source_name="orders", by=by).run for file in files]
    for run in runs[:-1]:
        execute_run(run.pk)
    now = timezone.now()
    CheckRun.objects.filter(pk=runs[-1].pk).update(
        state=RunState.RUNNING,
        progress=0.42,
        stage="profiling",
        started_at=now - timedelta(seconds=9),
        heartbeat_at=now + timedelta(hours=1),
    )
    return runs[0].source


def _handle(source: DataSource, *, by: Any) -> None:
    """Somebody takes the low score on, says what is known, and resolves what was expected."""
    of_source = Alert.objects.filter(subject_type="source", subject_id=str(source.pk))
    score, schema = of_source.get(kind="quality.score"), of_source.get(kind="quality.schema_drift")
    alerts.acknowledge(score, by=by)
    alerts.comment(score, comment="The supplier sent July twice; a corrected file is on its way.", by=by)
    alerts.snooze(score, until=timezone.now() + timedelta(hours=4), by=by, comment="Waiting for the file.")
    alerts.create_policy(name="Drift", match={"kind": "drift"}, open_after=2, resolve_after=2, by=by)
    alerts.create_silence(
        match={"subject_type": "source", "kind": "quality"},
        reason="Nightly load of the warehouse",
        starts_at=timezone.now() + timedelta(hours=6),
        ends_at=timezone.now() + timedelta(hours=8),
        repeat="daily",
        time_zone="Europe/Berlin",
        by=by,
    )
    ada = get_user_model().objects.get(username="ada")
    alerts.take_stance(ada, subject_type="source", subject_id=str(source.pk), side="watch", name=source.name)
    alerts.assign(score, assignee=ada, by=by)
    alerts.resolve(schema, resolution="expected", comment="Known since the new export.", by=by)


def _agree(source: DataSource, *, by: Any) -> None:
    """Two versions of its contract, the second one stricter."""
    first = export_contract(source)
    for text in (first, first.replace("fail: 0.3\n", "fail: 0.2\n")):
        apply_contract(source, text, by=by)


def _policy_tried(version: ModelVersion) -> int:
    """A looser policy on the windows of the sample."""
    job = models.request_backtest(version=version, policy={"q": 0.001, "columns": {"dep_delay": 2.0}})
    models.execute_backtest(job.pk)
    return job.pk


def _what_there_is(flights: DataSource, orders: DataSource) -> Sample:
    failed, live = orders.runs.get(state=RunState.FAILED), orders.runs.get(state=RunState.RUNNING)
    ada = get_user_model().objects.get(username="ada")
    grace = get_user_model().objects.get(username="grace")
    drift = DriftRun.objects.filter(drifted=True).latest("pk")
    return Sample(
        source=flights.pk,
        rule=flights.checks.earliest("pk").pk,
        suggestion=flights.suggested_rules.proposed().filter(kind="value_range").earliest("pk").pk,
        backtest=flights.backtests.latest("pk").pk,
        contract=flights.contracts.latest("number").number,
        run=flights.runs.latest("pk").pk,
        live_run=live.pk,
        failed_run=failed.pk,
        held=hold_upload(file=uploaded(CLEAN), source_name="orders", by=ada).pk,
        column=DELAY_COLUMN,
        model=drift.version.model.name,
        version=drift.version.number,
        drift=drift.pk,
        policy_backtest=_policy_tried(drift.version),
        alert=Alert.objects.exclude(acknowledged_by=None).latest("pk").pk,
        resolved_alert=Alert.objects.filter(status="resolved").latest("pk").pk,
        channel=Channel.objects.earliest("pk").pk,
        channel_kind="email",
        origin="url",
        route=Route.objects.earliest("pk").pk,
        policy=Policy.objects.earliest("pk").pk,
        silence=Silence.objects.earliest("pk").pk,
        person=grace.pk,
        person_code=urlsafe_base64_encode(force_bytes(grace.pk)),
        password_token=default_token_generator.make_token(grace),
    )
