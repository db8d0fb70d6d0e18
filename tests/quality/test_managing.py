"""Sources are made, connected, scheduled and put away by every door; secrets never come back."""

import logging
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Alert
from dataops.web.models import AuditEvent
from quality import services
from quality.models import CheckRun, DataSource, Schedule, Snapshot
from quality.origins import ORIGINS, FetchError
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db
API = "/api/v1/data-quality/sources"
SECRET = "hush-hush-4711"
URL = {"url": "https://data.example.com/orders.csv", "header": "X-Key", "secret": SECRET}


@pytest.fixture
def connected(user) -> DataSource:
    return services.create_source(name="orders", kind="url", config=dict(URL), by=user("editor"))


@pytest.fixture
def answering(monkeypatch):
    """``answering("200")`` or ``answering(FetchError(...))``: what web addresses answer a look with."""

    def answer(with_: object) -> None:
        def look(self, config):
            if isinstance(with_, Exception):
                raise with_
            return f"{with_} {config.url}"

        monkeypatch.setattr(type(ORIGINS["url"]), "look", look)

    return answer


# Secrets


def test_a_secret_is_encrypted_at_rest_and_used_at_the_fetch(connected) -> None:
    from quality.services.connecting import settings_of

    stored = DataSource.objects.values().get(pk=connected.pk)
    assert SECRET not in str(stored)
    assert settings_of(connected).secret == SECRET


def test_no_door_shows_a_secret(connected, api, client_as, answering, caplog, capsys) -> None:
    caplog.set_level(logging.DEBUG)
    answering(FetchError("refused"))
    admin = client_as("admin")
    seen = [
        api("admin").get(f"{API}/{connected.pk}").content,
        api("admin").patch(f"{API}/{connected.pk}", {"config": dict(URL)}, format="json").content,
        api("admin").post(f"{API}/{connected.pk}/test").content,
        admin.get(reverse("quality:source_settings", args=[connected.pk])).content,
        admin.post(reverse("quality:source_connection", args=[connected.pk]), URL | {"url": "no"}).content,
        admin.post(reverse("quality:source_create", args=["url"]), URL | {"name": "x", "look": "1"}).content,
        admin.get(reverse("admin:quality_datasource_change", args=[connected.pk])).content,
        repr(list(AuditEvent.objects.values())).encode(),
        repr(vars(connected)).encode(),
        caplog.text.encode(),
        "".join(capsys.readouterr()).encode(),
    ]

    assert [place for place, content in enumerate(seen) if SECRET.encode() in content] == []
    assert api("admin").get(f"{API}/{connected.pk}").json()["config"]["secret"] == "***"


@pytest.mark.parametrize("sent", [{}, {"secret": ""}, {"secret": "***"}])
def test_a_secret_stays_when_it_is_left_out(connected, api, sent) -> None:
    from quality.services.connecting import settings_of

    answer = api().patch(f"{API}/{connected.pk}", {"config": URL | {"secret": ""} | sent}, format="json")

    assert answer.status_code == 200
    assert settings_of(DataSource.objects.get()).secret == SECRET


def test_a_secret_is_not_sent_to_an_address_that_somebody_else_names(
    connected, api, answering, client_as
) -> None:
    answering("reached")
    moved = {"url": "https://evil.example.com/", "header": "X-Key"}
    answer = api().patch(f"{API}/{connected.pk}", {"config": moved}, format="json")
    page = client_as("editor").post(
        reverse("quality:source_connection", args=[connected.pk]), moved | {"look": "1"}
    )

    assert answer.status_code in (400, 422)
    assert "enter the secret again" in answer.content.decode()
    assert "enter the secret again" in page.content.decode()
    assert DataSource.objects.get().config["url"] == URL["url"]


def test_a_lost_key_asks_for_the_secret_again_and_breaks_nothing(
    connected, settings, client_as, drain
) -> None:
    settings.SECRETS_KEYS = ["another key " + "x" * 40]
    page = client_as("editor").get(reverse("quality:source_settings", args=[connected.pk]))
    run = services.request_run(connected)
    drain()
    run.refresh_from_db()

    assert "Enter them again" in page.content.decode()
    assert (run.state, "Enter it again" in run.error) == ("failed", True)
    services.connect_source(connected, config=dict(URL), by=None)
    assert services.has_readable_secrets(DataSource.objects.get())


