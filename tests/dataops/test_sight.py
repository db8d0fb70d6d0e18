"""Who keeps what to whom, through page and API; what a kept name and a message give away."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.models import Notice
from alerts.services import Subject, take_stance
from dataops.web.models import AuditEvent
from dataops.web.teams import set_teams
from models_registry.models import Model
from quality.models import CheckRun, DataSource
from tests.alerts.helpers import breach, say

pytestmark = pytest.mark.django_db
SOURCES, MODELS = "/api/v1/data-quality/sources", "/api/v1/model-monitoring/models"


@pytest.fixture
def vault() -> Group:
    return Group.objects.create(name="vault")


@pytest.fixture
def source(vault) -> DataSource:
    return DataSource.objects.create(name="orders", kept_to=vault)


def test_an_editor_keeps_things_to_a_team_of_their_own_and_lets_them_go_again(api, vault):
    Group.objects.create(name="others")
    source, editor = DataSource.objects.create(name="orders"), api("editor")
    Group.objects.get(name="vault").user_set.set(Group.objects.get(name="editor").user_set.all())
    Model.objects.create(name="delay", task="classification")

    for path in (f"{SOURCES}/{source.pk}", f"{MODELS}/delay"):
        refused = editor.patch(path, {"kept_to": "others"}, format="json")
        kept = editor.patch(path, {"kept_to": "vault"}, format="json")
        outside = api("operator").get(path)
        freed = editor.patch(path, {"kept_to": None}, format="json")

        assert (refused.status_code, kept.json()["kept_to"]) == (422, "vault")
        assert (outside.status_code, freed.json()["kept_to"]) == (404, None)


def test_the_settings_page_offers_the_teams_of_who_asks(client_as, vault):
    Group.objects.create(name="others")
    source, browser = DataSource.objects.create(name="orders"), client_as("editor")
    vault.user_set.set(Group.objects.get(name="editor").user_set.all())
    path = f"/quality/sources/{source.pk}/settings/"

    offered = browser.get(path).content.decode()
    browser.post(path, {"name": "orders", "kept_to": vault.pk, "failing_rows_days": 30})
    source.refresh_from_db()

    assert "vault" in offered
    assert "others" not in offered
    assert source.kept_to == vault
    assert "Team vault only" in browser.get(f"/quality/sources/{source.pk}/").content.decode()


NO_SCHEDULE = {"schedule-TOTAL_FORMS": 0, "schedule-INITIAL_FORMS": 0}


@pytest.mark.parametrize("kind", [DataSource, Model])
def test_staff_keep_things_to_a_team_of_their_own_in_the_admin_and_it_is_noted(user, vault, kind):
    others, staff, row = Group.objects.create(name="others"), user("editor"), kind.objects.create(name="it")
    get_user_model().objects.filter(pk=staff.pk).update(is_staff=True)
    staff.groups.add(vault)
    browser = Client()
    browser.force_login(staff, backend="dataops.web.locale.PeopleBackend")
    address = reverse(f"admin:{kind._meta.app_label}_{kind._meta.model_name}_change", args=[row.pk])
    form = browser.get(address).context["adminform"].form
    shown = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in shown.items() if value is not None} | NO_SCHEDULE

    refused = browser.post(address, typed | {"kept_to": others.pk})
    kept = browser.post(address, typed | {"kept_to": vault.pk})

    row.refresh_from_db()
    assert "kept_to" in refused.context["adminform"].form.errors
    assert (kept.status_code, row.kept_to) == (302, vault)
    assert "vault" in str(AuditEvent.objects.latest("pk").changes["kept_to"])


def test_a_name_that_is_kept_is_taken_and_nothing_is_told_of_it(api, source):
    file = SimpleUploadedFile("orders.csv", b"id\n1\n")
    upload = api("editor").post("/api/v1/data-quality/upload", {"file": file, "source": "orders"})
    made = api("editor").post(SOURCES, {"name": "orders"}, format="json")

    assert (upload.status_code, made.status_code) == (422, 422)
    assert "taken" in upload.json()["detail"]
    assert source.snapshots.count() == 0


def test_a_model_is_not_deployed_under_a_name_that_is_kept(api, vault):
    Model.objects.create(name="delay", task="classification", kept_to=vault)
    body = {"template": "flight-delayed", "name": "delay"}
    answer = api("editor").post("/api/v1/model-monitoring/deploy", body, format="json")

    assert answer.status_code in (409, 422)
    assert "taken" in answer.json()["detail"]


def test_a_search_finds_it_for_members_only(source, vault, client_as):
    outside, inside = client_as("operator"), client_as("operator")
    vault.user_set.add(inside.session["_auth_user_id"])

    found = [browser.get("/search/?q=order").content.decode() for browser in (outside, inside)]
    assert [f"/quality/sources/{source.pk}/" in page for page in found] == [False, True]


def test_what_is_made_once_for_several_is_not_what_others_may_not_see(source, client_as):
    """The past of the trends is kept for ten minutes; its worst source is named."""
    done = timezone.now() - timedelta(days=3)
    CheckRun.objects.create(source=source, state="succeeded", score=0.5, created_at=done, finished_at=done)
    pages = [client_as(role).get("/").content.decode() for role in ("admin", "operator", "admin")]

    assert ["orders" in page for page in pages] == [True, False, True]


def test_who_may_not_see_it_is_told_nothing_of_it(source, vault, user):
    inside, outside = user("operator"), user("operator")
    inside.groups.add(vault)
    for person in (inside, outside):
        take_stance(person, subject_type="source", subject_id=str(source.pk), side="watch")
    say(breach(), subject=Subject(type="source", id=str(source.pk), name="orders"))

    assert Notice.objects.of(inside).count() == 1
    assert Notice.objects.of(outside).count() == 0


def test_a_team_that_something_is_kept_to_outlives_its_last_member(source, vault, user):
    person = user()
    set_teams(person, ["vault"])
    set_teams(person, [])

    assert Group.objects.filter(name="vault").exists()
