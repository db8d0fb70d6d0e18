"""Predictions go when their days are over; what was learnt of them stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from alerts.models import Alert
from dataops.web.models import AuditEvent
from models_registry import services
from models_registry.models import Correction, DriftRun, ModelPerformance, Prediction, ShadowAnswer
from tests.models_registry.flights import FLIGHT

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)  # a Wednesday


def removed() -> int:
    """Two removals: before the first, every week to go is profiled where no clock saw to it."""
    assert services.remove_old_predictions() == 0
    for run in DriftRun.objects.live():
        services.execute_drift_run(run.pk)
    return services.remove_old_predictions()


@pytest.fixture
def logged(classifier, time_machine):
    """One prediction a day for four weeks until today, each with its truth, kept for ten days."""
    time_machine.move_to(NOW, tick=False)
    moments = [NOW - timedelta(days=day) for day in range(28)]
    ids = [f"day-{day}" for day in range(28)]
    services.predict(model=classifier, instances=[FLIGHT] * 28, ids=ids, predicted_at=moments)
    services.record_actuals(
        model=classifier, rows=[{"prediction_id": name, "actual": "on_time"} for name in ids]
    )
    services.update_model(model=classifier, by=None, prediction_days=10)
    return classifier


def left() -> set[str]:
    return set(Prediction.objects.values_list("prediction_id", flat=True))


def test_whole_weeks_go_with_their_truth_and_their_performance_stays(logged):
    old = Prediction.objects.get(prediction_id="day-20")
    Correction.objects.create(prediction=old, actual="delayed", actual_at=NOW, corrected_at=NOW)
    ShadowAnswer.objects.create(
        version=logged.champion, prediction_id="day-20", prediction="delayed", latency_seconds=0, at=NOW
    )
    ModelPerformance.objects.all().delete()  # as if the message to measure had been lost

    # Ten days ago was a Sunday: its week has not ended for all of its days.
    assert removed() == 11
    windows = DriftRun.objects.finished().exclude(profile=b"").filter(for_the_record=True)
    assert [run.rows for run in windows.order_by("window_from")] == [4, 7]
    assert not Alert.objects.exists()
    assert left() == {f"day-{day}" for day in range(17)}
    assert not Correction.objects.exists()
    assert not ShadowAnswer.objects.exists()
    weeks = ModelPerformance.objects.filter(kind="realised").order_by("window_from")
    assert [row.rows for row in weeks] == [4, 7]
    logged.refresh_from_db()
    assert (logged.predictions_removed, logged.predictions_from) == (11, datetime(2026, 6, 1, tzinfo=UTC))
    assert AuditEvent.objects.filter(action="model.predictions_removed").count() == 1

    assert services.remove_old_predictions() == 0
    assert weeks.count() == 2


def test_what_no_window_has_looked_at_yet_stays(logged, time_machine):
    services.set_watch(logged, by=None, every_minutes=60)
    assert services.remove_old_predictions() == 0

    time_machine.shift(3600)
    services.start_due()  # its run is queued now: it may still read them
    assert services.remove_old_predictions() == 0

    services.execute_drift_run(logged.champion.drift_runs.get().pk)
    assert services.remove_old_predictions() == 11


def test_without_days_everything_stays(logged):
    services.update_model(model=logged, by=None, prediction_days=None)
    assert services.remove_old_predictions() == 0


def test_days_are_set_on_page_api_and_in_the_administration_and_the_pages_say_what_is_gone(
    logged, client_as, api
):
    removed()
    admin, url = api("admin"), f"/api/v1/model-monitoring/models/{logged.name}"
    told = admin.patch(url, {"prediction_days": 30}, content_type="application/json").json()
    assert (told["prediction_days"], told["predictions_removed"]) == (30, 11)
    refused = admin.patch(url, {"prediction_days": 2}, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (
        422,
        ["body", "prediction_days"],
    )

    editor = client_as("admin")
    form = {"policy": logged.policy, "challenger_fraction": 0, "prediction_days": 60}
    assert editor.post(reverse("models:model_about", args=[logged.name]), form).status_code == 302
    logged.refresh_from_db()
    assert logged.prediction_days == 60

    page = editor.get(reverse("models:model_predictions", args=[logged.name])).content.decode()
    assert "11 predictions from before 1 Jun 2026 were removed" in page
    with pytest.raises(services.NotPossible, match="from before 2026-06-01 were removed"):
        services.request_drift_run(version=logged.champion, window_to=datetime(2026, 6, 1, tzinfo=UTC))
    assert (
        "prediction_days" in editor.get(f"/admin/models_registry/model/{logged.pk}/change/").content.decode()
    )
