"""Each setting shows its default, its effect and who changed it last, and goes back to its default."""

import re

import pytest

from dashboard.presenters.settings import GROUPS
from dataops.web import environment
from models_registry import services as models
from models_registry.models import Model
from quality import services as quality

pytestmark = pytest.mark.django_db
PAGE, API = "/settings/all/", "/api/v1/dashboard/settings"
SETTINGS = [(group, setting) for group in GROUPS for setting in group.settings]


@pytest.fixture
def row(client_as):
    """``row("quality.thresholds.alert_below")``: what the API tells an administrator of a setting."""

    admin = client_as("admin")

    def find(key: str) -> dict:
        return next(one for one in admin.get(API).json() if one["key"] == key)

    return find


def test_every_setting_stands_on_one_page_with_its_default_and_its_effect(client_as):
    page = client_as("admin").get(PAGE).content.decode()

    for _group, setting in SETTINGS:
        assert f'id="{setting.key}"' in page
        assert setting.effect
    assert page.count("Never changed.") == len(SETTINGS)


def test_settings_are_searched_by_what_they_do(client_as):
    page = client_as("viewer").get(PAGE, {"q": "critical alert"}).content.decode()

    assert re.findall(r'<tr id="(.*?)"', page) == ["quality.thresholds.critical_below"]
    assert "Reset to default" not in page


@pytest.mark.parametrize(
    ("page", "sent", "key", "default"),
    [
        (
            "/settings/scoring/",
            {"form": "thresholds", "alert_below": "0.8", "critical_below": "0.7"},
            "quality.thresholds.alert_below",
            0.9,
        ),
        (
            "/alerts/retention/",
            {"form": "retention", "history_days": "", "log_days": "180", "inbox_days": "90"},
            "alerts.retention.history_days",
            730,
        ),
        (
            "/settings/report/",
            {"form": "weekly", "by": "tag", "weekday": "0", "hour": "7", "time_zone": "UTC"},
            "report.weekly.by",
            "owner",
        ),
        (
            "/settings/features/",
            {"feature": "feature.script_access", "on": "false"},
            "feature.script_access",
            True,
        ),
    ],
)
def test_a_change_names_who_made_it_and_is_taken_back_by_one_button(page, sent, key, default, client_as, row):
    admin = client_as("admin")
    before = row(key)
    admin.post(page, sent)
    changed = row(key)
    answer = admin.post("/settings/reset/", {"setting": key, "all": "1"}, follow=True)

    assert before["changed"] is None
    assert changed["value"] != default
    assert changed["changed"]["by"].startswith("admin")
    assert row(key)["value"] == default
    assert "back to the default" in answer.content.decode()


def test_only_what_changed_is_said_to_have_been_changed(client_as, row):
    client_as("admin").post(
        "/settings/scoring/", {"form": "thresholds", "alert_below": "0.8", "critical_below": "0.7"}
    )

    assert row("quality.thresholds.alert_below")["changed"]
    assert row("quality.thresholds.critical_below")["changed"] is None


def test_a_default_that_does_not_fit_what_else_is_set_is_refused_by_page_and_api(client_as, api):
    quality.set_thresholds(alert_below=0.6, critical_below=0.5, by=None)
    key = "quality.thresholds.critical_below"
    page = client_as("admin").post("/settings/reset/", {"setting": key}, follow=True)
    answer = api("admin").post(f"{API}/reset", {"setting": key}, format="json")

    assert "above the good threshold" in page.content.decode()
    assert answer.status_code == 422
    assert quality.thresholds().critical_below == 0.5


@pytest.mark.parametrize("key", ["PORT", "environment.PORT", ""])
def test_what_the_environment_decides_is_not_reset(key, api):
    assert api("admin").post(f"{API}/reset", {"setting": key or "nothing"}, format="json").status_code == 404


def test_the_environment_is_shown_to_administrators_without_its_secrets(client_as, monkeypatch):
    monkeypatch.setenv("DATAOPS_MAX_FETCH_ROWS", "4711")
    monkeypatch.setenv("EMAIL_URL", "smtp://ada:swordfish@mail.example.com:25")
    admin, viewer = (client_as(role).get(PAGE).content.decode() for role in ("admin", "viewer"))

    assert "4711" in admin
    assert "swordfish" not in admin
    assert "DATAOPS_MAX_FETCH_ROWS" not in viewer


def test_a_start_in_another_environment_is_recorded_once(monkeypatch, row):
    monkeypatch.setenv("DATAOPS_SESSION_DAYS", "7")
    environment.remember()
    first = row("environment.DATAOPS_SESSION_DAYS")["changed"]
    monkeypatch.setenv("DATAOPS_SESSION_DAYS", "3")
    environment.remember()
    second = row("environment.DATAOPS_SESSION_DAYS")["changed"]
    environment.remember()

    assert first["by"] == ""
    assert second["at"] > first["at"]
    assert row("environment.DATAOPS_SESSION_DAYS")["changed"] == second


# Drift policy ----------------------------------------------------------------------------------


def test_everybodys_drift_policy_counts_where_a_model_says_nothing_else(client_as, api):
    follows, own = (Model.objects.create(name=name) for name in ("follows", "own"))
    models.set_watch(own, by=None, policy={"q": 0.2})
    answer = api("admin").patch(
        "/api/v1/model-monitoring/drift-policy", {"q": 0.05, "fall_floor": 0.1}, format="json"
    )
    page = client_as("viewer").get("/settings/drift/").content.decode()

    assert answer.json()["q"] == 0.05
    assert "0.05" in page
    assert (models.policy_of(follows).q, models.policy_of(own).q) == (0.05, 0.2)
    assert models.policy_of(own).fall_floor == 0.1


def test_a_drift_policy_that_makes_no_sense_is_refused_beside_its_field(client_as):
    sent = {one.name: one.default for one in models.DRIFT_SETTINGS.settings} | {
        "form": "drift",
        "threshold": "0.1",
    }
    page = client_as("admin").post("/settings/drift/", sent)

    assert page.status_code == 422
    assert "needs a single method" in page.content.decode()
    assert models.shared_policy().threshold is None
