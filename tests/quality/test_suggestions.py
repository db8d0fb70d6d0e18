"""From the first upload to rules: proposed with evidence, tried on earlier runs, taken or left."""

import pytest
from django.urls import reverse

from quality import services
from quality.models import CheckResult, SuggestedRule, SuggestionRun
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db
API = "/api/v1/data-quality"


@pytest.fixture
def proposed(uploaded):
    """The source of one upload, after the rules it proposes were looked for."""
    return uploaded(csv_bytes(300)).source


def test_the_first_accepted_run_proposes_rules_by_itself_and_the_next_ones_do_not(uploaded):
    source = uploaded(csv_bytes(300)).source
    uploaded(csv_bytes(310))

    assert SuggestionRun.objects.get().state == "succeeded"
    found = {(rule.kind, rule.column): rule for rule in source.suggested_rules.all()}
    assert found["unique", "id"].evidence == "id: 300 of 300 values occur once"
    assert ("in_set", "name") in found
    assert found["missing_values", "price"].warn == 0
    assert found["unique", "id"].verdict


def test_undecided_rules_are_looked_for_once_more_when_earlier_runs_can_tell(uploaded, drain):
    """What the first dataset kept by chance (ids that occur once) is gone; the rest was tried on five."""
    source = uploaded(csv_bytes(300)).source
    for rows in (310, 320, 330, 340):
        uploaded(csv_bytes(rows, edit=lambda i, fields: ["7", *fields[1:]] if i < 3 else fields))
    drain()

    assert source.suggestion_runs.count() == 2
    found = {(rule.kind, rule.column): rule for rule in source.suggested_rules.all()}
    assert ("unique", "id") not in found
    assert found["in_set", "name"].verdict == "would have fired in 0 of 5 runs"
    # What only rows tell was tried on the files of the runs before.
    assert found["regex", "price"].verdict == "would have fired in 0 of 3 runs"


def test_a_rule_that_was_decided_on_is_not_proposed_again_with_other_bounds(proposed, uploaded, user, drain):
    services.dismiss_suggestions(proposed, by=user("editor"))
    uploaded(csv_bytes(1000))
    services.request_suggestions(proposed, by=None)
    drain()

    assert not proposed.suggested_rules.proposed().filter(kind__in=["value_range", "row_count"]).exists()


def test_what_the_source_expects_already_is_not_proposed(uploaded, user, drain):
    run = uploaded(csv_bytes(20))  # too few rows to propose anything
    services.add_check(run.source, kind="unique", column="id", by=user("editor"))
    uploaded(csv_bytes(300))
    services.request_suggestions(run.source, by=None)
    drain()

    places = set(run.source.suggested_rules.values_list("kind", "column"))
    assert ("in_set", "name") in places
    assert ("unique", "id") not in places


def test_the_api_lists_accepts_some_with_edits_and_dismisses_the_rest(proposed, api):
    client, base = api("editor"), f"{API}/sources/{proposed.pk}/rules/suggest"
    listed = client.get(base).json()
    assert listed["status"] == "succeeded"
    (price,) = [s for s in listed["suggestions"] if (s["check"], s["column"]) == ("value_range", "price")]

    made = client.post(
        f"{base}/accept",
        {"ids": [price["id"]], "edits": {price["id"]: {"params": {"minimum": "1", "maximum": "60"}}}},
        format="json",
    )
    assert made.status_code == 201
    assert made.json()[0]["params"] == {"minimum": "1", "maximum": "60"}
    dismissed = client.post(f"{base}/dismiss", {}, format="json").json()["dismissed"]
    assert dismissed == len(listed["suggestions"]) - 1
    assert client.get(base).json()["suggestions"] == []


def test_the_api_narrows_suggestions_as_the_page_does(proposed, api):
    base = f"{API}/sources/{proposed.pk}/rules/suggest"
    listed = api("viewer").get(base, {"dimension": "uniqueness"}).json()["suggestions"]

    assert {suggestion["check"] for suggestion in listed} == {"unique"}
    assert api("viewer").get(base, {"dimension": "beauty"}).status_code == 422


