"""The audit log: appended, chained, refused to change by the database, filtered and exported."""

import csv
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from dataops.web import append_only, audit
from dataops.web.models import AuditEvent, AuditHead

pytestmark = pytest.mark.django_db
SECRET = "a phrase that nobody guesses 4711"
LOG, CSV, API = "/settings/audit/", "/settings/audit/export.csv", "/api/v1/dashboard/audit"


@pytest.fixture(autouse=True)
def _empty(db) -> None:
    """Without what setting up recorded."""
    AuditEvent.objects.all().delete()
    AuditHead.objects.all().delete()


@pytest.fixture
def three(user) -> list[AuditEvent]:
    ann = user("admin", username="ann")
    for number in range(3):
        audit.record("thing.changed", by=ann, target=ann, changes={"number": [number, number + 1]})
    audit.seal()
    return list(AuditEvent.objects.order_by("position"))


def test_an_untouched_log_is_whole(three, capsys):
    call_command("verify_audit")

    assert "3 entries, as they were appended" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda event: AuditEvent.objects.filter(pk=event.pk).update(actor_name="bob"), "entry 2: changed"),
        (lambda event: AuditEvent.objects.filter(pk=event.pk).delete(), "entry 2: 1 taken out"),
        (
            lambda event: AuditEvent.objects.filter(position__gte=2).delete(),
            "entry 2: 2 taken out at the end",
        ),
        (lambda event: AuditEvent.objects.all().delete(), "entry 1: 3 taken out at the end"),
    ],
    ids=["changed", "taken out", "cut off", "emptied"],
)
def test_whatever_is_done_to_it_shows(three, damage, told, capsys):
    damage(three[1])

    with pytest.raises(CommandError):
        call_command("verify_audit")
    assert told in capsys.readouterr().err


def test_who_has_no_key_cannot_mend_the_chain(three, settings):
    key, settings.SECRET_KEY = settings.SECRET_KEY, "a guess"
    forged = audit.digest_of(three[2], 3, three[1].digest)
    settings.SECRET_KEY = key
    AuditEvent.objects.filter(position=3).update(digest=forged)
    AuditHead.objects.update(digest=forged)

    assert [broken.position for broken in audit.verify()] == [3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE web_auditevent SET actor_name = 'bob'",
        "UPDATE web_auditevent SET position = position + 10, digest = ''",
        "DELETE FROM web_auditevent",
    ],
)
def test_the_database_refuses_to_change_it(three, statement):
    append_only.install()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    AuditEvent.objects.get(position=1).actor.delete()  # an account may go, its entries stay
    append_only.remove()
    assert AuditEvent.objects.count() == 3


def test_secrets_are_masked_however_deep_they_stand(user):
    deep = {"config": [{"url": "x", "secret": "hush"}, {"headers": {"Authorization": "hush"}}]}
    audit.record("thing.changed", by=user(), changes=deep)

    assert "hush" not in str(AuditEvent.objects.get().changes)


def test_the_log_is_exported_as_filtered_and_starts_no_formula(three, client_as, user):
    audit.record("token.created", by=user("admin", username="=cmd"), changes={})
    rows = list(csv.reader(StringIO(client_as("admin").get(f"{CSV}?action=token").getvalue().decode())))

    assert rows[0][:4] == ["position", "at", "who", "from"]
    assert [row[2] for row in rows[1:]] == ["'=cmd"]
    assert client_as("operator").get(CSV).status_code == 403


def test_the_api_tells_the_log_to_tokens_for_it_alone(three, api):
    page = api("admin", scope="admin").get(API, {"actor": "ann", "page_size": 2}).json()

    assert (page["count"], len(page["results"])) == (3, 2)
    assert page["results"][0]["changes"] == {"number": [2, 3]}
    assert api("admin").get(API).status_code == 403


def test_it_tells_from_where_something_was_done_whatever_the_caller_claims(client_as):
    asked = {"name": "export", "scope": "read", "days": "30"}
    client_as("viewer").post("/settings/tokens/", asked, headers={"X-Forwarded-For": "6.6.6.6"})

    assert AuditEvent.objects.get(action="token.created").address == "127.0.0.1"


def test_what_no_service_does_in_the_admin_is_told_as_well(client_as, user):
    staff, person = client_as("admin"), user("viewer", username="bo", first_name="Bo")
    AuditEvent.objects.all().delete()
    page = f"/admin/auth/user/{person.pk}/"
    form = staff.get(f"{page}change/").context["adminform"].form
    typed = {"username": "bo", "is_active": "on", "is_superuser": "on", "first_name": ""}
    joined = {"date_joined_0": form["date_joined"].value().date(), "date_joined_1": "10:00:00"}
    staff.post(f"{page}change/", typed | joined | {"groups": []})
    staff.post(f"{page}password/", {"password1": SECRET, "password2": SECRET, "usable_password": "true"})
    staff.post(f"{page}delete/", {"post": "yes"})

    changed, renewed, deleted = AuditEvent.objects.order_by("pk")
    assert changed.changes["is_superuser"] == ["False", "True"]
    assert changed.changes["groups"] == ["viewer", ""]
    assert (renewed.action, renewed.changes) == ("admin.changed", {"password": "***"})
    assert (deleted.action, deleted.target_name) == ("admin.deleted", "bo")
    assert deleted.actor_name == staff.get("/").context["user"].username


def test_second_factors_and_sessions_are_looked_at_there_without_their_secrets(client_as, user):
    key = Authenticator.objects.create(user=user(), type="totp", data={"secret": SECRET})
    staff = client_as("admin")
    page = f"/admin/mfa/authenticator/{key.pk}/change/"

    assert SECRET not in staff.get(page).content.decode()
    assert staff.post(page, {"type": "webauthn"}).status_code == 403
    assert staff.get("/admin/mfa/authenticator/add/").status_code == 403
    assert staff.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert AuditEvent.objects.get(action="admin.deleted").target_type == "authenticator"
