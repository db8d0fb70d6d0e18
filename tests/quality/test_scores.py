"""The score behind its doors: taken apart, asked what if, judged by thresholds that can be set."""

import pytest

from dataops.engine.types import Dimension
from dataops.web.models import AuditEvent
from quality import selectors, services
from quality.models import CheckRun, DataSource
from tests.quality.conftest import csv_bytes

URL = "/api/v1/data-quality"


def damaged(i: int, fields: list[str]) -> list[str]:
    """Half the names and a tenth of the prices are missing."""
    return [fields[0], "" if i % 2 else fields[1], "" if i % 10 == 0 else fields[2], fields[3]]


@pytest.fixture
def poor(uploaded) -> CheckRun:
    return uploaded(csv_bytes(edit=damaged))


def test_the_points_of_a_run_add_up_at_every_level(api, poor):
    body = api().get(f"{URL}/checks/{poor.pk}/score").json()

    dimensions = body["dimensions"]
    assert body["score"] < 1
    assert sum(d["points_lost"] for d in dimensions) == pytest.approx(1 - body["score"], abs=1e-9)
    for dimension in dimensions:
        columns = dimension["columns"]
        assert sum(c["points_lost"] for c in columns) == pytest.approx(dimension["points_lost"], abs=1e-9)
        for column in columns:
            checks = column["checks"]
            assert sum(c["points_lost"] for c in checks) == pytest.approx(column["points_lost"], abs=1e-9)
    assert [c["column"] for c in dimensions[0]["columns"]] == ["", "name", "price"]


def test_what_mending_a_column_would_give_is_foretold(api, poor, uploaded):
    foretold = api().get(f"{URL}/checks/{poor.pk}/score", {"fix": "column:name"}).json()["what_if"]["score"]

    mended = uploaded(csv_bytes(edit=lambda i, f: [f[0], f[1], "" if i % 10 == 0 else f[2], f[3]]))

    # The table's own share of filled cells rises with it, which the column alone does not foretell.
    assert poor.score < foretold <= mended.score
    everything = [f"dimension:{name}" for name in poor.dimensions]
    detail = api().get(f"{URL}/checks/{poor.pk}/score", {"fix": everything}).json()
    assert detail["what_if"] == {"fixed": everything, "score": 1.0}


def test_an_unreadable_wish_is_refused(api, poor):
    answer = api().get(f"{URL}/checks/{poor.pk}/score", {"fix": "email"})

    assert answer.status_code == 422
    assert "column:NAME" in answer.json()["detail"]


def test_a_run_keeps_what_it_was_scored_by(api, poor):
    rule_set = api().get(f"{URL}/checks/{poor.pk}/score").json()["rule_set"]

    assert rule_set["formula"] == poor.formula == "geometric-1"
    assert rule_set["weights"]["completeness"] == 0.25
    missing = next(rule for rule in rule_set["rules"] if rule["check"] == "missing_values")
    assert missing["id"] == poor.source.checks.get(kind="missing_values").pk
    assert missing["limits"]["direction"] == "above"


def test_equal_runs_share_their_rule_set_and_a_new_limit_makes_another(api, poor, uploaded):
    again = uploaded(csv_bytes(300, edit=damaged))
    assert again.rule_set_id == poor.rule_set_id

    rule = poor.source.checks.get(kind="missing_values")
    api().patch(f"{URL}/sources/{poor.source_id}/rules/{rule.pk}", {"fail": 0.7}, format="json")
    later = uploaded(csv_bytes(310, edit=damaged))

    assert later.rule_set.changes_since(poor.rule_set) == ["rules: 1 changed"]


def test_sources_follow_the_thresholds_of_the_settings_until_they_have_their_own(api):
    follower = services.create_source(name="follower", by=None)
    own = services.create_source(name="own", by=None, alert_below=0.5)
    assert (own.alert_below, own.critical_below, own.own_thresholds) == (0.5, 0.5, True)

    changed = api("admin").patch(
        f"{URL}/scoring", {"alert_below": 0.95, "critical_below": 0.8}, format="json"
    )

    assert changed.status_code == 200
    assert changed.json()["thresholds_changed"]["by"].startswith("admin")
    follower.refresh_from_db()
    own.refresh_from_db()
    assert (follower.alert_below, follower.critical_below) == (0.95, 0.8)
    assert own.alert_below == 0.5
    back = api().patch(f"{URL}/sources/{own.pk}", {"alert_below": None}, format="json").json()
    assert (back["alert_below"], back["own_thresholds"]) == (0.95, False)
    assert AuditEvent.objects.filter(action="setting.changed").count() == 1


def test_weights_of_the_settings_count_from_the_next_run_on(api, poor, uploaded):
    answer = api("admin").patch(f"{URL}/scoring", {"weights": {"completeness": 0}}, format="json")
    assert answer.status_code == 200

    later = uploaded(csv_bytes(300, edit=damaged))

    assert later.score > poor.score
    assert later.rule_set.changes_since(poor.rule_set) == ["weights changed"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"alert_below": 0.5}, ["body", "critical_below"]),
        ({"alert_below": 1.5}, ["body", "alert_below"]),
        ({"weights": {"beauty": 1}}, ["body", "beauty"]),
        ({"weights": dict.fromkeys([d.value for d in Dimension], 0)}, ["body"]),
    ],
)
def test_settings_that_cannot_be_are_refused(api, body, place):
    answer = api("admin").patch(f"{URL}/scoring", body, format="json")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == place