# Connecting


def test_a_source_is_connected_and_scheduled_in_one_request(api) -> None:
    body = {
        "name": "orders",
        "kind": "url",
        "config": URL,
        "schedule": {"cron": "0 6 * * *", "time_zone": "Europe/Berlin"},
        "importance": {"email": "high", "note": "ignored", "id": "normal"},
        "file_retention_days": 30,
        "tags": ["daily"],
    }
    answer = api().post(API, body, format="json")
    made = answer.json()

    assert answer.status_code == 201, made
    assert made["schedule"]["next_at"] == Schedule.objects.get().next_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert made["importance"] == {"email": "high", "note": "ignored"}
    assert (made["kind"], made["file_retention_days"], made["config"]["url"]) == ("url", 30, URL["url"])


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"kind": "ftp"}, ["kind"]),
        ({"kind": "url", "config": {"url": "file:///etc/passwd"}}, ["config", "url"]),
        ({"kind": "url", "config": {"url": "https://x.example/", "more": 1}}, ["config", "more"]),
        ({"kind": "url", "config": {"url": "http://169.254.169.254/"}}, ["config", "url"]),
        ({"kind": "sql", "config": {"host": "localhost", "table": "x"}}, ["config", "host"]),
        (
            {"kind": "object", "config": {"address": "s3://b/x.csv", "endpoint": "http://10.0.0.1"}},
            ["config", "endpoint"],
        ),
        ({"kind": "url", "config": []}, ["config"]),
        ({"kind": "sql", "config": {"host": "db", "query": "DELETE FROM x"}}, ["config", "query"]),
        ({"schedule": {"cron": "never"}}, ["schedule", "cron"]),
        ({"schedule": {"time_zone": "Mars"}}, ["schedule", "time_zone"]),
        ({"importance": {"a.b": "very"}}, ["importance", "a.b"]),
        ({"owner": "nobody-known"}, ["owner"]),
        ({"file_retention_days": 0}, ["file_retention_days"]),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(api, body, place) -> None:
    answer = api().post(API, {"name": "orders"} | body, format="json")

    assert answer.status_code == 422
    assert ["body", *place] in [error["loc"] for error in answer.json()["errors"]]
    assert not DataSource.objects.exists()


def test_a_kind_cannot_change(connected, api) -> None:
    assert api().patch(f"{API}/{connected.pk}", {"kind": "path"}, format="json").status_code in (400, 422)


def test_the_page_tries_a_connection_without_saving_it(client_as, answering) -> None:
    answering("200")
    client = client_as("editor")
    address = reverse("quality:source_create", args=["url"])
    looked = client.post(address, URL | {"name": "orders", "look": "1"})

    assert "The connection works." in looked.content.decode()
    assert not DataSource.objects.exists()
    assert client.post(address, URL | {"name": "orders"}).status_code == 302
    assert DataSource.objects.get().kind == "url"


