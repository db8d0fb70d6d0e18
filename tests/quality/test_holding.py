"""A file is sent once, looked at, corrected, and then checked or thrown away."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quality import services
from quality.models import CheckRun, DataSource, HeldUpload, Snapshot
from tests.quality.conftest import csv_bytes

pytestmark = pytest.mark.django_db

GERMAN = (
    "nr;betrag;tag\n" + "".join(f"{i};{i},50;0{i % 9 + 1}.0{i % 3 + 1}.2026\n" for i in range(1, 40))
).encode()
UPLOAD = "/api/v1/data-quality/upload"


def file(content: bytes = GERMAN) -> SimpleUploadedFile:
    return SimpleUploadedFile("umsatz.csv", content)


@pytest.fixture
def held(user) -> HeldUpload:
    return services.hold_upload(file=file(), by=user("editor"))


@pytest.fixture
def sender(held) -> Client:
    """The browser of who sent the held file."""
    client = Client()
    client.force_login(held.received_by, backend="dataops.web.locale.PeopleBackend")
    return client


def stored(held: HeldUpload) -> bool:
    return Path(default_storage.path(held.storage_name)).exists()


def test_the_form_holds_a_file_shows_how_it_is_read_and_starts_it_without_script(client_as, drain):
    client = client_as("editor")
    answer = client.post(reverse("quality:upload"), {"file": file(), "source": "sales", "preview": "1"})
    assert (DataSource.objects.count(), CheckRun.objects.count()) == (0, 0)

    page = client.get(answer.url)
    assert page.context["found"].names == ("nr", "betrag", "tag")
    assert next(fact for fact in page.context["facts"] if fact[0] == "Delimiter")[2] > 0.8
    assert page.context["form"].initial["source"] == "sales"
    corrected = {"source": "sales", "date_order": "dmy", "delimiter": ";"}
    assert client.get(answer.url, corrected).context["found"].rows[0][2] == "2026-02-02"
    assert client.post(answer.url, corrected | {"delimiter": "toolong"}).status_code == 422

    started = client.post(answer.url, corrected | {"remember": "on"})
    drain()
    run = CheckRun.objects.get()
    assert (started.url, run.rows, run.snapshot.file_name) == (run.get_absolute_url(), 39, "umsatz.csv")
    types = {column.name: str(column.type) for column in services.profile_of(run).columns}
    assert types == {"nr": "integer", "betrag": "float", "tag": "date"}
    assert DataSource.objects.get().dialect == {"delimiter": ";", "date_order": "dmy"}
    assert not HeldUpload.objects.exists()
    for back in (client.get(answer.url), client.post(answer.url, corrected)):
        assert back.url == run.get_absolute_url()
    assert client_as("operator").get(answer.url).status_code == 404


def test_the_api_answers_the_preview_looks_again_and_starts_the_check(api, drain):
    client = api("editor")
    answer = client.post(UPLOAD, {"file": file(), "preview": "true"})
    assert (answer.status_code, answer["Location"]) == (201, answer.json()["url"])
    assert answer.json()["preview"]["dialect"]["delimiter"] == ";"
    url = answer.json()["url"]

    looked = client.post(url, {"dialect": {"date_order": "dmy"}}, format="json").json()
    assert looked["preview"]["rows"][0] == ["1", "1.50", "2026-02-02"]
    assert client.post(url, {"dialect": {"quote": "x"}}, format="json").status_code == 422
    body = {"source": "sales", "dialect": {"date_order": "dmy"}}
    started = client.post(f"{url}/check", body, format="json")
    drain()
    run = CheckRun.objects.get(pk=started.json()["check"]["id"])
    assert (started.status_code, run.rows, run.source.name, run.trigger) == (202, 39, "sales", "api")
    assert client.post(f"{url}/check", body, format="json").status_code == 404


def test_a_held_file_is_seen_by_its_sender_alone(client_as, api, held):
    page = held.get_absolute_url()
    assert client_as("operator").get(page).status_code == 404
    assert client_as("viewer").get(page).status_code == 403
    assert api("operator").get(f"/api/v1/data-quality/uploads/{held.pk}").status_code == 404


def test_a_discarded_file_is_gone_unless_a_source_has_the_same_content(
    sender, held, uploaded, django_capture_on_commit_callbacks
):
    uploaded(GERMAN)
    other = services.hold_upload(file=file(csv_bytes()), by=held.received_by)
    with django_capture_on_commit_callbacks(execute=True):
        for one in (held, other):
            sender.post(reverse("quality:upload_discard", args=[one.pk]))

    assert stored(held)
    assert not stored(other)
    assert not HeldUpload.objects.exists()


def test_the_end_of_a_source_leaves_a_held_file_with_its_content(uploaded, held):
    services.delete_source(uploaded(GERMAN).source, by=None)

    assert stored(held)
    assert services.preview_held(held).names == ("nr", "betrag", "tag")


def test_what_nobody_starts_is_thrown_away_after_a_day(
    held, time_machine, django_capture_on_commit_callbacks
):
    assert services.discard_old_uploads() == 0
    time_machine.move_to(timezone.now() + timedelta(hours=25))

    with django_capture_on_commit_callbacks(execute=True):
        assert services.discard_old_uploads() == 1
    assert not stored(held)


def test_a_held_file_is_read_as_its_source_remembers(uploaded, user):
    source = uploaded(GERMAN, source_name="sales").source
    services.update_source(source, by=None, dialect={"date_order": "dmy"})
    held = services.hold_upload(
        file=file(GERMAN + b"40;1,0;01.01.2026\n"), source_name="sales", by=user("editor")
    )

    assert services.preview_held(held).rows[0][2] == "2026-02-02"


def test_what_is_no_table_is_refused_before_it_is_kept(client_as, api):
    picture = b"\x89PNG\r\n\x1a\n" * 64
    page = client_as("editor").post(reverse("quality:upload"), {"file": file(picture), "preview": "1"})
    answer = api("editor").post(UPLOAD, {"file": file(picture), "preview": "true"})

    assert (page.status_code, answer.status_code) == (422, 422)
    assert not HeldUpload.objects.exists()
    assert not Snapshot.objects.exists()


def test_only_who_may_change_a_source_makes_it_remember(held, sender, uploaded):
    uploaded(csv_bytes(), source_name="umsatz")
    permissions = held.received_by.groups.get().permissions
    permissions.remove(permissions.get(codename="change_datasource"))
    asked = {"date_order": "dmy", "remember": "on"}

    refused = sender.post(held.get_absolute_url(), asked | {"source": "umsatz"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["remember"])
    assert sender.post(held.get_absolute_url(), asked | {"source": "new one"}).status_code == 302


def test_operations_staff_throw_held_files_away_in_the_admin(client_as, held):
    client_as("admin").post(
        reverse("admin:quality_heldupload_changelist"),
        {"action": "discard", "_selected_action": [held.pk]},
    )
    assert not HeldUpload.objects.exists()
