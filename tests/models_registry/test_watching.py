"""Drift by the clock, measured by earlier windows, under a policy of the model's own."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from alerts.models import Alert
from dataops.web.models import AuditEvent
from models_registry import services
from models_registry.models import DriftRun, Watch
from tests.models_registry.flights import FLIGHT

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def flights(day: int, rows: int = 120, **changed):
    """Flights of a day: how late they leave depends on the weather that they share."""
    chance = random.Random(day)
    weather = chance.uniform(0, 40)
    delays = [round(chance.gauss(weather, 8)) for _ in range(rows)]
    return [FLIGHT | {"dep_delay": float(delay)} | changed for delay in delays]


def predict(model, day: int, **changed) -> None:
    services.predict(model=model, instances=flights(day, **changed))


def check(model, day: int) -> DriftRun:
    begins_at = MONDAY + timedelta(days=day)
    run = services.request_drift_run(
        version=services.champion_of(model), window_from=begins_at, window_to=begins_at + timedelta(days=1)
    )
    services.execute_drift_run(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def days(classifier, time_machine):
    """Checks the drift of day after day."""

    def over(first: int, last: int, **changed) -> list[DriftRun]:
        runs = []
        for day in range(first, last):
            time_machine.move_to(MONDAY + timedelta(days=day, hours=12), tick=False)
            predict(classifier, day, **changed)
            time_machine.move_to(MONDAY + timedelta(days=day + 1), tick=False)
            runs.append(check(classifier, day))
        return runs

    return over


def test_days_are_measured_by_days_once_there_are_enough_of_them(classifier, days):
    learned = days(0, 21)
    usual, broken = days(21, 24), days(24, 29, dest="ZRH")

    assert [run.windows for run in learned[:7]] == [0, 0, 0, 0, 0, 5, 6]
    assert all(run.drifted for run in learned[:5])
    assert learned[-1].windows == 20
    assert not any(run.drifted for run in usual)
    assert all(run.drifted for run in broken)
    assert "earlier windows" in usual[0].verdict


def test_what_one_window_suggests_others_confirm(classifier, days):
    days(0, 21)
    changed = days(21, 30, dep_delay=90.0)

    assert changed[0].drifted
    assert not changed[0].is_confirmed
    assert changed[-1].is_confirmed
    assert [run.wealth for run in changed] == sorted(run.wealth for run in changed)


def test_a_window_that_was_expected_is_a_measure_for_later_ones(classifier, days, client_as):
    days(0, 20)
    (broken,) = days(20, 21, dest="ZRH")
    again = days(21, 22, dest="ZRH")[0]
    url = reverse("models:drift_expected", args=[classifier.name, broken.pk])
    client_as("editor").post(url, {"expected": "true"})
    expected = days(22, 23, dest="ZRH")[0]

    assert broken.drifted
    assert again.windows == 20
    assert expected.windows == 21
    assert AuditEvent.objects.filter(action="drift.expected").exists()


def test_the_clock_checks_the_predictions_since_the_tick_before(classifier, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    services.set_watch(classifier, by=None, every_minutes=60)
    time_machine.shift(1800)
    predict(classifier, 0)
    time_machine.shift(1800)
    assert [services.start_due(), services.start_due()] == [1, 0]
    run = DriftRun.objects.get()
    services.execute_drift_run(run.pk)
    run.refresh_from_db()

    assert (run.trigger, run.rows) == ("schedule", 120)
    assert (run.window_from, run.window_to) == (MONDAY, MONDAY + timedelta(hours=1))
    assert Watch.objects.get().next_at == MONDAY + timedelta(hours=2)


def test_a_check_that_is_still_at_work_is_not_joined_by_another(classifier, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    services.set_watch(classifier, by=None, cron="0 * * * *")
    for _ in range(2):
        time_machine.shift(3600)
        services.start_due()

    assert DriftRun.objects.count() == 1
    assert Watch.objects.get().skipped_at == MONDAY + timedelta(hours=2)


def test_a_paused_or_archived_model_is_not_checked(classifier, user, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    services.set_watch(classifier, by=None, every_minutes=60)
    services.set_watch(classifier, by=None, paused=True)
    time_machine.shift(7200)
    assert services.start_due() == 0
    services.set_watch(classifier, by=None, paused=False)
    services.update_model(model=classifier, by=user("admin"), archived_at=MONDAY)
    time_machine.shift(7200)
    assert services.start_due() == 0


def test_a_column_left_out_by_the_policy_raises_no_alarm(classifier):
    services.set_watch(classifier, by=None, policy={"columns": {"dest": 0, "prediction": 0, "dep_delay": 0}})
    services.predict(model=classifier, instances=flights(1, dest="ZRH"))
    run = services.request_drift_run(version=services.champion_of(classifier))
    services.execute_drift_run(run.pk)
    run.refresh_from_db()
    told = {feature["name"]: feature for feature in run.report["features"]}

    assert told["dest"]["drifted"] is None
    assert "left out" in told["dest"]["reason"]


def test_the_likely_cause_stands_in_the_report_and_in_the_alert(classifier):
    services.replay_flights(model=classifier, months=[4])
    services.predict(
        model=classifier,
        instances=[flight | {"distance": FLIGHT["distance"] * 1.609} for flight in flights(2, 900)],
    )
    run = services.request_drift_run(version=services.champion_of(classifier), last=900)
    services.execute_drift_run(run.pk)
    run.refresh_from_db()

    causes = {feature["name"]: feature["cause"] for feature in run.report["features"]}
    assert set(causes) == {feature["name"] for feature in run.report["features"]}
    named = [cause["text"] for cause in causes.values() if cause]
    message = Alert.objects.get(kind="drift.data").message
    assert all(text in message for text in named)


def test_a_policy_is_tried_on_earlier_windows_before_it_is_saved(classifier, days, client_as):
    days(0, 6, dest="ZRH")
    client = client_as("editor")
    url = reverse("models:model_policy", args=[classifier.name])
    page = client.get(reverse("models:model_settings", args=[classifier.name]))
    given = page.context["policy_form"].initial | {"threshold": "", "try": "1"}
    tried = client.post(url, given)
    blind = given | {key: "0" for key in given if key.startswith("column_")}
    tried_blind = client.post(url, blind)

    assert "would have alarmed 6 times in the last 6 windows" in _text(tried)
    assert "would have alarmed 0 times in the last 6 windows" in _text(tried_blind)
    assert not Watch.objects.exists()
    blind.pop("try")
    client.post(url, blind)
    assert Watch.objects.get().policy["columns"]["dest"] == 0


def test_the_api_sets_the_watch_and_tries_a_policy(classifier, days, api):
    days(0, 3, dest="ZRH")
    api = api("editor")
    base = f"/api/v1/model-monitoring/models/{classifier.name}"
    told = api.patch(f"{base}/watch", {"cron": "0 6 * * *", "policy": {"q": 0.05}}, format="json").json()
    tried = api.post(
        f"{base}/drift-backtest", {"columns": {"dest": 0}, "method": "new_category"}, format="json"
    )

    assert (told["cron"], told["policy"]["q"], told["policy"]["method"]) == ("0 6 * * *", 0.05, "default")
    assert told["next_at"]
    assert tried.json()["windows"] == 3
    assert tried.json()["alarms"] == 0


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"method": "guess"}, "guess"),
        ({"q": 2}, "q is 2"),
        ({"threshold": 0.1}, "single method"),
        ({"columns": {"dest": -1}}, "0 or above"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_and_says_why(classifier, api, policy, said):
    url = f"/api/v1/model-monitoring/models/{classifier.name}/watch"
    answer = api("editor").patch(url, {"policy": policy}, format="json")

    assert answer.status_code in (409, 422)
    assert said in answer.content.decode()
    assert not Watch.objects.exists()


def test_who_may_only_look_changes_nothing(classifier, api, client_as):
    url = f"/api/v1/model-monitoring/models/{classifier.name}/watch"

    assert api("viewer").get(url).status_code == 200
    assert api("viewer").patch(url, {"every_minutes": 5}, format="json").status_code == 403
    page = client_as("viewer").get(reverse("models:model_settings", args=[classifier.name]))
    assert page.status_code == 403


def _text(response) -> str:
    return " ".join(response.content.decode().split())
