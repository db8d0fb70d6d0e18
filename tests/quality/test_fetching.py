"""Data is fetched by the run that checks it: once, whole, and from nowhere it should not come from."""

import os
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from alerts.models import Alert
from dataops.web.runs import Trigger
from quality import services
from quality.models import CheckRun, DataSource
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path, settings) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    settings.DATA_ROOTS = [str(folder)]
    return folder


@pytest.fixture
def made(user) -> Callable[..., DataSource]:
    def make(kind: str, **config) -> DataSource:
        return services.create_source(name="orders", kind=kind, config=config, by=user("editor"))

    return make


@pytest.fixture
def run_of(drain) -> Callable[..., CheckRun]:
    """``run_of(source)``: a run that went all the way."""

    def go(source: DataSource, trigger: str = Trigger.SCHEDULE) -> CheckRun:
        run = services.request_run(source, trigger=trigger)
        drain()
        run.refresh_from_db()
        return run

    return go


# Files on the server


def test_the_newest_matching_file_is_checked(root, made, run_of) -> None:
    for age, name in enumerate(["new.csv", "old.csv"]):
        (root / name).write_bytes(csv_bytes(start=age * 10))
        os.utime(root / name, (1e9 - age, 1e9 - age))
    run = run_of(made("path", pattern=f"{root}/*.csv"))

    assert (run.state, run.snapshot.file_name, run.rows) == ("succeeded", "new.csv", 200)


def test_each_new_file_is_checked_once_the_oldest_first(root, made, run_of) -> None:
    for age, name in enumerate(["c.csv", "b.csv", "a.csv"]):
        (root / name).write_bytes(csv_bytes(start=age * 10))
        os.utime(root / name, (1e9 - age, 1e9 - age))
    source = made("path", pattern=f"{root}/*.csv", pick="each")
    run_of(source)

    names = source.runs.order_by("pk").values_list("snapshot__file_name", flat=True)
    assert list(names) == ["a.csv", "b.csv", "c.csv"]
    assert run_of(source).unchanged_from is not None


def test_files_that_are_parts_are_checked_alone_and_profiled_together(
    root, made, run_of, api, client_as, uploaded
) -> None:
    for day, start in (("02", 200), ("01", 0)):
        (root / f"2026-01-{day}.csv").write_bytes(csv_bytes(start=start))
    source = made("path", pattern=f"{root}/*.csv", pick="part")
    run_of(source)
    (root / "2026-01-03.csv").write_bytes(csv_bytes(50, start=400))
    third = run_of(source)

    parts = [run.increment for run in source.runs.order_by("pk")]
    assert [part["upto"] for part in parts] == ["2026-01-01.csv", "2026-01-02.csv", "2026-01-03.csv"]
    assert [part["rows_so_far"] for part in parts] == [200, 400, 450]
    assert (third.rows, services.profile_of(third).column("id").minimum) == (50, 400)
    whole = services.whole_profile_of(third)
    assert (whole.rows, whole.column("id").minimum, whole.column("id").maximum) == (450, 0, 449)

    shown = client_as().get(f"/quality/sources/{source.pk}/columns/", {"of": "whole"})
    assert shown.context["columns"][0]["column"].rows == 450
    told = api("viewer").get(f"/api/v1/data-quality/checks/{third.pk}/profile", {"of": "whole"})
    assert told.json()["rows"] == 450

    other = services.create_source(name="other", by=None)
    params = {"source": source.name, "column": "id"}
    services.add_check(other, kind="foreign_key", column="ref", params=params, by=None)
    known = uploaded(b"ref,x\n0,a\n399,a\n449,a\n450,a\n", source_name="other").results
    assert known.get(check_key="foreign_key").failed == 1
    source.snapshots.filter(file_name="2026-01-01.csv").update(file_removed_at=timezone.now())
    known = uploaded(b"ref,x\n0,b\n399,b\n449,b\n450,b\n", source_name="other").results
    assert "1 of its 3 files were removed" in known.get(check_key="foreign_key").message


