"""What people change about themselves."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dataops.web.models import AuditEvent

pytestmark = pytest.mark.django_db
PROFILE = "/settings/profile/"
OLD, NEW = "correct horse battery", "seven green bicycles"


@pytest.fixture
def ada(user):
    return user("viewer", username="ada")


@pytest.fixture
def browser(ada) -> Client:
    client = Client()
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_name_and_address_are_changed_and_kept_in_the_audit_log(browser, ada):
    browser.post(PROFILE, {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"})
    ada.refresh_from_db()

    assert (ada.get_full_name(), ada.email) == ("Ada Lovelace", "ada@example.org")
    assert AuditEvent.objects.get(action="user.profile_changed").changes["first_name"] == ["", "Ada"]


def test_nobody_gives_themselves_a_role_by_it(browser, ada):
    browser.post(PROFILE, {"first_name": "Ada", "is_superuser": "on", "role": "admin", "username": "root"})
    ada.refresh_from_db()

    assert (ada.username, ada.is_superuser) == ("ada", False)


def test_a_refused_profile_leaves_the_page_as_it_was(browser):
    answer = browser.post(PROFILE, {"first_name": "Ada", "email": "no address"})

    assert answer.status_code == 422
    assert answer.context["user"].first_name == ""
    assert list(answer.context["profile_form"].errors) == ["email"]


def test_a_new_password_keeps_this_session_and_ends_the_others(browser, ada):
    elsewhere = Client()
    elsewhere.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    browser.post(f"{PROFILE}password/", {"old_password": OLD, "new_password1": NEW, "new_password2": NEW})

    assert get_user_model().objects.get(pk=ada.pk).check_password(NEW)
    assert browser.get(PROFILE).status_code == 200
    assert elsewhere.get(PROFILE).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"), [("old_password", "wrong"), ("new_password2", "another one entirely")]
)
def test_a_refused_password_changes_nothing(field, value, browser, ada):
    fields = {"old_password": OLD, "new_password1": NEW, "new_password2": NEW, field: value}
    answer = browser.post(f"{PROFILE}password/", fields)

    assert answer.status_code == 422
    assert list(answer.context["password_form"].errors) == [field]
    assert get_user_model().objects.get(pk=ada.pk).check_password(OLD)


def test_the_chosen_colours_are_in_the_next_page(browser):
    browser.post(f"{PROFILE}theme/", {"theme": "dark"})

    assert 'data-bs-theme="dark"' in browser.get(PROFILE).content.decode()


def test_other_colours_there_are_none(browser):
    answer = browser.post(f"{PROFILE}theme/", {"theme": '"><script>'})

    assert answer.status_code == 422
    assert "theme" not in browser.cookies