def test_only_an_admin_changes_what_counts_for_everybody(api):
    assert api("operator").patch(f"{URL}/scoring", {"alert_below": 0.8}, format="json").status_code == 403


def test_a_pinned_run_is_what_later_ones_are_compared_with(api, uploaded):
    first, second = uploaded(csv_bytes(200)), uploaded(csv_bytes(210))
    assert second.baseline == first

    pinned = api().put(f"{URL}/sources/{first.source_id}/baseline", {"check": first.pk}, format="json")
    third = uploaded(csv_bytes(220))

    assert pinned.json() == {"check": first.pk}
    assert third.baseline == first
    api().put(f"{URL}/sources/{first.source_id}/baseline", {"check": None}, format="json")
    assert uploaded(csv_bytes(230)).baseline == third


def test_a_run_that_is_no_longer_accepted_is_no_longer_pinned(api, uploaded):
    run = uploaded(csv_bytes(200))
    services.pin_baseline(run.source, run, by=None)

    services.accept_run(run, by=None, accepted=False)

    assert DataSource.objects.get().pinned_baseline is None
    refused = api().put(f"{URL}/sources/{run.source_id}/baseline", {"check": run.pk}, format="json")
    assert refused.status_code == 409


def test_the_page_of_a_run_shows_where_the_points_went_and_answers_what_if(client_as, poor):
    viewer = client_as("viewer")
    page = viewer.get(poor.get_absolute_url()).content.decode()
    assert "Where the points went" in page
    assert "fixed: " in page

    asked = viewer.get(poor.get_absolute_url(), {"fix": "column:name"}).content.decode()

    foretold = selectors.score_detail(poor).fixed(["column:name"])
    assert f"With name perfect the score would be <strong>{foretold:.3f}</strong>" in asked


def test_a_critical_check_that_caps_the_score_is_named(client_as, uploaded):
    source = uploaded(csv_bytes(200)).source
    rule = source.checks.get(kind="missing_values")
    services.configure_check(rule, by=None, critical=True, fail=0.01)

    capped = uploaded(csv_bytes(edit=lambda i, f: [f[0], "" if i % 20 == 0 else f[1], *f[2:]]))

    assert capped.score == 0.59
    page = client_as("viewer").get(capped.get_absolute_url()).content.decode()
    assert "a critical check failed" in page


def test_the_trend_bears_a_mark_where_the_rules_changed(client_as, poor, uploaded):
    services.configure_check(poor.source.checks.get(kind="outliers"), by=None, enabled=False)
    uploaded(csv_bytes(310, edit=damaged))

    page = client_as("viewer").get(poor.source.get_absolute_url()).content.decode()

    assert "rules: 1 removed" in page


def test_a_run_is_pinned_on_its_page_and_later_ones_say_so(client_as, uploaded):
    first = uploaded(csv_bytes(200))
    client_as("editor").post(f"{first.get_absolute_url()}pin/", {"pinned": "true"})

    uploaded(csv_bytes(210))
    third = uploaded(csv_bytes(220))

    page = client_as("viewer").get(third.get_absolute_url()).content.decode()
    assert f"run {first.pk}</a> (pinned)" in page


def test_a_source_fails_and_fails_no_more_when_the_thresholds_pass_its_score(api, poor):
    """At once, and not with its next run."""

    def state_under(url: str, above: float) -> str:
        limits = {"alert_below": min(1, poor.score + above), "critical_below": 0.1}
        assert api("admin").patch(url, limits, format="json").status_code == 200
        return api().get(source).json()["state"]

    source = f"{URL}/sources/{poor.source_id}"
    settings = f"{URL}/scoring"
    assert [state_under(settings, 0.01), state_under(settings, -0.01)] == ["failing", "degraded"]
    assert [state_under(source, 0.01), state_under(source, -0.01)] == ["failing", "degraded"]


def test_thresholds_of_a_source_left_empty_follow_the_settings(client_as, uploaded):
    source = uploaded(csv_bytes(200)).source
    editor, url = client_as("editor"), f"{source.get_absolute_url()}settings/"
    form = {"name": source.name, "alert_below": "0.6", "critical_below": "", "failing_rows_days": "30"}

    editor.post(url, form)
    source.refresh_from_db()
    assert (source.alert_below, source.critical_below, source.own_thresholds) == (0.6, 0.6, True)

    editor.post(url, form | {"alert_below": ""})
    source.refresh_from_db()
    assert (source.alert_below, source.critical_below, source.own_thresholds) == (0.9, 0.7, False)


def test_the_settings_page_says_who_changed_the_thresholds(client_as):
    admin = client_as("admin")
    url = "/settings/scoring/"
    admin.post(url, {"form": "thresholds", "alert_below": "0.8", "critical_below": "0.5"})

    page = admin.get(url).content.decode()

    assert services.thresholds() == services.Thresholds(0.8, 0.5)
    assert "Last changed by admin-" in page
    refused = admin.post(url, {"form": "thresholds", "alert_below": "0.5", "critical_below": "0.8"})
    assert "is above the good threshold" in refused.content.decode()
    assert client_as("operator").post(url, {"form": "weights"}).status_code == 403


def test_a_column_that_is_ignored_costs_nothing_from_the_next_run_on(api, poor, uploaded):
    services.update_source(poor.source, by=None, importance={"name": "ignored"})

    later = uploaded(csv_bytes(310, edit=damaged))

    assert sum(r.points_lost for r in poor.results.filter(column="name")) > 0
    assert sum(r.points_lost for r in later.results.filter(column="name")) == 0
    assert later.rule_set.changes_since(poor.rule_set) == ["importance changed"]
