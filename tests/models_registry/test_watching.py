"""Drift by the clock, measured by earlier windows, under a policy of the model's own."""

import math
import random
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from django.urls import reverse

from alerts.models import Alert
from alerts.services.handling import resolve
from dataops.web.models import AuditEvent
from models_registry import services
from models_registry.formats.templates import TEMPLATES
from models_registry.models import DriftRun, Watch

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


@cache
def spring() -> list[dict[str, Any]]:
    """Flights of April and May, those that left earliest first."""
    columns = {}
    for window in TEMPLATES["flight-delayed"].replay([4, 5]):
        for name, values in window.columns.items():
            columns.setdefault(name, []).extend(values)
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    return sorted((row for row in rows if row["dep_delay"] is not None), key=lambda row: row["dep_delay"])


def flights(day: int, rows: int = 300, **changed) -> list[dict[str, Any]]:
    """Flights of a day, which share its weather: on some days more of them leave late."""
    chance = random.Random(day)
    weather, known = math.exp(chance.gauss(0, 0.2)), spring()
    return [known[int(len(known) * chance.random() ** weather)] | changed for _ in range(rows)]


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


def test_days_are_measured_by_days_once_there_are_enough_of_them(classifier, days, client_as):
    learned = days(0, 23)
    usual = days(23, 26)

    assert [run.windows for run in learned[:4]] == [0, 0, 0, 0]
    assert any(run.drifted for run in learned)
    assert learned[-1].windows >= 20
    assert not any(run.drifted for run in usual)
    assert "earlier windows" in usual[0].verdict

    changed = days(26, 35, dep_delay=90.0)
    assert changed[0].drifted
    assert not changed[0].is_confirmed
    assert changed[-1].is_confirmed
    assert [run.wealth for run in changed] == sorted(run.wealth for run in changed)

    broken, again = days(35, 37, dest="ZRH")
    url = reverse("models:drift_expected", args=[classifier.name, broken.pk])
    client_as("editor").post(url, {"expected": "true"})
    (expected,) = days(37, 38, dest="ZRH")
    assert (broken.drifted, again.drifted) == (True, True)
    assert expected.windows == again.windows + 1
    assert AuditEvent.objects.filter(action="drift.expected").exists()


def test_the_rate_of_false_alarms_stands_beside_the_one_that_the_policy_allows_for(
    classifier, days, client_as, api, user
):
    first, *_ = days(0, 4, dest="ZRH")
    services.expect_drift(run=first, by=None)
    resolve(Alert.objects.get(kind="drift.data"), resolution="false_positive", by=user("editor"))
    days(4, 5)
    services.execute_backtest(services.request_backtest(version=classifier.champion, policy={}).pk)

    told = api().get(f"/api/v1/model-monitoring/models/{classifier.name}/watch").json()["false_alarms"]
    assert (told["windows"], told["alarms"], told["false"]) == (5, 4, 4)
    assert told["observed_fraction"] == 0.8
    assert told["interval"] == pytest.approx([0.3755, 0.9638], abs=1e-4)  # Wilson
    assert told["expected_fraction"] == 0.02
    assert told["backtest"] == {"windows": 5, "alarms": 4}
    for page in ("model_drift", "model_settings"):
        text = _text(client_as("viewer").get(reverse(f"models:{page}", args=[classifier.name])))
        assert "4 false of 4 alarms in 5 windows" in text
        assert "80.0 %, between 37.6 % and 96.4 %" in text


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

    assert (run.trigger, run.rows) == ("schedule", 300)
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
    services.predict(
        model=classifier,
        instances=[flight | {"distance": flight["distance"] * 1.609344} for flight in flights(2, 900)],
    )
    run = services.request_drift_run(version=services.champion_of(classifier), last=900)
    services.execute_drift_run(run.pk)
    run.refresh_from_db()

    causes = {feature["name"]: feature["cause"] for feature in run.report["features"]}
    assert causes["distance"]["key"] == "unit"
    assert causes["distance"]["text"] in Alert.objects.get(kind="drift.data").message
    assert causes["carrier"] is None


def test_rows_that_were_sent_twice_are_the_likely_cause_where_nothing_else_changed(classifier):
    usual = spring()[::9]
    late = [row for row in usual if row["dep_delay"] > 60]
    services.predict(model=classifier, instances=usual + late * 4)
    run = services.request_drift_run(version=classifier.champion)
    services.execute_drift_run(run.pk)
    run.refresh_from_db()

    causes = {feature["name"]: feature["cause"] for feature in run.report["features"] if feature["drifted"]}
    assert causes["dep_delay"]["key"] == "repeated"
    assert "sent twice" in Alert.objects.get(kind="drift.data").message


