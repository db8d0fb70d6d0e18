"""The rules of one source are given to others: once, whole, or not at all."""

import pytest
from django.urls import reverse

from quality import services
from quality.models import Check
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(uploaded):
    """A source with a rule of its own, and one with the same columns without it."""
    first, second = (uploaded(csv_bytes(20), source_name=name).source for name in ("north", "south"))
    params = {"minimum": "1"}
    services.add_check(first, kind="value_range", by=None, column="price", params=params, fail=0.1, note="n")
    return first, second


def test_the_missing_rules_are_added_and_a_second_time_none(api, pair):
    first, second = pair
    url, body = f"/api/v1/data-quality/sources/{first.pk}/rules/copy", {"to": [second.pk, first.pk]}
    count = first.checks.count()
    answer = api("editor").post(url, body, format="json").json()

    assert answer == [{"source": second.pk, "added": 1, "present": count - 1}]
    copy = second.checks.get(kind="value_range")
    assert (copy.column, copy.params, copy.fail, copy.note) == ("price", {"minimum": "1"}, 0.1, "n")
    assert api("editor").post(url, body, format="json").json()[0]["added"] == 0
    assert api("viewer").post(url, body, format="json").status_code == 403
    assert api("editor").post(url, {"to": []}, format="json").status_code == 422


def test_when_one_rule_is_refused_nothing_is_copied(client_as, pair, uploaded):
    first, second = pair
    other = uploaded(b"a,b\n1,2\n3,4\n", source_name="other").source
    query = {"query": "SELECT * FROM data WHERE price > 9"}
    services.add_check(first, kind="sql_rows", by=None, params=query)
    before = Check.objects.count()
    url = reverse("quality:rules_copy", args=[first.pk])
    page = client_as("editor").post(url, {"to": [second.pk, other.pk]}, follow=True).content.decode()

    assert "Nothing was copied: other: " in page
    assert Check.objects.count() == before


def test_rules_are_copied_on_the_page_by_those_who_may(client_as, pair):
    first, second = pair
    url, tab = (
        reverse("quality:rules_copy", args=[first.pk]),
        reverse("quality:source_rules", args=[first.pk]),
    )

    assert f'name="to" value="{second.pk}"' in " ".join(client_as("editor").get(tab).content.decode().split())
    assert "Copy to other sources" not in client_as("viewer").get(tab).content.decode()
    assert client_as("viewer").post(url, {"to": second.pk}).status_code == 403
    page = client_as("editor").post(url, {"to": second.pk}, follow=True).content.decode()
    assert "south: 1 added" in page
    assert "Tick at least one" in client_as("editor").post(url, follow=True).content.decode()
