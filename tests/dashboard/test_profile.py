"""What people change about themselves."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from dataops.web.models import ApiToken, AuditEvent

pytestmark = pytest.mark.django_db
PROFILE = "/settings/profile/"
OLD, NEW = "correct horse battery", "seven green bicycles"


@pytest.fixture
def ada(user):
    return user("viewer", username="ada")


@pytest.fixture
def browser(ada) -> Client:
    client = Client()
    client.force_login(ada, backend="dataops.web.locale.PeopleBackend")
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
    elsewhere.force_login(ada, backend="dataops.web.locale.PeopleBackend")
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


def test_pages_speak_the_language_of_the_browser_until_one_is_chosen(browser, ada):
    asked = browser.get(PROFILE, headers={"Accept-Language": "de-DE,de;q=0.9"})
    browser.post(f"{PROFILE}locale/", {"language": "de", "time_zone": "Asia/Kathmandu"})
    chosen = browser.get(PROFILE, headers={"Accept-Language": "en"})
    event = AuditEvent.objects.get(action="user.profile_changed")

    for page in (asked, chosen):
        assert page.headers["Content-Language"] == "de"
        assert "Passwort ändern" in page.content.decode()
    assert event.changes == {"language": ["", "de"], "time_zone": ["", "Asia/Kathmandu"]}


def test_moments_and_numbers_are_written_as_the_person_reads_them(browser, ada):
    ApiToken.objects.create(
        user=ada, name="x", digest="x", expires_at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    )
    browser.post(f"{PROFILE}locale/", {"language": "de", "time_zone": "Asia/Kathmandu"})

    page = browser.get("/settings/tokens/").content.decode()
    assert 'datetime="2026-03-01T22:30:00+00:00" title="02 Mär 2026 04:15:00 +0545"' in page
    assert "0,90" in browser.get("/settings/scoring/").content.decode()


def test_programs_are_answered_in_english(browser):
    answer = browser.get("/api/v1/alerts/0", headers={"Accept-Language": "de"})

    assert answer.headers["Content-Language"] == "en"
    assert answer.json()["detail"].startswith("No ")


@pytest.mark.parametrize("field", ["language", "time_zone"])
def test_a_language_or_zone_that_is_none_is_refused(field, browser):
    answer = browser.post(f"{PROFILE}locale/", {field: "klingon"})

    assert list(answer.context["locale_form"].errors) == [field]
