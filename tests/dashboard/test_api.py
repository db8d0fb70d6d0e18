"""The dashboard for programs."""

import pytest
from rest_framework.test import APIClient

from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db
BASE = "/api/v1/dashboard"


@pytest.fixture
def reader(api) -> APIClient:
    return api("viewer", scope="read")


def test_the_overview_says_how_everything_stands(reader, checked, compared, alarm):
    source = checked("orders", 0.5).source
    checked("orders", 0.8, at=days_ago(8))
    alert = alarm(source)
    compared("delays")
    body = reader.get(f"{BASE}/overview").json()

    assert body["verdict"]["state"] == "critical"
    assert body["sources"] == {
        "total": 1,
        "by_status": {"failing": 1, "degraded": 0, "healthy": 0, "unknown": 0},
    }
    assert body["quality"]["average_score_before"] == 0.8
    assert body["models"] == {"total": 1, "drifted": 0, "stable": 1, "unchecked": 0}
    assert body["alerts"] == {"open": 1, "by_severity": {"info": 0, "warning": 0, "critical": 1}}
    assert body["jobs"] == {"queued": 0, "running": 0}
    assert [(c["name"], c["alert_url"]) for c in body["needs_attention"]] == [
        ("orders", alert.get_absolute_url())
    ]


def test_the_overview_of_nothing_is_an_answer_too(reader):
    body = reader.get(f"{BASE}/overview").json()

    assert body["verdict"] == {"state": "unknown", "sentence": "Nothing is watched yet."}
    assert body["quality"] == {"average_score": None, "average_score_before": None, "change": None}


def test_trends_have_a_point_a_day_and_name_the_lowest_source(reader, checked, alarm):
    source = checked("orders", 0.5).source
    alarm(source)
    body = reader.get(f"{BASE}/trends?days=30").json()

    assert (body["days"], body["step"], len(body["points"])) == (30, "day", 30)
    assert body["points"][0]["average_score"] is None
    assert body["points"][-1] | {"at": ""} == {
        "at": "",
        "average_score": 0.5,
        "lowest_score": 0.5,
        "lowest_source": {"id": source.pk, "name": "orders"},
        "alerts_opened": {"critical": 1},
    }


@pytest.mark.parametrize("days", ["0", "91", "x", "1.5", "9" * 40])
def test_an_impossible_number_of_days_is_refused_by_name(days, reader):
    answer = reader.get(f"{BASE}/trends?days={days}")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"][-1] == "days"


def test_activity_is_a_list_like_the_others(reader, checked, user):
    checked("orders", 0.5, requested_by=user("editor", username="ada"))
    checked("returns", 0.9, at=days_ago(1))
    body = reader.get(f"{BASE}/recent-activity?limit=1").json()

    assert {key: body[key] for key in ("count", "next", "previous")} == {
        "count": 1,
        "next": None,
        "previous": None,
    }
    assert body["results"][0]["what"] == "Quality check"
    assert (body["results"][0]["actor"], body["results"][0]["status"]) == ("ada", "succeeded")


def test_audited_changes_are_in_the_activity_of_administrators_only(api):
    admin, viewer = api("admin"), api("viewer")

    kinds = {row["kind"] for row in admin.get(f"{BASE}/recent-activity").json()["results"]}
    assert kinds == {"audit"}
    assert viewer.get(f"{BASE}/recent-activity").json()["results"] == []


def test_the_system_status_names_the_part_that_does_not_work(reader):
    body = reader.get(f"{BASE}/system-status").json()
    parts = {part["name"]: part["ok"] for part in body["parts"]}

    assert body["status"] == "degraded"
    assert (parts["database"], parts["scheduler"]) == (True, False)
    assert body["storage"]["free_bytes"] > 0


@pytest.mark.parametrize("path", ["overview", "trends", "recent-activity", "system-status"])
def test_nothing_is_answered_to_strangers(path, db):
    assert APIClient().get(f"{BASE}/{path}").status_code == 401