def test_a_part_that_is_replaced_or_checked_again_is_in_the_whole_once(root, made, run_of) -> None:
    for day, start in (("01", 0), ("02", 200)):
        (root / f"2026-01-{day}.csv").write_bytes(csv_bytes(start=start))
    source = made("path", pattern=f"{root}/*.csv", pick="part")
    run_of(source)
    again = run_of(source, trigger=Trigger.MANUAL)
    assert services.whole_profile_of(again).rows == 400

    (root / "2026-01-01.csv").write_bytes(csv_bytes(120))
    replaced = run_of(source)
    assert (replaced.rows, services.whole_profile_of(replaced).rows) == (120, 320)
    (root / "2026-01-03.csv").write_bytes(b"other,columns\n1,2\n")
    assert services.whole_profile_of(run_of(source)).rows == 1


def test_one_bad_file_of_many_does_not_stand_in_the_way(root, made, run_of) -> None:
    (root / "1.csv").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    os.utime(root / "1.csv", (1e9, 1e9))
    (root / "2.csv").write_bytes(csv_bytes())
    source = made("path", pattern=f"{root}/*.csv", pick="each")

    assert [run_of(source).state, run_of(source).state] == ["failed", "succeeded"]


def test_a_file_that_has_lost_its_rows_is_told(root, made, run_of) -> None:
    (root / "orders.csv").write_text("id,name\n")
    run = run_of(made("path", pattern=str(root / "orders.csv")))

    assert (run.state, run.error_code) == ("failed", "no_rows")
    assert Alert.objects.get().kind == "quality.run"


@pytest.mark.parametrize(
    "pattern", ["/etc/passwd", "/etc/*", "{root}/../*.csv", "data/*.csv", "/**", "{root}x/*"]
)
def test_a_path_outside_of_the_allowed_directories_is_refused(root, made, pattern) -> None:
    with pytest.raises(ValidationError, match=r"outside of the allowed directories|without \.\."):
        made("path", pattern=pattern.format(root=root))


def test_a_symbolic_link_is_judged_by_where_it_leads(root, made, run_of, tmp_path) -> None:
    (tmp_path / "secret.csv").write_bytes(csv_bytes())
    (root / "link.csv").symlink_to(tmp_path / "secret.csv")
    (root / "folder").symlink_to(tmp_path)
    source = made("path", pattern=f"{root}/**/*.csv")
    source.fetch_retries = 0
    source.save()

    assert "no file fits" in run_of(source).error
    with pytest.raises(ValidationError, match="outside of the allowed directories"):
        services.connect_source(source, config={"pattern": f"{root}/folder/secret.csv"}, by=None)


def test_directories_that_are_no_longer_allowed_are_closed_to_what_read_them(
    root, made, run_of, settings
) -> None:
    (root / "1.csv").write_bytes(csv_bytes())
    source = made("path", pattern=f"{root}/*.csv")
    settings.DATA_ROOTS = []

    run = run_of(source)
    assert (run.state, run.error_code) == ("failed", "fetch_failed")
    assert "DATAOPS_DATA_ROOTS" in run.error


# What a run says


def test_the_schedule_does_not_check_the_same_content_twice(root, made, run_of) -> None:
    (root / "a.csv").write_bytes(csv_bytes())
    source = made("path", pattern=f"{root}/a.csv")
    first, second = run_of(source), run_of(source)

    assert second.unchanged_from == first
    assert second.state == "succeeded"
    assert source.snapshots.count() == 1
    source.refresh_from_db()
    assert source.newest_run == first


def test_who_asks_for_a_run_gets_one_also_over_the_same_content(root, made, run_of) -> None:
    (root / "a.csv").write_bytes(csv_bytes())
    source = made("path", pattern=f"{root}/a.csv")
    run_of(source)
    again = run_of(source, trigger=Trigger.MANUAL)

    assert again.unchanged_from is None
    assert again.rows == 200


def test_a_fetch_that_fails_for_now_is_tried_again_and_then_reported(root, made, drain, time_machine) -> None:
    source = made("path", pattern=f"{root}/*.csv")
    source.fetch_retries = 2
    source.save()
    run = services.request_run(source, trigger=Trigger.SCHEDULE)
    waits = []
    for _ in range(3):
        drain()
        run.refresh_from_db()
        if run.not_before and run.state == "queued":
            waits.append(round((run.not_before - run.heartbeat_at).total_seconds()))
            time_machine.move_to(run.not_before)

    assert waits == [30, 120]
    assert (run.state, run.attempt) == ("failed", 3)
    assert Alert.objects.get(kind="quality.run").message == "no file fits; nothing was there to fetch"