def test_a_look_that_hangs_ends_after_its_time(connected, api, monkeypatch) -> None:
    from threading import Event

    from quality.services import connecting

    monkeypatch.setattr(connecting, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(type(ORIGINS["url"]), "look", lambda self, config: Event().wait(2))

    answer = api().post(f"{API}/{connected.pk}/test").json()
    assert answer == {"works": False, "message": "no answer within 0 s"}


@pytest.mark.parametrize("kind", [origin.key for origin in ORIGINS if origin.fetches])
def test_every_kind_has_its_form(client_as, kind) -> None:
    page = client_as("editor").get(reverse("quality:source_create", args=[kind])).content.decode()

    assert all(f'name="{name}"' in page for name in ORIGINS[kind].params.__dataclass_fields__)


def test_a_viewer_may_change_nothing(connected, api, client_as) -> None:
    viewer = client_as("viewer")
    for name in ("connection", "schedule", "retention", "importance", "pause", "archive"):
        assert viewer.post(reverse(f"quality:source_{name}", args=[connected.pk])).status_code == 403
    for action in ("test", "archive", "unarchive", "pause", "resume"):
        assert api("viewer").post(f"{API}/{connected.pk}/{action}").status_code == 403


# Settings


def test_the_settings_page_saves_each_section(uploaded, client_as) -> None:
    source = uploaded().source
    client = client_as("editor")

    def post(section: str, **form: str) -> int:
        return client.post(reverse(f"quality:source_{section}", args=[source.pk]), form).status_code

    assert post("schedule", cron="0 6 * * *", time_zone="Asia/Tokyo", grace_minutes="5") == 302
    assert post("retention", file_retention_days="7", fetch_retries="1") == 302
    assert post("importance", high="price", ignored="name\nday") == 302
    assert post("importance", high="no such column") == 422
    assert post("schedule", cron="x", time_zone="UTC", grace_minutes="5") == 422
    source = DataSource.objects.get()
    assert (source.file_retention_days, source.fetch_retries) == (7, 1)
    assert source.importance == {"price": "high", "name": "ignored", "day": "ignored"}
    page = client.get(reverse("quality:source_settings", args=[source.pk])).content.decode()
    assert "06:00 (Asia/Tokyo)" in page


def test_a_schedule_is_paused_and_resumed_by_every_door(uploaded, api, client_as) -> None:
    source = uploaded().source
    assert api().post(f"{API}/{source.pk}/pause").status_code == 409
    services.set_schedule(source, by=None, every_minutes=5)

    assert api().post(f"{API}/{source.pk}/pause").json()["schedule"]["paused"] is True
    client_as("editor").post(reverse("quality:source_pause", args=[source.pk]), {"paused": "false"})
    assert not Schedule.objects.get().paused
    action = {"action": "pause_schedules", "_selected_action": [source.pk]}
    client_as("admin").post(reverse("admin:quality_datasource_changelist"), action)
    assert Schedule.objects.get().paused


def test_a_schedule_is_taken_away(uploaded, api) -> None:
    source = uploaded().source
    services.set_schedule(source, by=None, every_minutes=5)
    answer = api().patch(f"{API}/{source.pk}", {"schedule": None}, format="json").json()

    assert (answer["schedule"]["every_minutes"], answer["schedule"]["next_at"]) == (None, None)


# Runs


def test_runs_are_narrowed_by_state_outcome_trigger_day_and_score(uploaded, api, client_as) -> None:
    first = uploaded()
    second = uploaded(csv_bytes(edit=lambda i, f: [f[0], "", *f[2:]]))
    CheckRun.objects.filter(pk=first.pk).update(
        created_at=timezone.now() - timedelta(days=9), trigger="schedule"
    )
    address = f"{API}/{first.source_id}/quality"

    def found(query: str) -> list[int]:
        return [run["id"] for run in api().get(f"{address}?{query}").json()["results"]]

    day = (timezone.now() - timedelta(days=5)).date().isoformat()
    assert found("") == [second.pk, first.pk]
    assert found("trigger=schedule") == found(f"until={day}") == [first.pk]
    assert found(f"since={day}") == found(f"below={second.score + 0.001}") == [second.pk]
    assert found("status=failed") == []
    assert (found("outcome=fail"), found("outcome=error")) == ([second.pk], [])
    admin = client_as("admin").get(reverse("admin:quality_checkrun_changelist") + "?outcome=fail")
    assert [run.pk for run in admin.context["cl"].result_list] == [second.pk]
    assert api().get(f"{address}?status=soon").status_code in (400, 422)
    page = client_as().get(reverse("quality:source_runs", args=[first.source_id]) + "?trigger=schedule")
    assert [run.pk for run in page.context["page_obj"]] == [first.pk]
    page = client_as().get(reverse("quality:source_runs", args=[first.source_id]) + "?outcome=fail")
    assert [run.pk for run in page.context["page_obj"]] == [second.pk]


# Putting away


def test_an_archived_source_rests_and_comes_back(uploaded, api, client_as) -> None:
    source = uploaded().source
    uploaded(csv_bytes(edit=lambda i, f: ["1", "", "", ""]))
    assert Alert.objects.exclude(status="resolved").exists()
    services.set_schedule(source, by=None, every_minutes=5)

    assert api().post(f"{API}/{source.pk}/archive").json()["archived_at"]
    assert not Alert.objects.exclude(status="resolved").exists()
    assert api().get(API).json()["count"] == 0
    assert api().get(API + "?archived=true").json()["count"] == 1
    assert api().post(f"{API}/{source.pk}/check").status_code == 409
    assert "orders" in client_as().get(reverse("quality:source_list") + "?state=archived").content.decode()

    client_as("editor").post(reverse("quality:source_archive", args=[source.pk]), {"archived": "false"})
    source.refresh_from_db()
    assert source.archived_at is None
    assert source.runs.count() == 2
    assert Schedule.objects.get().next_at > timezone.now()


def test_an_archived_source_takes_no_files(uploaded, csv_file, api) -> None:
    services.archive_source(uploaded().source, by=None)
    form = {"file": csv_file(csv_bytes(start=7)), "source": "orders"}
    answer = api().post("/api/v1/data-quality/upload", form)

    assert answer.status_code == 422
    assert "archived" in answer.json()["detail"]
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize("action", ["archive", "unarchive", "run_checks_now", "pause_schedules"])
def test_an_action_of_the_admin_says_that_something_was_done(uploaded, client_as, action) -> None:
    chosen = {"action": action, "_selected_action": [uploaded().source.pk]}
    page = client_as("admin").post(reverse("admin:quality_datasource_changelist"), chosen, follow=True)

    assert len(page.context["messages"]) == 1


def test_deleting_says_first_what_goes(uploaded, api, client_as) -> None:
    source = uploaded().source
    uploaded(csv_bytes(start=4))
    told = api().get(f"{API}/{source.pk}/removal").json()
    page = client_as("admin").get(reverse("quality:source_delete", args=[source.pk])).content.decode()

    assert told["files"] == told["runs"] == 2
    assert told["bytes"] == sum(Snapshot.objects.values_list("bytes", flat=True))
    assert f"2 runs with {told['results']} results" in " ".join(page.split())

    chosen = {"action": "delete_selected", "_selected_action": [source.pk]}
    admin, rows = client_as("admin"), reverse("admin:quality_datasource_changelist")
    assert f"Results: {told['results']}" in admin.post(rows, chosen).content.decode()
    admin.post(rows, chosen | {"post": "yes"})
    assert not DataSource.objects.exists()
    assert AuditEvent.objects.get(action="source.deleted").changes == told


# Files


def test_old_files_go_and_what_was_learnt_stays(
    uploaded, client_as, time_machine, django_capture_on_commit_callbacks
) -> None:
    run = uploaded()
    uploaded(source_name="twin")
    services.update_source(run.source, by=None, file_retention_days=7)
    time_machine.move_to(timezone.now() + timedelta(days=8), tick=False)
    from dataops.web import storage

    with django_capture_on_commit_callbacks(execute=True):
        assert [services.remove_old_files(), services.remove_old_files()] == [1, 0]
    # The twin has the same content and keeps it.
    assert storage.path_of(run.snapshot.storage_name).exists()
    services.update_source(DataSource.objects.get(name="twin"), by=None, file_retention_days=7)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_old_files()
    assert not storage.path_of(run.snapshot.storage_name).exists()

    page = client_as().get(run.get_absolute_url()).content.decode()
    assert "file removed on" in page
    assert services.profile_of(run).rows == 200
    with pytest.raises(services.NothingToCheck, match="removed"):
        services.request_run(run.source)


def test_an_upload_of_the_same_content_brings_a_removed_file_back(uploaded, time_machine) -> None:
    run = uploaded()
    services.update_source(run.source, by=None, file_retention_days=7)
    time_machine.move_to(timezone.now() + timedelta(days=8), tick=False)
    services.remove_old_files()
    uploaded()

    assert Snapshot.objects.get().file_removed_at is None
    assert services.request_run(run.source)
