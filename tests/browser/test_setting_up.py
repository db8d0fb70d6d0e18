"""What is set up by hand, on a desk and on a phone: routes and silences, people, limits, contracts."""

from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from alerts.tasks import look_after_open
from quality.models import DataSource
from quality.services import create_source, receive_upload
from tests.alerts.helpers import breach, say
from tests.browser.data import CLEAN, as_file, uploaded

pytestmark = pytest.mark.browser

HOLED = CLEAN.replace(b"item 3,", b",")
PASSWORD = "correct horse battery"


def open_settings(page: Page, place: str) -> None:
    """As everybody gets there: by the navigation, and the name of what is set."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Settings").click()
    page.get_by_role("main").get_by_role("link", name=place).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place)


def test_a_route_tells_a_silence_holds_back_and_its_end_is_told(browse, drain, device):
    alert = say(breach("quality.score", title="the score fell"))
    page = browse("operator", on=device)
    page.goto("/")
    open_settings(page, "Channels")
    page.get_by_role("main").get_by_role("link", name="E-mail").first.click()
    page.get_by_label("Name").fill("The team")
    page.get_by_label("Recipients").fill("team@example.com")
    page.get_by_role("button", name="Save").click()
    open_settings(page, "Routes")
    page.get_by_role("link", name="Add route").click()
    page.get_by_label("Name").fill("What is critical")
    page.get_by_role("group", name="Channels").get_by_label("The team").check()
    page.get_by_label("Severity at least").select_option("critical")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="What is critical")).to_contain_text("The team")

    page.goto(alert.get_absolute_url())
    page.get_by_role("link", name="Silence alerts like this").click()
    page.get_by_label("Reason").fill("The warehouse moves")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="The warehouse moves")).to_contain_text("holds")
    say(breach("quality.score", title="the score of prices fell", column="price"))
    drain()
    assert mail.outbox == []

    page.get_by_role("button", name="End now").click()
    expect(page.get_by_role("heading", name="Over")).to_be_visible()
    look_after_open()
    drain()
    assert ["team@example.com"] in [message.to for message in mail.outbox]


def test_somebody_is_invited_and_can_do_what_the_role_may(browse, device):
    admin, grace = browse("admin", on=device), browse(on=device, refusals=["status of 403"])
    admin.goto("/")
    open_settings(admin, "Users and roles")
    admin.get_by_role("link", name="Invite").click()
    admin.get_by_label("Username").fill("grace")
    admin.get_by_label("Role").select_option("viewer")
    admin.get_by_role("button", name="Invite").click()
    grace.goto(admin.get_by_label("Link to set a password").input_value())
    for label in ("New password", "New password confirmation"):
        grace.get_by_label(label, exact=True).fill(PASSWORD)
    grace.get_by_role("button", name="Set the password").click()
    expect(grace.get_by_role("status")).to_have_text("Your password is set. Sign in with it.")
    grace.get_by_label("Username").fill("grace")
    grace.get_by_label("Password").fill(PASSWORD)
    grace.get_by_role("button", name="Sign in").click()

    grace.get_by_role("navigation", name="Main").get_by_role("link", name="Data quality").click()
    expect(grace.get_by_role("heading", level=1)).to_have_text("Data quality")
    expect(grace.get_by_role("link", name="Upload")).to_have_count(0)
    for forbidden in ("/quality/upload/", "/settings/users/"):
        grace.goto(forbidden)
        expect(grace.get_by_text("Your account may not do this; nothing was changed.")).to_be_visible()

    admin.get_by_role("link", name="Back to the users").click()
    admin.get_by_role("link", name="grace").click()
    admin.get_by_label("Role").select_option("editor")
    admin.get_by_role("button", name="Save").first.click()
    expect(admin.get_by_text("The access of grace is changed.")).to_be_visible()
    grace.goto("/quality/")
    grace.get_by_role("link", name="Upload").first.click()
    expect(grace.get_by_role("button", name="Upload and check")).to_be_visible()


def test_limits_for_all_are_refused_with_a_reason_changed_and_signed(browse, checked, device):
    admin = browse("admin", on=device, refusals=["status of 422"])
    admin.goto("/")
    open_settings(admin, "Thresholds and scoring")
    admin.get_by_label("Good from").fill("0.2")
    admin.get_by_role("button", name="Save thresholds").click()
    expect(admin.get_by_role("alert")).to_contain_text("Nothing was saved")
    expect(admin.get_by_label("Good from")).to_have_value("0.2")

    admin.get_by_label("Good from").fill("1")
    admin.get_by_label("Bad below").fill("0.9999")
    admin.get_by_role("button", name="Save thresholds").click()
    expect(admin.get_by_text("Saved.")).to_be_visible()
    expect(admin.get_by_role("main")).to_contain_text("by admin-")
    admin.goto("/quality/")
    expect(admin.get_by_role("row").filter(has_text="orders")).to_contain_text("Failing")


def test_suggested_rules_become_a_contract_that_another_source_takes(browse, checked, device):
    other = create_source(name="orders of the other shop", by=None)
    page = browse("editor", on=device)
    page.goto(checked.get_absolute_url())
    tabs = page.get_by_role("navigation", name="Source")
    tabs.get_by_role("link", name="Suggestions").click()
    page.get_by_role("checkbox", name="All of price").or_(page.locator("[data-tick-all]")).last.check()
    page.get_by_role("button", name="Accept ticked").click()
    expect(page.get_by_text("added")).to_be_visible()
    tabs.get_by_role("link", name="Contract").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download YAML").click()
    contract = Path(download.value.path()).read_bytes()

    page.goto(other.get_absolute_url())
    tabs.get_by_role("link", name="Contract").click()
    page.locator("input[type=file]").set_input_files(as_file(contract, "orders.odcs.yaml"))
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="What this contract would change")).to_be_visible()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("is applied")).to_be_visible()
    tabs.get_by_role("link", name="Rules").click()
    expect(page.get_by_role("main")).to_contain_text("price")
    assert other.checks.count() == checked.checks.count() > 3


@pytest.fixture
def checked(user, drain) -> DataSource:
    """A source with a run, and with rules that it suggests."""
    run = receive_upload(file=uploaded(HOLED), source_name="orders", by=user("editor")).run
    drain()
    run.source.refresh_from_db()
    return run.source
