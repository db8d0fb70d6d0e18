"""The administration of alerts: everything can be found, nothing can be forged."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from alerts.models import (
    Alert,
    AlertEvent,
    Channel,
    MailRefusal,
    MessageTemplate,
    Notification,
    Policy,
    PostponedMail,
    Route,
    SavedView,
    Silence,
)
from alerts.services import (
    change_preference,
    create_policy,
    create_silence,
    deliver_due,
    save_template,
    save_view,
    take_stance,
    update_route,
)
from tests.alerts.helpers import breach, ok, say
from tests.support.kept import kept_rows

pytestmark = pytest.mark.django_db

MODELS = [model for model in admin.site._registry if model._meta.app_label == "alerts"]


def url(model, page: str, *args) -> str:
    return reverse(f"admin:alerts_{model._meta.model_name}_{page}", args=args)


def run_action(client, model, name: str, *rows) -> str:
    data = {"action": name, "_selected_action": [row.pk for row in rows]}
    return client.post(url(model, "changelist"), data, follow=True).content.decode()


@pytest.fixture(scope="module", autouse=True)
def _full(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """One row of everything."""
    with kept_rows(django_db_blocker, tmp_path_factory.mktemp("storage")):
        fill()
        yield


def fill() -> None:
    ada = get_user_model().objects.create_user("ada", email="ada@example.com")
    create_policy(name="patient", match={"kind": "nothing"}, open_after=2, by=ada)
    create_silence(
        match={"kind": "nothing"}, reason="work", ends_at=timezone.now() + timedelta(hours=1), by=ada
    )
    route, channel = Route.objects.get(), Channel.objects.get()
    save_template("slack", subject="{{ first.title }}", body="", by=ada)
    update_route(route, steps=[{"after_minutes": 15, "channels": [channel]}], by=ada)
    take_stance(ada, subject_type="source", subject_id="7", side="watch")
    change_preference(ada, in_app_from="warning")
    MailRefusal.objects.create(address="nomore@example.com")
    save_view(name="Mine", query="owner=me", by=ada)
    alert = say(breach())
    PostponedMail.objects.create(person=ada, alert=alert, content={}, key="x", due_at=timezone.now())
    say(ok())
    deliver_due()
    say(breach())


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_search_and_single_rows_load(model, client_as):
    client, row = client_as("admin"), model.objects.first()

    assert str(row.pk).encode() in client.get(url(model, "changelist")).content
    assert client.get(url(model, "changelist"), {"q": "flights"}).status_code == 200
    assert client.get(url(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_people_set_up_alone_is_deleted_by_hand(model, client_as):
    client, row = client_as("admin"), model.objects.first()

    deleted = client.post(url(model, "delete", row.pk), {"post": "yes"})
    is_set_up = model in (Channel, Policy, Route, SavedView)
    assert deleted.status_code == (302 if is_set_up else 403)
    assert model.objects.filter(pk=row.pk).exists() == (not is_set_up)


OWN_PAGES = {
    Channel: "channel_list",
    Route: "route_create",
    Policy: "policy_create",
    Silence: "silence_create",
    MessageTemplate: "template_list",
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_people_set_up_is_made_and_changed_on_its_page_and_nothing_else_is(model, client_as):
    client, row = client_as("admin"), model.objects.first()

    added = client.get(url(model, "add"))
    shown = client.get(url(model, "change", row.pk)).content.decode()
    if model not in OWN_PAGES:
        assert added.status_code == 403
        return
    assert (added.status_code, added.url) == (302, reverse(f"alerts:{OWN_PAGES[model]}"))
    assert f'href="{row.get_absolute_url()}"' in shown


def test_actions_go_through_the_services(client_as):
    client, alert = client_as("admin"), Alert.objects.get()

    run_action(client, Alert, "acknowledge", alert)
    said = run_action(client, Alert, "acknowledge", alert)
    for name in ("assign_to_me", "snooze_for_hours", "snooze_for_reports", "resolve_as_fixed", "reopen"):
        run_action(client, Alert, name, alert)

    kinds = list(AlertEvent.objects.values_list("kind", flat=True))
    assert kinds == [
        "opened", "resolved", "reopened",
        "acknowledged", "assigned", "snoozed", "snoozed", "resolved", "reopened",
    ]  # fmt: skip
    assert "0 done, 1 refused" in said


def test_messages_are_tested_and_sent_again(client_as):
    client = client_as("admin")
    dead = Notification.objects.first()
    Notification.objects.filter(pk=dead.pk).update(state="dead")

    run_action(client, Notification, "send_again", dead)
    run_action(client, Channel, "send_a_test", Channel.objects.get())

    dead.refresh_from_db()
    assert dead.state == "pending"
    assert Notification.objects.filter(reason="test").count() == 1
