"""The whole road with real processes: file to resolved alert, model to drift alert."""

import pytest

from tests.flows.client import Script, damaged
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes


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
