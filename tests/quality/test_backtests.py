"""A rule tried on earlier runs before it is armed: by their profiles at once, by their rows in a job."""

import pytest
from django.urls import reverse

from dataops.web import runs
from quality import services
from quality.models import BacktestRun, Check
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db
API = "/api/v1/data-quality"
CONDITION = {"condition": "price < 45"}


def test_a_backtest_says_which_runs_would_have_failed(uploaded, api):
    runs = [uploaded(csv_bytes(n)) for n in (200, 210, 190)]
    rule = {"check": "row_count", "params": {"minimum": 195, "tolerance": None}}
    tried = (
        api("editor").post(f"{API}/sources/{runs[0].source_id}/rules/backtest", rule, format="json").json()
    )

    assert tried["verdict"] == "would have fired in 1 of 3 runs"
    assert [trial["run"] for trial in tried["trials"] if trial["outcome"] == "fail"] == [runs[2].pk]


def test_a_rule_that_needs_rows_says_so_in_a_backtest(uploaded, api):
    source = uploaded().source
    rule = {"check": "expression", "params": {"condition": "price > 0"}}
    tried = api("editor").post(f"{API}/sources/{source.pk}/rules/backtest", rule, format="json").json()

    assert (tried["judged"], tried["fired"]) == (0, 0)
    assert "this looks at rows" in tried["verdict"]


@pytest.fixture
def history(uploaded):
    """Six datasets, oldest first; prices of the third and the last go up to 49.5, of the others to 44.5."""

    def cheap(i, fields):
        return [*fields[:2], f"{10 + i % 35}.5", fields[3]]

    return [uploaded(csv_bytes(n, edit=None if n in (220, 250) else cheap)) for n in range(200, 260, 10)]


def tried(api, source, drain, **rule):
    """The answer to a back-test on rows, once the worker has been there."""
    client = api("editor")
    sent = client.post(f"{API}/sources/{source.pk}/rules/backtest", rule | {"rows": True}, format="json")
    assert sent.status_code == 202, sent.json()
    drain()
    return client.get(sent.json()["url"]).json()


def test_a_rule_about_rows_is_tried_on_the_newest_datasets(history, api, drain):
    source = history[0].source
    found = tried(api, source, drain, check="expression", params=CONDITION)

    assert (found["status"], found["verdict"]) == ("succeeded", "would have fired in 2 of 5 runs")
    assert [t["run"] for t in found["trials"]] == [run.pk for run in reversed(history[1:])]
    assert [t["run"] for t in found["trials"] if t["outcome"] == "fail"] == [history[5].pk, history[2].pk]
    assert "do not meet price < 45" in found["trials"][0]["message"]
    assert not source.checks.filter(kind="expression").exists()


def test_a_row_filter_is_kept_and_the_number_of_datasets_is_chosen(history, api, drain):
    rule = {"check": "value_range", "column": "price", "params": {"maximum": "45"}, "when": "id < 10"}
    found = tried(api, history[0].source, drain, last=2, **rule)

    assert [t["outcome"] for t in found["trials"]] == ["pass", "pass"]


def test_a_dataset_that_went_in_the_meantime_is_no_reason_to_stop(history, api, drain, user):
    source = history[0].source
    job = services.request_backtest(source, kind="expression", params=CONDITION, last=3)
    storage_file(history[4]).unlink()
    drain()

    job.refresh_from_db()
    assert [t["outcome"] for t in job.trials] == ["fail", "no_data", "pass"]
    assert job.verdict == "would have fired in 1 of 2 runs; 1 more could not be judged"


def storage_file(run):
    from dataops.web import storage

    return storage.path_of(run.snapshot.storage_name)


def test_without_kept_data_there_is_nothing_to_try(history, api):
    source = history[0].source
    source.snapshots.update(file_removed_at=history[0].created_at)
    rule = {"check": "expression", "params": CONDITION, "rows": True}
    answer = api("editor").post(f"{API}/sources/{source.pk}/rules/backtest", rule, format="json")

    assert answer.status_code == 409
    assert "no rows to try it on" in answer.json()["detail"]


def test_the_same_rule_is_tried_once_at_a_time_and_can_be_called_off(history):
    source = history[0].source
    first, again = (services.request_backtest(source, kind="expression", params=CONDITION) for _ in "12")
    assert first == again

    assert runs.cancel(first)
    services.execute_backtest(first.pk)
    first.refresh_from_db()
    assert (first.state, first.trials) == ("cancelled", [])


def test_on_the_page_a_rule_is_tried_on_rows_and_then_armed(history, client_as, drain):
    source, client = history[0].source, client_as("editor")
    form = {
        "param_condition": "price < 45",
        "fail": "50",
        "severity": "critical",
        "weight": "1",
        "enabled": "on",
    }
    url = reverse("quality:rule_add", args=[source.pk]) + "?check=expression"
    job_page = client.post(url, form | {"try": "rows"}).url
    assert "hx-trigger" in client.get(job_page).content.decode()
    drain()

    page = client.get(job_page).content.decode()
    assert "table: condition, condition price &lt; 45, fails above 50 %" in page
    assert "would have fired in 0 of 5 runs" in page
    assert client.post(f"{job_page}arm/").status_code == 302
    rule = Check.objects.get(source=source, kind="expression")
    assert (rule.params, rule.fail, rule.severity) == (CONDITION, 0.5, "critical")


def test_a_rule_that_is_changed_is_tried_as_written_and_saved_so(history, client_as, drain, user):
    source, client = history[0].source, client_as("editor")
    rule = services.add_check(
        source, kind="expression", params={"condition": "price < 40"}, by=user("editor")
    )
    url = reverse("quality:rule_edit", args=[source.pk, rule.pk])
    form = {"param_condition": "price < 45", "severity": "info", "weight": "1", "enabled": "on"}
    client.post(url, form | {"try": "rows"})
    job = BacktestRun.objects.get(rule=rule)
    drain()

    client.post(reverse("quality:backtest_arm", args=[source.pk, job.pk]))
    rule.refresh_from_db()
    assert rule.params == CONDITION
    assert source.checks.filter(kind="expression").count() == 1


def test_viewers_read_a_backtest_and_neither_ask_for_nor_arm_one(history, api, client_as):
    source = history[0].source
    job = services.request_backtest(source, kind="expression", params=CONDITION)
    rule = {"check": "expression", "params": CONDITION, "rows": True}

    assert api("viewer").get(f"{API}/sources/{source.pk}/rules/backtest/{job.pk}").status_code == 200
    assert client_as("viewer").get(job.get_absolute_url()).status_code == 200
    sent = api("viewer").post(f"{API}/sources/{source.pk}/rules/backtest", rule, format="json")
    assert sent.status_code == 403
    assert client_as("viewer").post(f"{job.get_absolute_url()}arm/").status_code == 403
