"""The road a person takes: a file, its check, its score; an alert, what is done about it, and its end."""

import re

import pytest
from playwright.sync_api import Page, expect

from dataops.web.runs import Lease
from tests.browser.data import CLEAN, DAMAGED, as_file

pytestmark = pytest.mark.browser


def upload(page: Page, content: bytes, *, source: str = "orders") -> None:
    page.goto("/quality/upload/")
    page.get_by_label("Drop a file here").set_input_files(as_file(content))
    page.get_by_label("Source").fill(source)
    page.get_by_role("button", name="Upload and check").click()
    expect(page).to_have_url(re.compile(r"/quality/runs/\d+/$"))


def test_a_person_signs_in_uploads_a_file_and_watches_its_check(browse, user, drain, device, monkeypatch):
    ann = user("editor", username="ann")
    page = browse(on=device)
    page.goto("/quality/upload/")
    page.get_by_label("Username").fill(ann.username)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    upload(page, CLEAN)
    expect(page.get_by_role("progressbar")).to_be_visible()

    seen = []
    progress = Lease.progress

    def watched(lease: Lease, fraction: float, stage: str) -> None:
        progress(lease, fraction, stage)
        if stage not in seen:
            expect(page.locator("#run-status")).to_contain_text(stage)
            seen.append(stage)

    monkeypatch.setattr(Lease, "progress", watched)
    drain()

    assert seen
    tiles = page.locator(".tiles")
    expect(tiles).to_contain_text("Score")
    expect(tiles).to_contain_text("200")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="orders").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("orders")
    expect(page.get_by_role("img", name="Score of each run")).to_be_visible()


def test_a_damaged_file_opens_an_alert_that_somebody_handles(browse, drain, device):
    page = browse("operator", on=device)
    for content in (CLEAN, DAMAGED):
        upload(page, content)
        drain()
        expect(page.get_by_role("progressbar")).to_have_count(0)

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Alerts").click()
    page.get_by_role("searchbox").fill("schema drift")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=schema"))
    page.locator("tbody").get_by_role("link").first.click()
    happened = page.locator("#timeline")
    happened.get_by_label("Comment").fill("The supplier sent everything twice.")
    happened.get_by_role("button", name="Comment").click()
    expect(happened.get_by_role("listitem").first).to_contain_text("The supplier sent everything twice.")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("everybody can see that you are on it")).to_be_visible()
    title = page.get_by_role("heading", level=1).inner_text()

    page.goto("/")
    concern = page.get_by_role("row").filter(has=page.get_by_role("link", name=title))
    expect(concern).to_contain_text("operator")
    expect(page.locator("#activity")).to_contain_text("Alert acknowledged: orders")

    concern.get_by_role("link", name=title).click()
    page.get_by_text("Resolve…").click()
    page.get_by_label("Resolution").select_option(label="Fixed")
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("It opens again by itself")).to_be_visible()
    expect(page.get_by_text("Reopen…")).to_be_visible()
    page.goto("/")
    expect(page.locator("#activity")).to_contain_text("Alert resolved: orders")
