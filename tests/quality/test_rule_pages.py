"""Rules over the API and on the pages: forms and schemas made from what a check declares."""

import re

import pytest
from django.urls import reverse

from dataops.engine.checks import CHECKS, parameters_of
from quality import services
from quality.models import Check
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(uploaded):
    return uploaded(csv_bytes()).source


def rules_url(source) -> str:
    return f"/api/v1/data-quality/sources/{source.pk}/rules"


def test_the_kinds_of_checks_tell_the_schema_of_their_parameters(api):
    kinds = {kind["key"]: kind for kind in api("viewer").get("/api/v1/data-quality/check-kinds").json()}

    assert set(kinds) == set(CHECKS.keys())
    format_ = kinds["format"]["params"]
    assert format_["required"] == ["name"]
    assert "iban" in format_["properties"]["name"]["enum"]
    assert kinds["unique_together"]["params"]["properties"]["columns"] == {
        "type": "array",
        "items": {"type": "string"},
        "description": "Columns that make the key",
        "x-kind": "columns",
    }


def test_a_rule_is_added_used_changed_and_removed_over_the_api(api, source, drain):
    client = api("editor")
    rule = {"check": "value_range", "column": "price", "params": {"minimum": "20"}, "when": "id < 100"}
    made = client.post(rules_url(source), rule, format="json")
    assert made.status_code == 201, made.json()
    one = f"{rules_url(source)}/{made.json()['id']}"

    def outcome():
        answer = client.post(f"/api/v1/data-quality/sources/{source.pk}/check").json()
        drain()
        results = client.get(answer["url"]).json()["results"]
        return next(r for r in results if r["check"] == "value_range")

    found = outcome()
    assert (found["evaluated"], found["failed"], found["outcome"]) == (100, 30, "fail")
    changed = client.patch(one, {"params": {"minimum": "10"}, "dimension": "consistency"}, format="json")
    assert changed.json()["params"] == {"minimum": "10"}
    assert (outcome()["outcome"], outcome()["dimension"]) == ("pass", "consistency")
    assert client.delete(one).status_code == 204
    assert client.get(one).status_code == 404


REFUSED = [
    (
        {"check": "value_range", "column": "price", "params": {"minimum": "x"}},
        ["params", "minimum"],
        "neither",
    ),
    ({"check": "value_range", "column": "price", "params": {"least": "1"}}, ["params", "least"], "known:"),
    ({"check": "text_length", "column": "name", "params": {"minimum": -1}}, ["params", "minimum"], "below 0"),
    ({"check": "unique_together"}, ["params", "columns"], "at least one column"),
    ({"check": "format", "column": "name", "params": {"name": "isbn"}}, ["params", "name"], "none of email"),
    ({"check": "expression", "params": {"condition": "price >"}}, ["params", "condition"], "line 1"),
    ({"check": "sql_rows", "params": {"query": "DELETE FROM data"}}, ["params", "query"], "not allowed"),
    ({"check": "unique", "column": "id", "when": "pg_sleep(9)"}, ["when"], "pg_sleep"),
    ({"check": "regex", "column": "name", "params": {"pattern": "("}}, ["params", "pattern"], "no pattern"),
]


@pytest.mark.parametrize(("body", "place", "says"), REFUSED)
def test_what_a_check_does_not_take_is_refused_with_its_place(api, source, body, place, says):
    answer = api("editor").post(rules_url(source), body, format="json")

    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error["loc"] == ["body", *place]
    assert says in error["msg"]


def test_viewers_may_not_touch_rules(api, client_as, source):
    rule = source.checks.first()

    assert api("viewer").delete(f"{rules_url(source)}/{rule.pk}").status_code == 403
    assert (
        client_as("viewer").post(reverse("quality:rule_remove", args=[source.pk, rule.pk])).status_code == 403
    )
    assert client_as("viewer").get(reverse("quality:rule_add", args=[source.pk])).status_code == 403
    assert Check.objects.filter(pk=rule.pk).exists()


def test_a_rule_is_added_on_the_pages(client_as, source):
    client = client_as("editor")
    url = reverse("quality:rule_add", args=[source.pk])
    assert b"?check=value_range" in client.get(url).content
    assert b'<option value="price"' in client.get(f"{url}?check=value_range").content

    form = {"column": "price", "param_minimum": "0", "fail": "1", "severity": "critical", "weight": "1"}
    answer = client.post(f"{url}?check=value_range", {**form, "enabled": "on", "note": "prices"})

    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "price: values in range, minimum 0, fails above 1 %" in page


def test_shares_are_entered_and_shown_in_percent_and_kept_as_fractions(client_as, api, source):
    url = reverse("quality:rule_add", args=[source.pk]) + "?check=row_count"
    form = {"param_minimum": "1", "param_tolerance": "7", "warn": "0.5", "severity": "info", "weight": "1"}
    assert client_as("editor").post(url, form).status_code == 302

    kept = source.checks.get(kind="row_count", severity="info")
    sent = api("viewer").get(f"{rules_url(source)}/{kept.pk}").json()
    assert (sent["params"], sent["warn"]) == ({"tolerance": 0.07}, 0.005)
    page = client_as("viewer").get(reverse("quality:source_rules", args=[source.pk])).content.decode()
    assert "table: row count, tolerance 7 %, fails above 0 %" in page
    page = client_as("editor").get(reverse("quality:rule_edit", args=[source.pk, kept.pk])).content.decode()
    assert 'name="param_tolerance" value="7"' in page
    assert 'name="warn" value="0.5"' in page