def test_a_policy_is_tried_on_earlier_windows_before_it_is_saved(classifier, days, client_as, worker):
    days(0, 6, dest="ZRH")
    client = client_as("editor")
    url = reverse("models:model_policy", args=[classifier.name])
    page = client.get(reverse("models:model_settings", args=[classifier.name]))
    given = page.context["policy_form"].initial | {"threshold": "", "try": "1"}
    blind = given | {key: "0" for key in given if key.startswith("column_")}
    with worker():
        tried, tried_blind = (client.post(url, form).url for form in (given, blind))
        assert "hx-trigger" in _text(client.get(tried))

    page = client.get(tried)
    assert "would have alarmed 6 times in the last 6 windows" in _text(page)
    assert [told["severity"] for _, told in page.context["windows"]] == [
        run.severity for run, _ in page.context["windows"]
    ]  # the same policy says the same again
    assert "would have alarmed 0 times in the last 6 windows" in _text(client.get(tried_blind))
    assert not Watch.objects.exists()
    assert client.post(f"{tried_blind}adopt/").status_code == 302
    assert Watch.objects.get().policy["columns"]["dest"] == 0


def test_the_api_sets_the_watch_and_tries_a_policy(classifier, days, api, worker):
    days(0, 3, dest="ZRH")
    api = api("editor")
    base = f"/api/v1/model-monitoring/models/{classifier.name}"
    told = api.patch(f"{base}/watch", {"cron": "0 6 * * *", "policy": {"q": 0.05}}, format="json").json()
    policy = {"columns": {"dest": 0}, "method": "new_category"}
    with worker():
        sent, again = (api.post(f"{base}/drift-backtest", policy, format="json") for _ in "12")
        assert (sent.status_code, sent.json()) == (202, again.json())
    tried = api.get(sent.json()["url"]).json()

    assert (told["cron"], told["policy"]["q"], told["policy"]["method"]) == ("0 6 * * *", 0.05, "default")
    assert told["next_at"]
    assert (tried["status"], tried["windows"], tried["alarms"]) == ("succeeded", 3, 0)
    assert [window["drifted_then"] for window in tried["results"]] == [True, True, True]
    assert api.post(f"{sent.json()['url']}/cancel").status_code == 409


def test_a_backtest_is_called_off_before_it_is_worked_on(classifier, client_as):
    job = services.request_backtest(version=classifier.champion, policy={"q": 0.001})
    assert client_as("viewer").post(f"{job.get_absolute_url()}cancel/").status_code == 403
    client_as("editor").post(f"{job.get_absolute_url()}cancel/")
    services.execute_backtest(job.pk)
    job.refresh_from_db()

    assert (job.state, job.verdicts) == ("cancelled", [])
    assert "This was cancelled" in _text(client_as("viewer").get(job.get_absolute_url()))


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"method": "guess"}, "guess"),
        ({"q": 2}, "q is 2"),
        ({"threshold": 0.1}, "single method"),
        ({"columns": {"dest": -1}}, "0 or above"),
        ({"columns": {"no such\0": 0}}, "has no column"),
        ({"minimum_current": 1}, '["body","policy","minimum_current"]'),
        ({"factors": {"dest": 2}}, '["body","policy","factors"]'),
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
    page = reverse("models:model_settings", args=[classifier.name])
    assert "Save schedule" not in _text(client_as("viewer").get(page))
    assert client_as("viewer").post(page, {"every_minutes": 5}).status_code == 403


def _text(response) -> str:
    return " ".join(response.content.decode().split())


def told(run: DriftRun) -> dict[str, Any]:
    return run.report["reference"]


def test_a_rolling_reference_moves_on_with_the_windows_before(classifier, days):
    services.set_watch(classifier, by=None, reference="rolling", reference_windows=3)
    first, second, *_, fifth = days(0, 5)

    assert (told(first)["window"], told(first)["windows"]) == ("training", 0)
    assert "no comparable window before it yet" in told(first)["note"]
    assert (told(second)["window"], told(second)["rows"]) == ("rolling", 300)
    assert (told(fifth)["windows"], told(fifth)["rows"]) == (3, 900)
    assert told(fifth)["from"] == fifth.report["reference"]["from"] > told(second)["from"]
    assert fifth.report["multivariate"]["skipped"].startswith("whole rows are kept of the training data")