def test_an_unchanged_content_ends_the_alert_of_a_failed_fetch(root, made, run_of) -> None:
    source = made("path", pattern=f"{root}/a.csv")
    DataSource.objects.update(fetch_retries=0)
    (root / "a.csv").write_bytes(csv_bytes())
    first = run_of(source)
    (root / "a.csv").rename(root / "b.csv")
    assert run_of(source).state == "failed"
    assert Alert.objects.get(kind="quality.run").status == "open"

    (root / "b.csv").rename(root / "a.csv")
    assert run_of(source).unchanged_from == first
    assert Alert.objects.get(kind="quality.run").status == "resolved"
    source.refresh_from_db()
    assert source.newest_run == first


def test_a_second_request_joins_the_run_that_is_under_way(root, made) -> None:
    source = made("path", pattern=f"{root}/*.csv")

    assert services.request_run(source) == services.request_run(source)


# Web addresses


class Shop(BaseHTTPRequestHandler):
    content = b""
    asked: list[dict[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append({name.lower(): value for name, value in self.headers.items()})
        etag = f'"{hash(self.content)}"'
        if self.headers.get("If-None-Match") == etag:
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", etag)
        self.send_header("Content-Disposition", 'attachment; filename="../orders.csv"')
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def log_message(self, *args) -> None:
        """Tests are quiet."""


@pytest.fixture
def shop(settings) -> Iterator[str]:
    settings.OUTBOUND_ALLOW = ["127.0.0.1/32"]
    Shop.content, Shop.asked = csv_bytes(), []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/export"
    server.shutdown()
    server.server_close()


def test_a_web_address_is_fetched_with_its_secret_and_asked_only_for_news(shop, made, run_of) -> None:
    source = made("url", url=shop, header="X-Key", secret="hush hush")
    first, second = run_of(source), run_of(source)
    Shop.content = csv_bytes(start=5)
    third = run_of(source)

    assert [asked["x-key"] for asked in Shop.asked] == ["hush hush"] * 3
    assert (first.rows, first.snapshot.file_name) == (200, "orders.csv")
    assert "if-none-match" in Shop.asked[1]
    assert second.unchanged_from == first
    assert third.unchanged_from is None
    assert third.snapshot != first.snapshot


def test_when_our_file_is_gone_the_whole_content_is_asked_for(shop, made, run_of, time_machine) -> None:
    source = made("url", url=shop)
    source.file_retention_days = 1
    source.save()
    run_of(source)
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert services.remove_old_files() == 1

    assert run_of(source, trigger=Trigger.MANUAL).rows == 200
    assert source.snapshots.get().file_removed_at is None


def test_a_private_web_address_is_refused(shop, made, run_of, settings) -> None:
    source = made("url", url=shop)
    settings.OUTBOUND_ALLOW = []
    run = run_of(source)

    assert "not a public address" in run.error
    assert Shop.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/y", "https://a:b@example.com/", "example.com", ""]
)
def test_an_address_that_is_none_is_refused_at_once(made, url) -> None:
    with pytest.raises(ValidationError):
        made("url", url=url)


# Object storage


@pytest.fixture
def bucket(settings) -> Iterator[fsspec.AbstractFileSystem]:
    settings.OBJECT_PROTOCOLS = ["memory", "s3"]
    storage = fsspec.filesystem("memory")
    storage.store.clear()
    yield storage
    storage.store.clear()


def test_an_object_is_fetched(bucket, made, run_of) -> None:
    bucket.pipe("/orders/1.csv", csv_bytes())
    run = run_of(made("object", address="memory://orders/*.csv"))

    assert (run.state, run.rows, run.snapshot.file_name) == ("succeeded", 200, "1.csv")


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "simplecache::file:///etc/passwd", "http://x/y", "/etc"]
)
def test_other_protocols_are_refused(bucket, made, address) -> None:
    with pytest.raises(ValidationError):
        made("object", address=address)


def test_a_package_that_is_missing_is_named(bucket, made, run_of) -> None:
    assert "s3fs" in run_of(made("object", address="s3://bucket/x.csv")).error


def test_an_endpoint_inside_the_network_is_refused(bucket, made, run_of, settings) -> None:
    settings.OUTBOUND_ALLOW = ["169.254.169.254/32"]
    source = made("object", address="s3://bucket/x.csv", endpoint="http://169.254.169.254/")
    settings.OUTBOUND_ALLOW = []
    run = run_of(source)

    assert "not a public address" in run.error