def test_a_wrong_edit_makes_no_rule_at_all(proposed, api):
    before = proposed.checks.count()
    ids = list(proposed.suggested_rules.values_list("pk", flat=True))
    edits = {str(proposed.suggested_rules.get(kind="unique").pk): {"params": {"nonsense": 1}}}
    answer = api("editor").post(
        f"{API}/sources/{proposed.pk}/rules/suggest/accept", {"ids": ids, "edits": edits}, format="json"
    )

    assert answer.status_code == 422
    assert "nonsense" in str(answer.json())
    assert proposed.checks.count() == before


def test_accepted_rules_hold_on_the_data_and_find_damage_in_the_next(proposed, uploaded, user):
    services.accept_suggestions(proposed, by=user("editor"))
    good = uploaded(csv_bytes(290))

    def damage(i, fields):
        return [*fields[:2], "9999", fields[3]] if i == 7 else fields

    bad = uploaded(csv_bytes(300, edit=damage))

    assert set(good.results.filter(check_key="value_range").values_list("outcome", flat=True)) == {"pass"}
    assert good.results.filter(outcome="error").count() == 0
    (broken,) = bad.results.filter(check_key="value_range", failed__gt=0)
    assert (broken.column, broken.failed) == ("price", 1)


def test_only_who_may_change_rules_decides(proposed, api, client_as):
    assert api("viewer").post(f"{API}/sources/{proposed.pk}/rules/suggest").status_code == 403
    page = client_as("viewer").post(
        reverse("quality:suggestions_decide", args=[proposed.pk]), {"action": "accept", "all": "on"}
    )
    assert page.status_code == 403
    assert proposed.suggested_rules.proposed().exists()


def decide(client, source, query: str = "", **ticked: object):
    url = reverse("quality:suggestions_decide", args=[source.pk])
    return client.post(url + query, {"action": "accept"} | ticked)


def kinds_of(source, **wanted: object) -> set[str]:
    return set(source.suggested_rules.filter(**wanted).values_list("kind", flat=True))


def test_the_page_shows_evidence_and_takes_what_is_ticked(proposed, client_as):
    client, url = client_as("editor"), reverse("quality:source_suggestions", args=[proposed.pk])
    page = client.get(url).content.decode()
    assert "id: 300 of 300 values occur once" in page
    assert "On earlier runs it would have fired in 0 of 1 runs" in page
    key = SuggestedRule.objects.get(kind="unique", column="id")

    decide(client, proposed, id=key.pk)
    key.refresh_from_db()
    assert (key.state, key.accepted_as.kind) == ("accepted", "unique")
    decide(client, proposed, all="on")
    assert "No open suggestions" in client.get(url).content.decode()


def test_a_tick_at_a_column_takes_all_of_it_and_nothing_else(proposed, client_as):
    about_name = kinds_of(proposed, column="name")

    decide(client_as("editor"), proposed, whole="name", action="dismiss")

    assert kinds_of(proposed, state="dismissed") == about_name
    assert set(proposed.suggested_rules.filter(state="dismissed").values_list("column", flat=True)) == {
        "name"
    }


def test_all_are_those_that_the_filter_shows(proposed, client_as):
    client = client_as("editor")
    query = "?dimension=uniqueness"
    page = client.get(reverse("quality:source_suggestions", args=[proposed.pk]) + query).content.decode()
    assert "values occur once" in page
    assert "missing" not in page[page.index("tick-groups") :]

    answer = decide(client, proposed, query, all="on")

    assert answer.url.endswith(query)
    assert kinds_of(proposed, state="accepted") == {"unique"}


def test_a_suggestion_is_changed_in_the_form_of_its_check_and_tried_before_it_is_accepted(
    proposed, client_as
):
    price = proposed.suggested_rules.get(kind="value_range", column="price")
    client, url = client_as("editor"), reverse("quality:suggestion_edit", args=[proposed.pk, price.pk])
    assert f'name="param_minimum" value="{price.params["minimum"]}"' in client.get(url).content.decode()
    form = {"column": "price", "param_minimum": "1", "severity": "warning", "weight": "1", "fail": "2"}

    assert "On earlier runs" in client.post(url, form | {"try": "earlier"}).content.decode()
    price.refresh_from_db()
    assert price.state == "proposed"
    refused = client.post(url, form | {"param_minimum": "9", "param_maximum": "1"})
    assert "is below the minimum 9" in refused.content.decode()

    assert client.post(url, form).status_code == 302
    price.refresh_from_db()
    assert (price.state, price.accepted_as.params, price.accepted_as.fail) == (
        "accepted",
        {"minimum": "1"},
        0.02,
    )


