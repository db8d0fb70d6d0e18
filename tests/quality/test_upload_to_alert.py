"""The road of an upload: file, run, score, alert, recovery."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from alerts.models import Alert
from dataops.engine.errors import UnknownFormat
from dataops.web import storage
from dataops.web.runs import RunState
from quality import services
from quality.models import CheckResult, CheckRun, DataSource, StoredProfile
from quality.samples.load import load_sample_source
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db


def half_empty(i: int, fields: list[str]) -> list[str]:
    return [fields[0], "" if i % 2 else fields[1], "" if i % 3 else fields[2], "" if i % 2 else fields[3]]


def partly_empty(i: int, fields: list[str]) -> list[str]:
    return [fields[0], fields[1] if i % 10 else "", *fields[2:]]


def test_a_clean_file_is_scored_accounted_for_and_raises_no_alert(uploaded):
    run = uploaded()

    assert run.state == RunState.SUCCEEDED
    assert run.score > 0.99
    assert run.accounting["records"] == 200
    assert run.accounting["loaded"] == 200
    assert (run.rows, run.columns, run.duplicate_rows) == (200, 4, 0)
    assert not Alert.objects.exists()


def test_every_basic_check_leaves_results(uploaded):
    run = uploaded()

    assert set(run.results.values_list("check_key", flat=True)) == {
        "missing_values", "missing_tokens", "duplicates", "types", "schema_drift", "outliers", "completeness",
        "row_count", "rejected_records", "unreadable_text",
    }  # fmt: skip


def test_missing_values_are_told_per_column_with_their_share(uploaded):
    run = uploaded(csv_bytes(edit=half_empty))

    name = run.results.get(check_key="missing_values", column="name")
    assert (name.evaluated, name.failed, name.fraction) == (200, 100, 0.5)
    assert "50" in name.message


def test_points_lost_of_all_results_sum_to_one_minus_the_score(uploaded):
    run = uploaded(csv_bytes(edit=half_empty))

    lost = sum(run.results.values_list("points_lost", flat=True))
    assert lost == pytest.approx(1 - run.score, abs=1e-9)


def test_a_score_under_the_threshold_opens_one_alert_and_mails_it(uploaded, user):
    user("admin", username="ops", email="ops@example.com")
    uploaded()
    mail.outbox.clear()

    run = uploaded(csv_bytes(edit=half_empty))

    assert run.score < run.source.alert_below
    alert = Alert.objects.get(kind="quality.score")
    assert (alert.status, alert.subject_id) == ("open", str(run.source_id))
    assert any("ops@example.com" in message.to for message in mail.outbox)
    assert DataSource.objects.get().state == "failing"


def test_a_good_file_after_a_bad_one_closes_the_alert(uploaded):
    uploaded()
    uploaded(csv_bytes(edit=half_empty))
    uploaded(csv_bytes(rows=210))

    assert Alert.objects.get(kind="quality.score").status == "resolved"
    assert DataSource.objects.get().state == "healthy"


def test_a_score_just_over_its_limit_ends_no_alert(uploaded):
    bad, mild = csv_bytes(edit=half_empty), csv_bytes(rows=200, start=3, edit=partly_empty)
    reached = [uploaded(content, source_name="probe") for content in (csv_bytes(), bad, mild)][-1].score
    source = uploaded().source
    uploaded(bad)
    DataSource.objects.filter(pk=source.pk).update(alert_below=reached)
    alert = Alert.objects.get(kind="quality.score", subject_id=source.pk)

    assert uploaded(mild).score == reached < 1
    alert.refresh_from_db()
    assert (alert.status, alert.value) == ("open", reached)
    uploaded(csv_bytes(rows=210))
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_an_alert_is_about_its_source_run_and_check_and_found_by_each(uploaded, api, client_as):
    uploaded()
    run = uploaded(csv_bytes(edit=half_empty))
    alert = Alert.objects.get(kind="quality.missing_values", column="name")
    check = run.results.get(check_key="missing_values", column="name").configured

    body = api("viewer").get(f"/api/v1/alerts/{alert.pk}").json()
    found = [(subject["type"], subject["id"]) for subject in body["subjects"]]
    assert found == [("source", str(run.source_id)), ("run", str(run.pk)), ("check", str(check.pk))]
    for subject in ("run", "check"):
        key = dict(found)[subject]
        listed = api("viewer").get(f"/api/v1/alerts?subject={subject}:{key}").json()["results"]
        assert alert.pk in [each["id"] for each in listed]
        assert not api("viewer").get(f"/api/v1/alerts?subject={subject}:{key}9").json()["results"]
    for subject in body["subjects"]:
        assert (
            f'href="{subject["url"]}"' in client_as("viewer").get(alert.get_absolute_url()).content.decode()
        )


def test_an_alert_ends_when_a_rule_of_the_column_takes_what_is_usual_there(uploaded, user):
    source = uploaded().source
    uploaded(csv_bytes(edit=half_empty))
    alerts = Alert.objects.filter(kind="quality.missing_values", column="name")
    assert [alert.status for alert in alerts] == ["open"]

    services.add_check(source, kind="missing_values", column="name", fail=0.9, by=user("editor"))
    for rows in (210, 220):
        uploaded(csv_bytes(rows=rows, edit=half_empty))

    assert [alert.status for alert in alerts.all()] == ["resolved"]


def test_a_check_that_falls_just_inside_its_limit_ends_no_alert(uploaded):
    def gaps(percent: int, start: int) -> bytes:
        return csv_bytes(start=start, edit=lambda i, f: [f[0], "" if i % 100 < percent else f[1], *f[2:]])

    uploaded()
    for start, (percent, status) in enumerate([(40, "open"), (29, "open"), (25, "resolved")], start=1):
        uploaded(gaps(percent, start))

        alert = Alert.objects.get(kind="quality.missing_values", column="name")
        assert (percent, alert.status) == (percent, status)


def test_checks_that_have_nothing_to_measure_any_more_are_an_alert_of_their_own(uploaded):
    def without_prices(start: int) -> bytes:
        return csv_bytes(start=start, edit=lambda i, f: [f[0], f[1], "", f[3]])

    uploaded(without_prices(1), source_name="never")
    assert not Alert.objects.filter(kind="quality.no_data").exists()

    uploaded()
    for start in (2, 3):
        uploaded(without_prices(start))
        alert = Alert.objects.get(kind="quality.no_data")
        assert (alert.status, alert.severity, "price" in alert.message) == ("open", "warning", True)
    uploaded(csv_bytes(start=4))
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_a_lost_column_is_schema_drift_against_the_previous_run(uploaded):
    uploaded()
    without_day = b"\n".join(line.rpartition(b",")[0] for line in csv_bytes().splitlines())
    run = uploaded(without_day + b"\n")

    assert [(change["kind"], change["column"]) for change in run.schema_changes] == [("removed", "day")]
    assert Alert.objects.filter(kind="quality.schema_drift", status="open").exists()


def test_a_damaged_run_is_not_what_the_next_one_is_compared_with(uploaded):
    good = uploaded()
    bad = uploaded(csv_bytes(edit=half_empty))
    after = uploaded(csv_bytes(rows=205))

    assert bad.baseline == good
    assert bad.accepted is False
    assert after.baseline == good


def test_the_same_content_again_is_answered_with_the_run_it_had(uploaded):
    first = uploaded()
    again = uploaded()

    assert again == first
    assert CheckRun.objects.count() == 1


def test_a_job_delivered_twice_leaves_one_result(uploaded):
    run = uploaded()
    before = CheckResult.objects.count()
    services.execute_run(run.pk)

    assert CheckResult.objects.count() == before
    assert StoredProfile.objects.count() == 1


def test_records_that_do_not_fit_are_rejected_with_line_and_reason_and_the_rest_is_loaded(uploaded):
    lines = csv_bytes().splitlines()
    lines[10] += b",one too many"
    run = uploaded(b"\n".join(lines) + b"\n")

    assert (run.accounting["loaded"], run.accounting["rejected"]) == (199, 1)
    assert run.rejects[0]["line"] == 11
    assert "5" in run.rejects[0]["reason"]
    lost = run.results.get(check_key="rejected_records")
    assert (lost.failed, lost.evaluated, lost.outcome) == (1, 200, "warn")
    assert lost.points_lost > 0


def test_bytes_that_are_no_text_alert_until_they_are_gone(uploaded):
    def accented(start: int) -> bytes:
        return csv_bytes(start=start).replace(b"item", "itém".encode())

    uploaded(accented(0))
    damaged = uploaded(accented(1).replace(b"m 3,", b"m \xe9,"))
    found = damaged.results.get(check_key="unreadable_text")
    alert = Alert.objects.get(kind="quality.unreadable_text")

    assert (found.outcome, found.failed, found.evaluated) == ("fail", 12, 800)
    assert "12 bytes are no text in utf-8" in found.message
    assert alert.status == "open"
    uploaded(accented(2))
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_the_page_of_a_run_says_so_when_records_do_not_add_up(uploaded, client_as):
    run = uploaded()
    run.accounting["records"] += 1
    run.save(update_fields=["accounting"])

    page = client_as("viewer").get(run.get_absolute_url()).content.decode()
    assert "The records do not add up." in page
    assert "1 unaccounted for" in page


def test_a_file_that_cannot_be_read_fails_with_a_reason_and_an_alert_of_its_own(uploaded):
    run = uploaded(b"a,b,c\n1,2\n3,4\n")

    assert (run.state, run.error_code) == (RunState.FAILED, "broken_data")
    assert "line 2" in run.error
    assert Alert.objects.get().kind == "quality.run"


def test_values_the_source_calls_missing_are_missing(uploaded):
    run = uploaded(csv_bytes(edit=lambda i, f: [f[0], "NA" if i % 2 else f[1], *f[2:]]))
    assert run.results.get(check_key="missing_values", column="name").failed == 0

    services.update_source(run.source, by=None, missing_tokens=["NA"])
    again = services.request_run(run.source)
    services.execute_run(again.pk)

    assert again.results.get(check_key="missing_values", column="name").failed == 100


def test_a_check_that_keeps_failing_keeps_its_alert_open(uploaded):
    def gaps(start: int) -> bytes:
        return csv_bytes(start=start, edit=lambda i, f: [f[0], "" if i % 5 < 2 else f[1], *f[2:]])

    uploaded()
    uploaded(gaps(1))
    alert = Alert.objects.get(kind="quality.missing_values", column="name")
    run = uploaded(gaps(2))

    assert run.baseline.results.get(check_key="missing_values", column="name").outcome == "fail"
    alert.refresh_from_db()
    assert alert.status == "open"
    uploaded(csv_bytes(start=3))
    alert.refresh_from_db()
    assert alert.status == "resolved"


def test_how_data_always_was_is_no_alarm(uploaded):
    for start in range(3):
        uploaded(csv_bytes(start=start, edit=lambda i, f: [f[0], "" if i % 5 < 2 else f[1], *f[2:]]))

    assert not Alert.objects.exists()


def test_a_good_file_sent_again_after_a_bad_one_is_checked_anew(uploaded):
    good = uploaded()
    uploaded(csv_bytes(edit=half_empty))
    again = uploaded()

    assert again != good
    assert again.snapshot == good.snapshot
    assert Alert.objects.get(kind="quality.score").status == "resolved"
    assert DataSource.objects.get().newest_run == again


def test_deleting_a_source_removes_its_files_and_closes_its_alerts(
    uploaded, django_capture_on_commit_callbacks
):
    uploaded()
    source = uploaded(csv_bytes(edit=half_empty)).source
    paths = [storage.path_of(name) for name in source.snapshots.values_list("storage_name", flat=True)]
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_source(source, by=None)

    assert not any(path.exists() for path in paths)
    assert not Alert.objects.exclude(status="resolved").exists()


def test_nothing_is_kept_of_a_file_that_is_no_table(user, csv_file, settings):
    with pytest.raises(UnknownFormat):
        services.receive_upload(file=csv_file(b"%PDF-1.7\n%\xe2\xe3"), by=user("editor"))

    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_load_of_the_samples_that_was_cut_short_goes_on(user, drain):
    admin = user("admin")
    load_sample_source(by=admin)
    last = CheckRun.objects.order_by("pk").last()
    StoredProfile.objects.filter(run=last).delete()
    last.results.all().delete()
    CheckRun.objects.filter(pk=last.pk).update(state=RunState.RUNNING)
    load_sample_source(by=admin)

    assert list(CheckRun.objects.values_list("state", flat=True)) == [RunState.SUCCEEDED] * 7
    first = CheckRun.objects.earliest("created_at")
    assert timezone.now() - first.finished_at > timedelta(7)  # there is a week before to compare with
