"""What people set for themselves: tokens and colours."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SOURCES = "/api/v1/data-quality/sources"


def test_a_token_is_shown_once_and_opens_the_api_until_it_is_revoked(browse, anonymous, device):
    page = browse("editor", on=device)
    page.goto("/settings/")
    page.get_by_role("link", name="API tokens").click()
    page.get_by_label("Name").fill("nightly export")
    page.get_by_role("button", name="Make a token").click()
    shown = page.get_by_label("New token")
    expect(shown).to_be_focused()
    script = {"Authorization": f"Token {shown.input_value()}"}

    assert anonymous.get(SOURCES).status == 401
    assert anonymous.get(SOURCES, headers=script).status == 200

    page.goto("/settings/tokens/")
    expect(shown).to_have_count(0)
    page.get_by_role("button", name="Revoke").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Scripts that use it stop working at once.")
    asked.get_by_role("button", name="Keep it").click()
    assert anonymous.get(SOURCES, headers=script).status == 200

    page.get_by_role("button", name="Revoke").click()
    asked.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("nightly export is revoked.")).to_be_visible()
    assert anonymous.get(SOURCES, headers=script).status == 401


def test_the_theme_stays_and_is_there_before_the_first_paint(browse):
    page = browse("viewer")
    page.goto("/quality/")
    root = page.locator("html")
    toggle = page.get_by_role("button", name="Change theme")
    seen = []
    for _ in range(3):
        toggle.click()
        seen.append(root.get_attribute("data-bs-theme"))
        expect(page.locator("#live")).to_contain_text(re.compile("theme", re.IGNORECASE))
        page.reload()
        assert root.get_attribute("data-bs-theme") == seen[-1]

    assert seen == ["light", "dark", "light"]  # the third is what this system prefers
    toggle.click()
    toggle.click()
    served = page.request.get("/quality/").text()
    assert '<html lang="en" data-bs-theme="dark">' in served


def sign_in(page: Page, person: User) -> None:
    page.get_by_label("Username").fill(person.username)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()


def test_a_security_key_is_added_and_asked_for_at_the_next_sign_in(browse, site, user):
    # Browsers take keys for names, not for addresses.
    here = site.replace("127.0.0.1", "localhost")
    kay = user("editor", username="kay")
    page = browse()
    plug_in_a_key(page)
    page.goto(f"{here}/accounts/login/")
    sign_in(page, kay)
    expect(page.get_by_label("Username")).to_have_count(0)
    page.goto(f"{here}/accounts/2fa/keys/add/")
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Ask the key").click()
    expect(page).not_to_have_url(re.compile("/keys/add/"))  # the form is still being sent until then
    page.goto(f"{here}/accounts/2fa/keys/")
    expect(page.get_by_text("Blue key")).to_be_visible()

    page.context.clear_cookies()
    page.goto(f"{here}/accounts/login/")
    sign_in(page, kay)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("heading", name="Second step")).to_have_count(0)
    page.goto(f"{here}/settings/profile/")
    expect(page).to_have_url(f"{here}/settings/profile/")


def plug_in_a_key(page: Page) -> None:
    """A key of Chromium's own, which is touched whenever it is asked."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key | {"automaticPresenceSimulation": True}})
