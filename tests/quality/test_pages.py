"""The quality pages as people of each role meet them."""

import pytest
from django.urls import reverse

from quality import services
from quality.models import CheckRun, DataSource
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db


def test_an_upload_leads_to_the_run_and_the_run_to_its_results(client_as, csv_file, drain):
    client = client_as("editor")
    answer = client.post(reverse("quality:upload"), {"file": csv_file(), "source": "orders"})
    run = CheckRun.objects.get()

    assert answer.url == run.get_absolute_url()
    assert b"every 1s" in client.get(answer.url).content
    drain()
    page = client.get(answer.url).content.decode()
    assert "every 1s" not in page
    assert "200 records" in page


def test_the_script_of_the_upload_gets_json(client_as, csv_file):
    answer = client_as("editor").post(
        reverse("quality:upload"), {"file": csv_file()}, headers={"X-Requested-With": "XMLHttpRequest"}
    )
    assert answer.json() == {"url": CheckRun.objects.get().get_absolute_url()}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00"])
def test_a_refused_file_leaves_the_form_with_the_reason(client_as, csv_file, content):
    answer = client_as("editor").post(
        reverse("quality:upload"), {"file": csv_file(content), "source": "orders"}
    )

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert 'value="orders"' in answer.content.decode()


def test_while_a_run_is_at_work_htmx_gets_the_part_and_then_a_refresh(client_as, csv_file, drain, user):
    client = client_as("viewer")
    run = services.receive_upload(file=csv_file(), source_name="orders", by=user("editor")).run
    part = client.get(run.get_absolute_url(), headers={"HX-Request": "true"})

    assert part.content.strip().startswith(b"<section")
    drain()
    assert client.get(run.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_a_viewer_sees_no_buttons_that_change_things(client_as, uploaded):
    run = uploaded()
    client = client_as("viewer")

    for url in (reverse("quality:source_list"), run.source.get_absolute_url(), run.get_absolute_url()):
        assert b'<form method="post" action="/quality' not in client.get(url).content
    assert client.post(reverse("quality:run_now", args=[run.source_id])).status_code == 403
    assert client.get(reverse("quality:source_settings", args=[run.source_id])).status_code == 403


@pytest.mark.parametrize("tab", ["detail", "columns", "rules", "schema", "runs", "settings"])
def test_every_tab_of_a_source_shows_before_and_after_the_first_run(client_as, uploaded, user, tab):
    client = client_as("admin")
    fresh = services.create_source(name="fresh", by=user("editor"))
    seen = uploaded().source

    for source in (fresh, seen):
        assert client.get(reverse(f"quality:source_{tab}", args=[source.pk])).status_code == 200


def test_the_overview_tells_issues_of_the_newest_run_by_type(client_as, uploaded):
    uploaded()
    run = uploaded(csv_bytes(edit=lambda i, f: [f[0], "" if i < 90 else f[1], "" if i < 80 else f[2], f[3]]))
    page = client_as("viewer").get(run.source.get_absolute_url())

    missing = next(issue for issue in page.context["issues"] if issue.label == "Missing values")
    assert (missing.columns, missing.failed, missing.outcome) == (("name", "price"), 170, "fail")
    assert "2 columns: name, price" in page.content.decode()


def test_a_column_shows_its_distribution_beside_the_baseline(client_as, uploaded):
    uploaded()
    run = uploaded(csv_bytes(rows=250))
    page = client_as("viewer").get(reverse("quality:run_column", args=[run.pk, 3]))

    assert page.context["column"].name == "price"
    assert page.context["distribution"]["kind"] == "distribution"


def test_deleting_a_source_asks_for_its_name(client_as, uploaded):
    source = uploaded().source
    client = client_as("admin")
    url = reverse("quality:source_delete", args=[source.pk])

    assert client.post(url, {"name": "else"}).status_code == 200
    assert DataSource.objects.exists()
    client.post(url, {"name": "orders"})
    assert not DataSource.objects.exists()


def test_limits_are_changed_and_the_next_run_uses_them(client_as, uploaded):
    source = uploaded(csv_bytes(edit=lambda i, f: [f[0], "" if i % 10 == 0 else f[1], *f[2:]])).source
    rule = source.checks.get(kind="missing_values")
    form = {
        "enabled": "on",
        "warn": "0.01",
        "fail": "0.05",
        "severity": "critical",
        "weight": "1",
        "note": "",
    }
    client_as("editor").post(reverse("quality:rule_edit", args=[source.pk, rule.pk]), form)

    run = services.request_run(source)
    services.execute_run(run.pk)
    assert run.results.get(check_key="missing_values", column="name").outcome == "fail"


def test_a_hostile_file_name_is_only_text(client_as, csv_file, drain):
    client = client_as("editor")
    client.post(reverse("quality:upload"), {"file": csv_file(name='../../"><script>alert(1)</script>.csv')})
    drain()
    page = client.get(CheckRun.objects.get().get_absolute_url()).content.decode()

    assert "<script>alert" not in page


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_at_any_length(client_as, uploaded, django_assert_max_num_queries, count):
    for i in range(count):
        uploaded(csv_bytes(start=i), source_name=f"source {i}")
    client = client_as("viewer")
    with django_assert_max_num_queries(14):
        client.get(reverse("quality:source_list"))