def test_a_season_is_the_same_weekday(classifier, days):
    services.set_watch(classifier, by=None, reference="season")
    assert [told(run)["windows"] for run in days(0, 9)] == [0] * 7 + [1, 1]


def test_a_season_of_hours_looks_back_a_week_and_more_and_so_does_a_policy_that_is_tried(
    classifier, time_machine
):
    services.set_watch(classifier, by=None, reference="season")

    def hour(begins_at: datetime) -> DriftRun:
        time_machine.move_to(begins_at + timedelta(minutes=30), tick=False)
        predict(classifier, 0, dep_delay=90.0)
        run = services.request_drift_run(
            version=classifier.champion, window_from=begins_at, window_to=begins_at + timedelta(hours=1)
        )
        services.execute_drift_run(run.pk)
        run.refresh_from_db()
        return run

    services.expect_drift(run=hour(MONDAY), by=None)
    between = [DriftRun.objects.get() for _ in range(167)]
    for hours, run in enumerate(between, start=1):
        run.pk = None
        for name in ("window_from", "window_to", "current_from", "current_to"):
            setattr(run, name, getattr(run, name) + timedelta(hours=hours))
    DriftRun.objects.bulk_create(between)

    after_a_week = told(hour(MONDAY + timedelta(days=7)))
    assert (after_a_week["window"], after_a_week["windows"]) == ("season", 1)
    assert after_a_week["from"].startswith("2026-06-01T00:30")

    # By the reference alone, whatever earlier windows were like.
    policy = {"method": "ks", "threshold": 0.05, "columns": {"model performance": 0}}
    job = services.request_backtest(version=classifier.champion, policy=policy)
    services.execute_backtest(job.pk)
    job.refresh_from_db()
    assert [verdict["drifted"] for verdict in job.verdicts] == [True] * 59 + [False]


def test_a_fixed_reference_is_a_window_chosen_on_the_page_or_over_the_api(classifier, days, client_as, api):
    pinned, _ = days(0, 2)
    page, url = client_as("editor"), reverse("models:model_settings", args=[classifier.name])
    form = {"time_zone": "UTC", "reference": "fixed", "reference_windows": 28}
    refused = page.post(url, form)
    assert (refused.status_code, "Choose a finished drift run" in refused.content.decode()) == (422, True)
    assert page.post(url, form | {"reference_run": pinned.pk}).status_code == 302

    (run,) = days(2, 3)
    assert (told(run)["window"], told(run)["rows"]) == ("fixed", 300)
    assert "the pinned window" in client_as("viewer").get(run.get_absolute_url()).content.decode()

    services.set_watch(classifier, by=None, policy={"minimum_reference": 301})
    (instead,) = days(3, 4)
    assert (instead.outcome, told(instead)["window"]) == ("ok", "training")
    page_of = client_as("viewer").get(instead.get_absolute_url())
    assert "the pinned window has 300 rows, fewer than the 301 that are needed" in _text(page_of)

    watch = f"/api/v1/model-monitoring/models/{classifier.name}/watch"
    changed = api("editor").patch(watch, {"reference": "training"}, content_type="application/json").json()
    assert (changed["reference"], changed["reference_run"]) == ("training", pinned.pk)
    asked = api("editor").post(
        f"/api/v1/model-monitoring/models/{classifier.name}/drift-check",
        {"reference": "fixed"},
        content_type="application/json",
    )
    assert DriftRun.objects.get(pk=asked.json()["id"]).reference == "fixed"
    assert (
        "reference_windows"
        in client_as("admin")
        .get(f"/admin/models_registry/watch/{classifier.watch.pk}/change/")
        .content.decode()
    )


def test_a_window_of_so_many_predictions_waits_until_there_are_as_many_new_ones(classifier, time_machine):
    time_machine.move_to(MONDAY, tick=False)
    services.set_watch(classifier, by=None, every_minutes=60, window_rows=400)
    for expected in (0, 1, 1, 2):
        time_machine.shift(1800)
        predict(classifier, 0)  # 300 rows
        time_machine.shift(1800)
        services.start_due()
        for run in DriftRun.objects.filter(state="queued"):
            services.execute_drift_run(run.pk)
        assert DriftRun.objects.filter(rows=400).count() == expected