def test_numbers_that_are_no_shares_stay_as_they_are(client_as, source):
    url = reverse("quality:rule_add", args=[source.pk]) + "?check=schema"

    assert "fails above 0 columns" in client_as("editor").get(url).content.decode()


def test_a_form_begins_with_what_the_page_before_it_knew(client_as, source):
    url = reverse("quality:source_trend", args=[source.pk]) + "?column=price&metric=mean"
    client = client_as("editor")
    link = re.search(r'href="([^"]+)">Watch it', client.get(url).content.decode())[1].replace("&amp;", "&")
    form = client.get(link).context["form"]

    assert (form["column"].value(), form["param_metric"].value()) == ("price", "mean")


def test_a_refused_form_keeps_what_was_written_and_says_what_is_wrong(client_as, source):
    url = reverse("quality:rule_add", args=[source.pk]) + "?check=value_range"
    answer = client_as("editor").post(
        url,
        {"column": "price", "param_minimum": "9", "param_maximum": "1", "severity": "info", "weight": "1"},
    )

    assert "is below the minimum 9" in answer.content.decode()
    assert not source.checks.filter(kind="value_range").exists()


def test_parameters_are_changed_and_a_rule_removed_on_the_page(client_as, source):
    rule = services.add_check(source, kind="in_set", by=None, column="name", params={"values": ["a", "b"]})
    client = client_as("editor")
    url = reverse("quality:rule_edit", args=[source.pk, rule.pk])
    assert "a\nb" in client.get(url).content.decode()

    form = {
        "column": "name",
        "param_values": "x\ny y\n",
        "severity": "warning",
        "weight": "1",
        "when": "id > 3",
    }
    assert client.post(url, form).status_code == 302
    rule.refresh_from_db()
    assert (rule.params, rule.when, rule.enabled) == ({"values": ["x", "y y"]}, "id > 3", False)

    client.post(reverse("quality:rule_remove", args=[source.pk, rule.pk]))
    assert not Check.objects.filter(pk=rule.pk).exists()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.key)
def test_every_check_has_a_form_with_all_its_parameters(client_as, source, check):
    page = client_as("editor").get(reverse("quality:rule_add", args=[source.pk]) + f"?check={check.key}")

    assert page.status_code == 200
    for parameter in parameters_of(check.params):
        assert f'name="param_{parameter.name}"' in page.content.decode()


def try_on_page(client, source, kind: str, **form: str) -> str:
    url = reverse("quality:rule_add", args=[source.pk]) + f"?check={kind}"
    answer = client.post(url, {"severity": "warning", "weight": "1", "try": "earlier"} | form)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_rule_is_tried_on_earlier_runs_before_it_is_saved(client_as, uploaded):
    few = [uploaded(csv_bytes(n)) for n in (200, 210, 90)][2]
    page = try_on_page(client_as("editor"), few.source, "row_count", param_minimum="195", param_tolerance="")

    assert "This rule would have fired in 1 of 3 runs. It is not saved yet." in page
    row = page[page.index(f'<a href="{few.get_absolute_url()}">') :]
    assert "90" in row[: row.index("</tr>")]
    assert 'name="param_minimum" value="195"' in page
    assert not few.source.checks.filter(kind="row_count", params__minimum=195).exists()


def test_an_edited_rule_is_tried_as_it_is_written_and_stays_as_it_is_stored(client_as, source):
    params = {"minimum": 100, "tolerance": None}
    rule = services.add_check(source, kind="row_count", by=None, params=params)
    form = {"param_minimum": "300", "severity": "info", "weight": "1", "try": "earlier"}
    page = client_as("editor").post(reverse("quality:rule_edit", args=[source.pk, rule.pk]), form)

    assert "would have fired in 1 of 1 runs" in page.content.decode()
    rule.refresh_from_db()
    assert rule.params == params


def test_runs_that_a_profile_cannot_judge_are_no_runs_that_pass(client_as, uploaded):
    for cheapest in (5, 10):
        run = uploaded(csv_bytes(edit=lambda i, f, least=cheapest: [*f[:2], str(least + i % 40), f[3]]))
    page = try_on_page(client_as("editor"), run.source, "value_range", column="price", param_minimum="8")

    assert "would have fired in 0 of 1 runs; 1 more could not be judged" in page


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("expression", {"param_condition": "price > 0"}),
        ("value_range", {"column": "price", "param_minimum": "40", "when": "id > 3"}),
    ],
)
def test_a_rule_that_needs_rows_says_that_it_cannot_be_tried(client_as, source, kind, form):
    page = try_on_page(client_as("editor"), source, kind, **form)

    assert "cannot be tried on earlier runs: not measured: this looks at rows" in page
    assert "Try on the rows of the last 5 datasets" in page


def test_what_is_refused_when_saved_is_refused_when_tried(client_as, source):
    page = try_on_page(client_as("editor"), source, "expression", param_condition="price >")

    assert "line 1" in page
    assert "On earlier runs" not in page
    assert (
        client_as("viewer")
        .post(reverse("quality:rule_add", args=[source.pk]) + "?check=unique", {"try": "earlier"})
        .status_code
        == 403
    )
