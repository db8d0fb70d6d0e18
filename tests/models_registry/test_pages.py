"""The pages of the models room, as people of each role get them."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from models_registry import services
from models_registry.models import DriftRun, Model, ModelVersion, Prediction
from models_registry.templatetags.registry import window
from tests.models_registry.flights import LATE

PAGES = ["", "performance/", "drift/", "predictions/", "versions/", "versions/1/"]


@pytest.fixture
def watched(classifier):
    """A model with predictions of two weeks, most with their truth, and one drift run over them."""
    ids = [f"flight-{number}" for number in range(80)]
    week = timedelta(days=7)
    asked = [timezone.now() - week * (number % 2) - timedelta(minutes=number) for number in range(80)]
    services.predict(model=classifier, instances=[LATE] * 80, ids=ids, predicted_at=asked)
    truths = [{"prediction_id": name, "actual": "delayed"} for name in ids]
    services.record_actuals(model=classifier, rows=truths)
    services.predict(model=classifier, instances=[LATE], ids=["asked-by-hand"])
    run = services.request_drift_run(version=classifier.champion)
    services.execute_drift_run(run.pk)
    return classifier


def test_the_list_tells_state_traffic_and_quality(client_as, watched):
    page = client_as("viewer").get("/models/").content.decode()

    assert "flight-delayed" in page
    assert "Drifted" in page
    assert "ROC AUC" in page
    assert "subject=model:" in page  # its open alerts
    assert "Deploy" not in page  # a viewer may not


def test_the_list_tells_the_same_by_api_and_in_the_administration(client_as, api, watched):
    standing = api("viewer").get("/api/v1/model-monitoring/models").json()["results"][0]["standing"]
    trained = watched.champion.training_metrics["roc_auc"]
    assert standing["drift"]["drifted"] is True
    assert (standing["metric"], standing["value"]) == ("roc_auc", trained)
    assert (standing["predictions"], standing["predictions_24h"]) == (81, 41)

    page = client_as("admin").get("/admin/models_registry/model/").content.decode()
    assert f"Drifted, {standing['drift']['severity']}" in page
    assert f"ROC AUC {trained:.3f}" in page


@pytest.mark.parametrize("column", ["quality", "day", "all", "latency"])
def test_the_list_sorts_by_what_is_measured(client_as, deploy, column):
    quiet, busy = deploy(name="a-quiet"), deploy(name="b-busy")
    ModelVersion.objects.filter(pk=busy.pk).update(training_metrics={"roc_auc": 0.99})
    services.predict(model=busy.model, instances=[LATE])

    page = client_as("viewer").get("/models/", {"sort": f"-{column}"}).content.decode()
    assert page.index(busy.model.name) < page.index(quiet.model.name)


def test_an_empty_list_starts_the_work_with_one_button(client_as):
    assert "Deploy a sample model" in client_as("editor").get("/models/").content.decode()
    assert "Deploy a sample model" not in client_as("viewer").get("/models/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_tab_of_a_model_opens_for_a_viewer(client_as, watched, path):
    answer = client_as("viewer").get(f"/models/flight-delayed/{path}")
    assert answer.status_code == 200
    assert "flight-delayed" in answer.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_tab_opens_while_the_first_version_is_deploying(client_as, db, path):
    services.deploy_model(template="flight-delayed")
    assert client_as("editor").get(f"/models/flight-delayed/{path}").status_code == 200


@pytest.mark.parametrize("models", [1, 3])
def test_the_list_costs_the_same_at_any_length(client_as, deploy, models, django_assert_max_num_queries):
    for number in range(models):
        version = deploy("flight-delayed", name=f"flights-{number}")
        services.predict(model=version.model, instances=[LATE])
    client = client_as("viewer")
    with django_assert_max_num_queries(15):
        client.get("/models/")


@pytest.mark.parametrize("path", [*PAGES, "try/"])
def test_a_tab_costs_at_most_thirteen_queries(client_as, watched, path, django_assert_max_num_queries):
    client = client_as("editor")
    with django_assert_max_num_queries(13):
        client.get(f"/models/flight-delayed/{path}")


def test_a_drift_report_is_saved_as_one_file_that_asks_for_nothing(client_as, watched):
    run = DriftRun.objects.get()
    assert "Quantiles of dep_delay" in client_as("viewer").get(run.get_absolute_url()).content.decode()
    url = f"/api/v1/model-monitoring/models/flight-delayed/drift/{run.pk}/report.html"
    answer = client_as("viewer").get(url)
    page = answer.content.decode()

    assert answer["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert html.escape(run.verdict) in page
    assert page.count('<svg class="overlay"') == len(run.effects) > 4
    assert not re.search(r"<script|src=|href=|url\(|@import", page)
    DriftRun.objects.update(state="failed")
    assert client_as("viewer").get(url).status_code == 409


def test_drift_in_doubt_is_called_a_suspicion_on_the_page_and_in_the_file(client_as, watched):
    run = DriftRun.objects.get()
    run.report |= {"gross": False, "calibrating": True}
    run.save()
    url = f"/api/v1/model-monitoring/models/flight-delayed/drift/{run.pk}/report.html"
    for address in (run.get_absolute_url(), url):
        assert (
            "Suspected: fewer than five earlier windows" in client_as("viewer").get(address).content.decode()
        )


def test_a_drift_report_costs_at_most_twelve_queries(client_as, watched, django_assert_max_num_queries):
    client = client_as("editor")
    with django_assert_max_num_queries(12):
        client.get(DriftRun.objects.get().get_absolute_url())


def test_a_model_is_deployed_from_the_form_and_followed(client_as, drain, trained_once):
    client = client_as("editor")
    answer = client.post("/models/deploy/", {"template": "flight-delayed", "name": "", "notes": "first"})
    assert answer.headers["Location"] == "/models/flight-delayed/versions/1/"
    assert "every 1s" in client.get(answer.headers["Location"]).content.decode()

    drain()
    page = client.get(answer.headers["Location"]).content.decode()
    assert "every 1s" not in page
    assert "What it takes" in page
    assert "first" in page


def test_a_deployment_that_cannot_be_says_why_on_the_form(client_as, classifier):
    answer = client_as("editor").post(
        "/models/deploy/", {"template": "arrival-delay", "name": "flight-delayed"}
    )
    assert answer.status_code == 422
    assert "deploy under another name" in answer.content.decode()


def test_a_running_deployment_is_polled_as_a_part_and_ends_with_the_whole_page(client_as, classifier):
    run = services.deploy_model(template="flight-delayed")
    client = client_as("editor")
    url = "/models/flight-delayed/versions/2/"

    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith("<section")
    assert "<html" not in part
    services.execute_deploy_run(run.pk)
    assert client.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_version_is_promoted_with_a_reason(client_as, deploy):
    deploy(), deploy()
    client = client_as("operator")
    client.post("/models/flight-delayed/versions/2/promote/", {"alias": "champion", "reason": "newer data"})

    assert Model.objects.get().champion.number == 2
    assert "newer data" in client.get("/models/flight-delayed/versions/").content.decode()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("better", "is the champion already"),
        (" ", "This field is required"),
        ("x" * 501, "at most 500 characters"),
        ("a\0b", "Null characters are not allowed"),
        ("a\u202eb", "Character 2 cannot be seen (U+202E)"),
    ],
)
def test_promoting_that_cannot_be_is_told_on_the_form(client_as, classifier, reason, said):
    answer = client_as("operator").post(
        "/models/flight-delayed/versions/1/promote/", {"alias": "champion", "reason": reason}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_drift_check_is_started_followed_and_read(client_as, drain, watched):
    client = client_as("editor")
    window = {"window_from": "2026-01-01", "window_to": "2100-01-01"}
    started = client.post("/models/flight-delayed/drift/check/", window)
    url = started.headers["Location"]
    assert "every 1s" in client.get(url).content.decode()
    assert "<html" not in client.get(url, headers={"HX-Request": "true"}).content.decode()

    drain()
    page = client.get(url).content.decode()
    assert "most of all" in page  # the verdict
    assert (
        page.count('data-chart="distribution-') == 10
    )  # six features, answers and how sure they are, truth and errors
    assert "Chi-squared test" in page
    assert client.get(url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"last": "5", "window_from": "2013-07-01"}, "not both"),
        ({"last": "0"}, "greater than or equal to 1"),
        ({"window_from": "2013-08-01", "window_to": "2013-07-01"}, "ends before it starts"),
        ({"window_from": "July"}, "valid date"),
    ],
)
def test_a_window_that_cannot_be_is_told_on_the_form(client_as, classifier, form, said):
    answer = client_as("editor").post("/models/flight-delayed/drift/check/", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not DriftRun.objects.exists()


def test_a_queued_drift_run_is_cancelled(client_as, classifier):
    run = services.request_drift_run(version=classifier.champion)
    client, url = client_as("editor"), f"{run.get_absolute_url()}cancel/"
    assert "Cancelled." in client.post(url, follow=True).content.decode()
    run.refresh_from_db()
    assert run.state == "cancelled"
    assert "The run was over already." in client.post(url, follow=True).content.decode()


def test_a_deployment_that_is_over_is_not_said_to_be_cancelled(client_as, classifier):
    page = client_as("editor").post("/models/flight-delayed/versions/1/cancel/", follow=True)
    assert "The run was over already." in page.content.decode()


def test_a_model_is_tried_by_hand_and_shows_the_call(client_as, classifier):
    client = client_as("editor")
    start = client.get("/models/flight-delayed/try/").content.decode()
    assert 'name="feature-dep_delay"' in start
    asked = {f"feature-{name}": value for name, value in LATE.items()}
    page = client.post("/models/flight-delayed/try/", asked).content.decode()

    assert "delayed" in page
    assert "curl http" in page
    assert "/api/v1/model-monitoring/models/flight-delayed/predict" in page
    assert Prediction.objects.get().features == LATE


def test_a_wrong_value_tried_by_hand_is_told_beside_its_field(client_as, classifier):
    asked = {f"feature-{name}": value for name, value in LATE.items()} | {"feature-hour": "noon"}
    answer = client_as("editor").post("/models/flight-delayed/try/", asked)

    assert answer.status_code == 422
    assert "Enter a whole number" in answer.content.decode()
    assert not Prediction.objects.exists()


def test_the_predictions_are_paged(client_as, watched):
    client = client_as("viewer")
    first = client.get("/models/flight-delayed/predictions/").content.decode()
    second = client.get("/models/flight-delayed/predictions/?page=2").content.decode()

    assert "asked-by-hand" in first
    assert "asked-by-hand" not in second


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("viewer", "/models/deploy/"),
        ("viewer", "/models/flight-delayed/drift/check/"),
        ("viewer", "/models/flight-delayed/try/"),
        ("editor", "/models/flight-delayed/versions/1/promote/"),
        ("viewer", "/models/flight-delayed/versions/1/cancel/"),
    ],
)
def test_each_action_needs_its_permission(client_as, classifier, role, path):
    assert client_as(role).post(path).status_code == 403
    assert ModelVersion.objects.count() == 1


@pytest.mark.parametrize(
    "path", ["nobody/", "nobody/drift/", "flight-delayed/versions/9/", "flight-delayed/drift/9/"]
)
def test_what_is_not_there_is_a_404(client_as, classifier, path):
    assert client_as("viewer").get(f"/models/{path}").status_code == 404


def test_nobody_gets_in_without_signing_in(client, classifier):
    assert client.get("/models/").headers["Location"].startswith("/accounts/login/")


def test_the_performance_tab_tells_estimate_and_truth_apart_and_what_the_estimate_rests_on(
    client_as, watched
):
    services.estimate_missing()
    page = client_as("viewer").get("/models/flight-delayed/performance/").content.decode()

    assert '<td data-label="Kind">Estimated</td>' in page
    assert '"dashed": true' in page
    assert "calibrated on" in page
    assert "still mean the same" in page


def test_a_model_without_reference_rows_says_why_there_is_no_estimate(client_as, watched):
    ModelVersion.objects.update(reference_rows={})
    page = client_as("viewer").get("/models/flight-delayed/performance/").content.decode()
    assert "No estimate. It came without reference rows" in page


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2013-07-01", "2013-08-01", "1 Jul 2013 – 31 Jul 2013"),
        ("2013-07-01", "2013-07-02", "1 Jul 2013"),
        ("2013-07-01T08:30", "2013-07-01T09:00", "1 Jul 2013 08:30 – 09:00"),
        ("2013-07-01T08:00", "2013-07-02", "1 Jul 2013 08:00 – 2 Jul 2013 00:00"),
        ("2013-07-01", None, "from 1 Jul 2013 00:00"),
    ],
)
def test_a_window_is_told_by_its_days_or_with_its_times(start, end, said):
    moments = [moment and datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in (start, end)]
    told = window(DriftRun(window_from=moments[0], window_to=moments[1]))
    assert told.replace("\u00a0", " ") == said
