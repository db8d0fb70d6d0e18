"""A run for others: as one file, as JUnit, beside another run, and the history of its schema."""

import base64
import hashlib
import math
import re
from xml.etree import ElementTree

import pytest

from quality import services
from quality.models import CheckRun
from tests.quality.conftest import csv_bytes

URL = "/api/v1/data-quality"


def damaged(i: int, fields: list[str]) -> list[str]:
    return [fields[0], "" if i % 2 else fields[1], *fields[2:]]


@pytest.fixture
def two(uploaded) -> tuple[CheckRun, CheckRun]:
    """A good run, and a later one of damaged data without its last column."""
    good = uploaded(csv_bytes(200))
    lines = csv_bytes(200, edit=damaged).decode().splitlines()
    bad = uploaded("\n".join(line.rpartition(",")[0] for line in lines).encode())
    return good, bad


def test_a_report_is_one_file_that_fetches_nothing_and_runs_nothing(api, two):
    answer = api("viewer").get(f"{URL}/checks/{two[1].pk}/report.html", headers={"Accept": "text/html"})

    page = answer.content.decode()
    assert answer["Content-Type"].startswith("text/html")
    assert f"{two[1].score:.3f}" in page
    assert "Where the points went" in page
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|<script|<link", page)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_report_shows_what_is_in_the_data_as_text(api, uploaded, client_as):
    evil = b"<script>alert(1)</script>,b\n" + b"".join(b"<img src=x>%d,\n" % (i % 5) for i in range(60))
    run = uploaded(evil, source_name="<b>orders</b>")

    page = api("viewer").get(f"{URL}/checks/{run.pk}/report.html").content.decode()
    compared = client_as("viewer").get(f"{run.get_absolute_url()}compare/").content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page + compared
    assert "<b>orders" not in page + compared


def test_a_run_that_has_no_score_has_no_report(api, uploaded):
    run = uploaded()
    CheckRun.objects.filter(pk=run.pk).update(score=None)

    assert api("viewer").get(f"{URL}/checks/{run.pk}/report.html").status_code == 409


def test_junit_of_a_run_counts_its_failures(api, two):
    suite = ElementTree.fromstring(api("viewer").get(f"{URL}/checks/{two[1].pk}/junit.xml").content)

    assert int(suite.get("failures")) == two[1].outcomes["fail"]
    assert len(suite.findall("testcase")) == two[1].results.count()


def test_two_runs_are_laid_beside_each_other(api, two):
    good, bad = two

    body = api("viewer").get(f"{URL}/checks/{bad.pk}/compare", {"with": good.pk}).json()

    facts = {change["what"]: (change["before"], change["after"]) for change in body["facts"]}
    assert facts["score"] == (good.score, bad.score)
    missing = [c for c in body["columns"] if (c["place"], c["what"]) == ("name", "Missing values")]
    assert [(c["before"], c["after"]) for c in missing] == [(0.0, 0.5)]
    assert {"place": "name", "what": "Missing values", "before": "pass", "after": "fail"} in body["results"]
    assert body["schema"] == [{"kind": "removed", "column": "day", "from": "", "to": ""}]
    assert body["rules"] == []


def test_like_for_like_leaves_out_what_only_one_run_measured(api, two, uploaded):
    """Weights of the later run, checks of both: a check that is switched off changes neither side."""
    good = two[0]
    rule = good.source.checks.get(kind="missing_values", column="")
    services.configure_check(rule, by=None, enabled=False)
    later = uploaded(csv_bytes(220, edit=damaged))

    body = api("viewer").get(f"{URL}/checks/{later.pk}/compare", {"with": good.pk}).json()

    assert body["rules"] == ["rules: 1 removed"]
    before, after = body["like_for_like"]
    assert before == pytest.approx(1.0)
    both = [d for d, value in good.dimensions.items() if value is not None]
    weights = later.rule_set.weights
    product = math.prod(later.dimensions[d] ** weights[d] for d in both)
    assert after == pytest.approx(product ** (1 / sum(weights[d] for d in both)), abs=1e-9)
    assert after < later.score, "outliers have a baseline only in the later run, and they pass"


def test_runs_of_two_sources_are_not_compared(api, uploaded):
    one, other = uploaded(csv_bytes(200)), uploaded(csv_bytes(210), source_name="payments")

    answer = api("viewer").get(f"{URL}/checks/{one.pk}/compare", {"with": other.pk})

    assert answer.status_code == 422


def test_the_page_compares_with_a_chosen_run(client_as, two):
    good, bad = two
    viewer = client_as("viewer")

    page = viewer.get(f"{bad.get_absolute_url()}compare/", {"with": good.pk}).content.decode()

    assert "Like for like" in page
    assert "<strong>day</strong> removed" in page
    assert viewer.get(f"{bad.get_absolute_url()}compare/", {"with": 999}).status_code == 404


def test_the_schema_history_tells_each_change_once_with_who_brought_it(api, client_as, two, uploaded):
    """The column stays away in a second run: that is no second change."""
    lines = csv_bytes(230, edit=damaged).decode().splitlines()
    uploaded("\n".join(line.rpartition(",")[0] for line in lines).encode())

    events = api("viewer").get(f"{URL}/sources/{two[0].source_id}/schema-history").json()

    assert len(events) == 1
    assert (events[0]["check"], events[0]["runs"]) == (two[1].pk, 2)
    assert events[0]["by"].startswith("editor")
    assert events[0]["changes"] == [{"kind": "removed", "column": "day", "from": "", "to": ""}]
    page = client_as("viewer").get(f"{two[0].source.get_absolute_url()}schema/").content.decode()
    assert "<strong>day</strong>" in page
    assert "and 1 more" in page
