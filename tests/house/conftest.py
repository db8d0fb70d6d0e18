"""The sample installation, loaded once for all tests that walk through it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from tests.support.kept import kept_rows


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[dict[str, Any]]:
    """What `make run` loads, and a value for every blank of a URL; taken back after the module."""
    with kept_rows(django_db_blocker, tmp_path_factory.mktemp("storage")):
        yield things(load())


def load() -> Any:
    from alerts import services as alerts
    from models_registry import services as models
    from quality.samples.load import load_sample_source

    admin = get_user_model().objects.create_superuser("owner", email="owner@example.com", password="x")
    admin.groups.add(Group.objects.get(name="admin"))
    alerts.ensure_defaults()
    flights = load_sample_source(by=admin)
    models.load_sample_models(by=admin, made_from=[flights])
    return admin


def things(admin: Any) -> dict[str, Any]:
    """Values by the part of the path before the blank and the blank's name; see tests.house.sitemap."""
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession
    from django.contrib.auth.tokens import default_token_generator
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.encoding import force_bytes
    from django.utils.http import urlsafe_base64_encode

    from alerts.models import Alert, Channel, Notice, Notification, Policy, Route, SavedView, Silence, Stance
    from dataops.web import tokens
    from dataops.web.models import SampleRun
    from dataops.web.runs import RunState
    from models_registry import services as models
    from models_registry.models import (
        AllowedType,
        Correction,
        DeployRun,
        DriftRun,
        Prediction,
        PredictionBatch,
        RequestCount,
        ScoringRun,
        ShadowAnswer,
    )
    from quality import services as quality
    from quality.models import Check, CheckRun, DataSource, SuggestionRun

    token, _ = tokens.issue(user=admin, name="sample", lifetime=timedelta(days=1))
    drift_run = DriftRun.objects.select_related("version__model").filter(drifted=True).first()
    alert, channel = Alert.objects.first(), Channel.objects.first()
    source = DataSource.objects.get()
    for job in SuggestionRun.objects.queued():
        quality.execute_suggestions(job.pk)
    models.set_watch(drift_run.version.model, by=admin, cron="0 6 * * *")
    asked = Prediction.objects.exclude(actual_at=None).first()
    Correction.objects.create(
        prediction=asked, actual=asked.actual, actual_at=asked.actual_at, corrected_at=timezone.now()
    )
    backtest = quality.request_backtest(source, kind="expression", params={"condition": "distance > 0"})
    tried = models.request_backtest(version=drift_run.version, policy={})
    contract = quality.apply_contract(source, quality.export_contract(source), by=admin)
    message = Notification.objects.first() or Notification.objects.create(
        channel=channel, idempotency_key="sample", expires_at=timezone.now()
    )
    tomorrow = timezone.now() + timedelta(days=1)
    silence = Silence.objects.create(match={"kind": "nothing"}, reason="planned work", ends_at=tomorrow)
    notice = Notice.objects.create(person=admin, alert=alert, key="sample", reason="opened", severity="info")
    stance = Stance.objects.create(person=admin, subject_type="source", subject_id="1", side="watch")
    version = drift_run.version
    asked = version.predictions.first()
    RequestCount.objects.create(version=version, day="2026-01-31", outcome="refused", count=3)
    shadowed = {"prediction_id": asked.prediction_id, "prediction": 1, "at": asked.predicted_at}
    ShadowAnswer.objects.create(version=version, latency_seconds=0, **shadowed)
    answered = {"rows": 0, "content": b"", "latency_seconds": 0, "predicted_at": asked.predicted_at}
    PredictionBatch.objects.create(model=version.model, version=version, key=uuid4(), **answered)
    taken = SimpleUploadedFile("a.csv", b"prediction_id,actual\nx,on_time\n")
    ingest = models.request_ingest(model=version.model, file=taken, kind="actuals", version=version)
    scoring = ScoringRun.objects.create(version=version, snapshot=source.snapshots.first(), target_name="x")
    key = Authenticator.objects.create(user=admin, type="webauthn", data={"name": "blue key"})
    session = UserSession.objects.create(user=admin, ip="10.1.1.1", session_key="x", user_agent="a browser")
    job = SampleRun.objects.create(action="load", state=RunState.SUCCEEDED)
    return {
        "samples/pk": job.pk,
        "jobs/pk": job.pk,
        "keys/pk": key.pk,
        "sessions/pk": session.pk,
        "oidc/provider_id": "sso",
        "inbox/pk": notice.pk,
        "watches/pk": stance.pk,
        "files/pk": ingest.pk,
        "views/pk": SavedView.objects.create(name="mild", query="severity=info", owner=admin).pk,
        "scoring/pk": scoring.pk,
        "scorings/pk": scoring.pk,
        "compare/other": version.number,
        "policies/pk": Policy.objects.create(name="patient", match={"kind": "nothing"}, open_after=2).pk,
        "silences/pk": silence.pk,
        "sources/pk": source.pk,
        "rules/rule_pk": Check.objects.filter(source=source).first().pk,
        "searches/job_pk": source.suggestion_runs.first().pk,
        "suggestions/suggestion_pk": source.suggested_rules.proposed().earliest("pk").pk,
        "backtests/backtest_pk": backtest.pk,
        "backtests/pk": tried.pk,
        "drift-backtest/pk": tried.pk,
        "backtest/backtest_pk": backtest.pk,
        "contract/number": contract.number,
        "uploads/pk": quality.hold_upload(file=SimpleUploadedFile("a.csv", b"a,b\n1,2\n"), by=admin).pk,
        "runs/pk": CheckRun.objects.filter(source=source).first().pk,
        "checks/pk": CheckRun.objects.filter(source=source).first().pk,
        "columns/position": 1,
        "name": drift_run.version.model.name,
        "aliases/alias": "champion",
        "versions/number": drift_run.version.number,
        "drift/pk": drift_run.pk,
        "performance/pk": drift_run.version.performance.first().pk,
        "deploys/pk": DeployRun.objects.first().pk,
        "allowed-types/pk": AllowedType.objects.create(name="sklearn.a.B", reason="holds data").pk,
        "alerts/pk": alert.pk,
        "channels/pk": channel.pk,
        "new/kind": "email",
        "templates/kind": "email",
        "new/origin": "url",
        "routes/pk": Route.objects.first().pk,
        "deliveries/pk": message.pk,
        "tokens/pk": token.pk,
        "users/pk": admin.pk,
        "password/uidb64": urlsafe_base64_encode(force_bytes(admin.pk)),
        "token": default_token_generator.make_token(admin),
    }
