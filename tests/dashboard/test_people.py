"""Users and roles: who may come in, and what they may do."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dashboard.selectors.people import role_of
from dataops.web import tokens
from dataops.web.accounts import ROLES
from dataops.web.models import ApiToken, AuditEvent
from dataops.web.teams import teams, teams_of

pytestmark = pytest.mark.django_db
PASSWORD = "seven green bicycles"
INVITE = "/settings/users/invite/"


def edit(pk: int) -> str:
    return reverse("settings:user_edit", args=[pk])


def set_password(link: str, password: str = PASSWORD):
    """What the invited person does with the link, in a browser of their own."""
    browser = Client()
    form = browser.get(link, follow=True)
    return browser.post(form.redirect_chain[-1][0], {"new_password1": password, "new_password2": password})


def test_an_invited_person_sets_a_password_and_signs_in_with_the_role(client_as):
    link = client_as("admin").post(INVITE, {"username": "ada", "role": "editor"}).context["link"]
    set_password(link)
    browser = Client()
    browser.post(reverse("login"), {"username": "ada", "password": PASSWORD})

    ada = browser.get("/").context["user"]
    assert ada.username == "ada"
    assert ada.has_perm("quality.upload_data")
    assert not ada.has_perm("alerts.handle_alert")


def test_the_link_works_once(client_as):
    link = client_as("admin").post(INVITE, {"username": "ada", "role": "viewer"}).context["link"]
    set_password(link)

    assert b"no longer works" in set_password(link, "another long password").content
    assert get_user_model().objects.get(username="ada").check_password(PASSWORD)


def test_nobody_signs_in_before_the_password_is_set(client_as):
    client_as("admin").post(INVITE, {"username": "ada", "role": "viewer"})

    assert not get_user_model().objects.get(username="ada").has_usable_password()


@pytest.mark.parametrize(
    ("field", "value"), [("username", ""), ("username", "ADMIN"), ("role", "root"), ("email", "no address")]
)
def test_an_invitation_that_cannot_be_is_refused_beside_its_field(field, value, client_as, user):
    user("admin", username="admin")
    answer = client_as("admin").post(INVITE, {"username": "ada", "role": "viewer", field: value})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_given_whole(role, client_as, user):
    person = user("editor")
    client_as("admin").post(edit(person.pk), {"role": role, "is_active": "on"})
    person = get_user_model().objects.get(pk=person.pk)

    assert [group.name for group in person.groups.all()] == [role]
    assert (person.is_superuser, person.is_staff) == (role == "admin", role == "admin")


def test_whoever_is_shut_out_loses_session_and_tokens(client_as, user):
    person = user("editor")
    browser = Client()
    browser.force_login(person, backend="dataops.web.locale.PeopleBackend")
    tokens.issue(user=person, name="export")
    client_as("admin").post(edit(person.pk), {"role": "editor"})

    assert browser.get("/").status_code == 302
    assert not ApiToken.objects.usable().exists()


def test_nobody_changes_their_own_access(user):
    admin = user("admin")
    browser = Client()
    browser.force_login(admin, backend="dataops.web.locale.PeopleBackend")
    answer = browser.post(edit(admin.pk), {"role": "viewer", "is_active": "on"})

    assert answer.status_code == 422
    assert get_user_model().objects.get(pk=admin.pk).is_superuser


def test_the_last_administrator_stays(user):
    from dashboard import services

    last, other = user("admin"), user("operator")
    with pytest.raises(services.Refused, match="last administrator"):
        services.change_access(last, role="viewer", is_active=True, by=other)


def test_who_gave_which_access_is_kept(client_as, user):
    person = user("viewer", username="ada")
    client_as("admin").post(edit(person.pk), {"role": "operator", "is_active": "on"})
    event = AuditEvent.objects.get(action="user.access_changed")

    assert (event.target_name, event.changes) == ("ada", {"role": ["viewer", "operator"]})


@pytest.mark.parametrize("role", ["viewer", "editor", "operator"])
def test_only_administrators_manage_people(role, client_as, user):
    client, other = client_as(role), user("viewer")
    link = reverse("settings:user_link", args=[other.pk])

    assert {client.get(url).status_code for url in ("/settings/users/", INVITE, edit(other.pk))} == {403}
    assert client.post(INVITE, {"username": "ada", "role": "admin"}).status_code == 403
    assert client.post(edit(other.pk), {"role": "admin", "is_active": "on"}).status_code == 403
    assert client.post(link).status_code == 403


def test_teams_begin_with_their_first_member_and_end_with_their_last(client_as, user):
    admin, ada, bo = client_as("admin"), user("editor"), user("viewer")
    path = "/settings/users/{}/teams/"
    admin.post(path.format(ada.pk), {"teams": "Warehouse\nFlights\n\nWarehouse"})
    admin.post(path.format(bo.pk), {"teams": "Flights"})
    assert teams_of(ada.username) == ["Flights", "Warehouse"]
    assert role_of(ada) == "editor"
    assert '<span class="tag">Warehouse</span>' in admin.get("/settings/users/").content.decode()

    admin.post(path.format(ada.pk), {"teams": ""})
    assert [team.name for team in teams()] == ["Flights"]
    assert AuditEvent.objects.filter(action="user.teams_changed").count() == 3


@pytest.mark.parametrize(("name", "said"), [("Admin", "is a role"), ("x" * 151, "at most 150")])
def test_a_team_cannot_be_a_role_in_disguise(name, said, client_as, user):
    answer = client_as("admin").post(f"/settings/users/{user('viewer').pk}/teams/", {"teams": name})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_a_new_link_is_made_for_a_lost_password(client_as, user):
    person = user("viewer", username="ada")
    link = client_as("admin").post(reverse("settings:user_link", args=[person.pk])).context["link"]
    set_password(link)

    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_at_any_length(count, client_as, user, django_assert_num_queries):
    client = client_as("admin")
    for _ in range(count):
        user("viewer")

    with django_assert_num_queries(7):
        client.get("/settings/users/")
