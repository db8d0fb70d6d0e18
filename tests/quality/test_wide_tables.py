"""A file of hundreds of columns goes all the way, and its pages read and show only what they need."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quality.models import StoredProfile

pytestmark = pytest.mark.django_db
COLUMNS, ROWS = 500, 40
SMALL = 60_000
"""Bytes of a page as it is sent, compressed."""


def wide_csv():
    names = [f"c{i}" for i in range(COLUMNS)]
    rows = [[f"AB-{r:02}" if i % 2 else str(r * i % 7) for i in range(COLUMNS)] for r in range(ROWS)]
    return "\n".join(",".join(cells) for cells in [names, *rows]).encode()


def test_hundreds_of_columns_are_checked_and_shown_by_the_page(uploaded, client_as):
    run = uploaded(wide_csv())
    source, client = run.source, client_as("editor")

    assert (run.state, run.columns) == ("succeeded", COLUMNS)
    assert source.suggestion_runs.get().state == "succeeded"
    pages = [
        run.get_absolute_url(),
        reverse("quality:run_column", args=[run.pk, COLUMNS]),
        reverse("quality:source_columns", args=[source.pk]),
        reverse("quality:source_columns", args=[source.pk]) + "?page=5",
        reverse("quality:source_suggestions", args=[source.pk]),
        reverse("quality:source_settings", args=[source.pk]),
    ]
    for address in pages:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)

        assert page.status_code == 200
        assert len(asked) <= 20
        assert len(gzip.compress(page.content)) < SMALL
    assert b"c499" in client.get(pages[3]).content
    told = client.get(pages[0]).context["dimensions"]["completeness"]
    fine = run.results.filter(dimension="completeness", outcome="pass").count()
    assert (len(told.fine), told.fine_count, fine > COLUMNS) == (100, fine, True)

    # The columns of the first two pages are left as they are, the others are spoiled: nobody may read them.
    stored = StoredProfile.objects.get(run=run)
    data = bytes(stored.data)
    StoredProfile.objects.filter(run=run).update(data=data[: len(data) // 2] + b"x" * (len(data) // 2))
    for address in (*pages[:1], *pages[2:3], reverse("quality:run_column", args=[run.pk, 1]), pages[5]):
        assert client.get(address).status_code == 200