def test_a_wide_table_is_paged_by_column(proposed, client_as):
    run = proposed.suggestion_runs.get()
    SuggestedRule.objects.bulk_create(
        SuggestedRule(
            source=proposed, run=run, kind="missing_values", column=f"c{n:03}", identity=str(n),
            evidence="never missing", looked_at=300, holds=300, confidence=0.97,
        )
        for n in range(500)
    )  # fmt: skip
    client, url = client_as("viewer"), reverse("quality:source_suggestions", args=[proposed.pk])
    page = client.get(url).content.decode()

    assert page.count('class="tick-group"') == 25
    assert "c499" not in page
    assert 'class="tick-group"' in client.get(f"{url}?q=c499").content.decode()


def test_how_many_wait_stands_at_the_tab_and_not_at_the_rooms_of_the_product(proposed, client_as):
    page = client_as("viewer").get(reverse("quality:source_suggestions", args=[proposed.pk])).content.decode()
    waiting = proposed.suggested_rules.proposed().count()

    assert f'Suggestions <span class="tag">{waiting}</span>' in page
    assert "badge-count" not in page


def test_the_page_shows_how_far_the_search_is_and_stops_it(proposed, client_as, drain):
    job = services.request_suggestions(proposed)
    browser, url = client_as("editor"), reverse("quality:source_suggestions", args=[proposed.pk])
    cancel = reverse("quality:suggestions_cancel", args=[proposed.pk, job.pk])

    assert cancel in browser.get(url).content.decode()
    part = browser.get(url, headers={"HX-Request": "true"})
    assert "<progress" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert cancel not in client_as("viewer").get(url).content.decode()

    browser.post(cancel)
    drain()
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert browser.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.fixture
def unusual(uploaded, user) -> CheckResult:
    """A failed result: half of the rows that seven runs had."""
    for i in range(7):
        run = uploaded(csv_bytes(200 + i, start=1000 * i))
    services.add_check(run.source, kind="volume_anomaly", by=user("editor"))
    uploaded(csv_bytes(203, start=8000))
    return uploaded(csv_bytes(100, start=9000)).results.get(check_key="volume_anomaly")


def test_an_expected_number_is_normal_from_then_on_and_its_alert_is_resolved(
    unusual, uploaded, api, alerts_of
):
    assert unusual.outcome == "fail"
    url = f"{API}/checks/{unusual.run_id}/expected"
    answer = api("editor").post(url, {"result": unusual.pk}, format="json")

    assert answer.json() == {"expected": [["", "row_count"]]}
    assert alerts_of(unusual) == [("resolved", "expected")]
    assert uploaded(csv_bytes(101, start=9900)).results.get(check_key="volume_anomaly").outcome == "pass"


def test_a_usual_number_cannot_be_called_expected(uploaded, api):
    result = uploaded().results.first()
    answer = api("editor").post(
        f"{API}/checks/{result.run_id}/expected", {"result": result.pk}, format="json"
    )

    assert answer.status_code == 409


def test_the_run_page_offers_it_for_unusual_numbers(unusual, client_as):
    client = client_as("editor")
    url = reverse("quality:run_expect", args=[unusual.run_id])
    assert url in client.get(unusual.run.get_absolute_url()).content.decode()

    client.post(url, {"result": unusual.pk})
    assert "Called normal" in client.get(unusual.run.get_absolute_url()).content.decode()


@pytest.fixture
def alerts_of():
    from alerts.models import Alert

    def find(result):
        found = Alert.objects.filter(kind=f"quality.{result.check_key}", subject_id=str(result.run.source_id))
        return list(found.values_list("status", "resolution"))

    return find


def test_a_run_with_a_number_no_database_holds_is_not_found(api, client_as):
    path = f"/api/v1/data-quality/checks/{10**21}/expected"

    assert api("editor").post(path, {"result": 1}, format="json").status_code == 404
    page = f"/quality/runs/{10**21}/expect/"
    assert client_as("editor").post(page, {"result": "1"}).status_code == 404
