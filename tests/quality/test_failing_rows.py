"""Failing rows: kept with their run while the source says so, masked, and gone in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quality import services
from quality.models import DataSource, FailingRows, unpack_numbers
from tests.quality.conftest import csv_bytes

MAILS = "id,email,amount\n" + "".join(f"{i},person{i}@example.com,{i}.5\n" for i in range(100))
DAMAGED = MAILS + "100,last@example.com,much\n101,x@example.com,\ntoo,many,fields,mail@example.com\n"


@pytest.fixture
def damaged(uploaded):
    return uploaded(DAMAGED.encode(), source_name="people")


def kept(run, check, column=""):
    return FailingRows.objects.get(result__run=run, result__check_key=check, result__column=column)


def test_a_run_keeps_samples_of_what_fails_with_lines_and_text(damaged):
    types = kept(damaged, "types", "amount")

    assert types.columns == ["id", "email", "amount"]
    assert types.marked == ["amount"]
    assert types.rows == [[102, "100", "last@example.com", "much"]]
    assert types.personal == {"email": "email"}
    assert unpack_numbers(types.numbers) == [102]
    assert timedelta(days=29) < types.expires_at - timezone.now() < timedelta(days=31)


def test_a_clean_run_keeps_no_row(uploaded):
    assert not FailingRows.objects.filter(result__run=uploaded(csv_bytes())).exists()


def test_a_source_that_keeps_no_rows_records_none(uploaded, user):
    source = services.create_source(name="people", by=user("editor"), keep_failing_rows=False)
    run = uploaded(DAMAGED.encode(), source_name="people")

    assert run.source == source
    assert not FailingRows.objects.exists()
    assert [(reject["line"], reject["text"]) for reject in run.rejects] == [(104, "")]


def test_switching_off_removes_what_was_kept(damaged, user):
    assert damaged.rejects[0]["text"]

    services.update_source(damaged.source, by=user("editor"), keep_failing_rows=False)

    damaged.refresh_from_db()
    assert not FailingRows.objects.exists()
    assert [reject["text"] for reject in damaged.rejects] == [""]


def test_rows_are_purged_after_their_days(uploaded, user):
    services.create_source(name="people", by=user("editor"), failing_rows_days=2)
    uploaded((MAILS + "100,x@example.com,much\n" * 2).encode(), source_name="people")
    soon, later = FailingRows.objects.all()[:2]
    FailingRows.objects.filter(pk=soon.pk).update(expires_at=timezone.now())

    assert later.expires_at < timezone.now() + timedelta(days=3)
    assert services.purge_failing_rows() == 1
    assert not FailingRows.objects.filter(pk=soon.pk).exists()
    assert FailingRows.objects.filter(pk=later.pk).exists()
    assert DataSource.objects.get(name="people").runs.get().results.count() > 2
