"""The whole road with real processes: file to resolved alert and mail, model to drift alert."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from importlib.util import find_spec

import pytest
import requests

from tests.flows.client import Script, damaged
from tests.support import missing
from tests.support.smtp import SmtpSink
from tests.support.waiting import eventually

pytestmark = pytest.mark.processes

SOURCE = "tills"


def rows(start: int, *, bad: bool = False) -> bytes:
    """Two hundred sales; of bad ones half have no amount and all come twice."""
    lines = [f"{n},shop {n % 7},{'' if bad and n % 2 else n % 90}\n" for n in range(start, start + 200)]
    return "".join(["id,shop,amount\n", *lines, *(lines if bad else [])]).encode()


@pytest.fixture
def mail(smtp: SmtpSink) -> Callable[[int], EmailMessage]:
    """``mail(2)``: the second mail about the source, once there are as many."""
    smtp.messages.clear()  # of the product on the other infrastructure

    def about() -> list[EmailMessage]:
        return [message for message in smtp.messages if SOURCE in message["Subject"]]

    def mail(number: int) -> EmailMessage:
        eventually(lambda: len(about()) >= number, what=f"mail {number} about {SOURCE}")
        assert len(about()) == number, [message["Subject"] for message in about()]
        return about()[-1]

    return mail


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return body.get_content()


def acknowledge(address: str, product_url: str) -> str:
    """Opens the link of the mail as whoever got it, not signed in, and presses its button."""
    browser = requests.Session()
    page = browser.get(product_url + re.sub(r"^https?://[^/]+", "", address), timeout=30)
    fields = dict(re.findall(r'name="(csrfmiddlewaretoken|token)" value="([^"]+)"', page.text))
    return browser.post(page.url.partition("?")[0], fields, headers={"Referer": page.url}, timeout=30).text


def test_a_file_becomes_a_score_an_alert_a_mail_and_is_resolved(running, smtp, flights):
    smtp.messages.clear()  # of the product on the other infrastructure
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
    eventually(lambda: smtp.messages, what="the mail of the alert")
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


def test_requests_and_jobs_are_traced(running, traces):
    if not find_spec("opentelemetry"):
        missing.skip(missing.MissingError("the packages of requirements-telemetry.txt"))
    script = Script(running)
    script.follow(script.upload("till.csv", rows(9_000), source="traced")["check"]["url"])
    expected = (b"dataops-web", b"api/v1/data-quality/upload", b"dataops-worker", b"run/quality.execute_run")

    def said() -> bytes:
        return b"".join(taken.content for taken in traces.taken)

    eventually(lambda: all(words in said() for words in expected), what="spans of each")


def _soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def test_a_bad_file_is_told_once_taken_on_from_the_mail_and_told_again_when_it_is_over(running, mail):
    script = Script(running)

    def upload(start: int, *, bad: bool = False) -> dict:
        run = script.upload(f"{start}.csv", rows(start, bad=bad), source=SOURCE)
        return script.follow(run["check"]["url"])

    def states() -> dict[str, str]:
        found = script.get(f"alerts?status=all&subject={SOURCE}")["results"]
        return {alert["kind"]: alert["status"] for alert in found if alert["severity"] != "info"}

    upload(0)
    run = upload(1_000, bad=True)
    opened = mail(1)
    said = text_of(opened)
    assert {"quality.score", "quality.missing_values", "quality.duplicates"} <= states().keys()
    assert f"/quality/runs/{run['id']}/" in said
    assert all(word in said for word in ("Missing values in amount", "Duplicate rows"))

    done = acknowledge(re.search(r"I am on it: (\S+)", said)[1], running.url)
    assert "is on it" in done
    assert "acknowledged" in states().values()

    upload(2_000)
    over = mail(2)
    assert set(states().values()) == {"resolved"}
    assert over["Subject"].startswith("[RESOLVED]")
    assert opened["Message-ID"] in (over["References"] or "")

    upload(3_000, bad=True)
    again = mail(3)
    assert set(states().values()) == {"open"}
    assert "This was resolved before and is back, after" in text_of(again)

    upload(4_000)
    mail(4)
    source = {"subject_type": "source", "subject_id": str(run["source"]["id"])}
    script.post("alerts/silences", {"reason": "Tills are moved", "match": source, "ends_at": _soon()})
    upload(5_000, bad=True)
    alert = next(a for a in script.get(f"alerts?subject={SOURCE}")["results"] if a["kind"] == "quality.score")
    events = script.get(f"alerts/{alert['id']}")["events"]
    assert (alert["status"], events[-1]["kind"]) == ("open", "held")
    assert "Tills are moved" in events[-1]["comment"]
    mail(4)
