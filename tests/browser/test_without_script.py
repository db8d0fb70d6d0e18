"""With JavaScript switched off everything still works, by plain forms and links."""

import re

import pytest
from playwright.sync_api import expect

from alerts.models import Alert
from quality.models import CheckRun
from tests.browser.data import CLEAN, DAMAGED, as_file

pytestmark = pytest.mark.browser


def test_a_file_goes_in_and_its_alert_is_resolved(browse, drain):
    page = browse("operator", script=False)
    for content in (CLEAN, DAMAGED):
        page.goto("/quality/upload/")
        page.get_by_label("Drop a file here").set_input_files(as_file(content))
        page.get_by_role("button", name="Upload and check").click()
        expect(page).to_have_url(re.compile(r"/quality/runs/\d+/$"))
        drain()
    page.reload()
    score = CheckRun.objects.latest("pk").score
    expect(page.locator(".tiles")).to_contain_text(f"{score:.3f}")

    page.goto("/alerts/")
    page.locator("tr[data-href]").get_by_role("link").first.click()
    page.get_by_text("Resolve…").click()
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("It opens again by itself")).to_be_visible()
    assert Alert.objects.filter(status="resolved").count() == 1


def test_a_refused_file_is_explained_beside_the_form(browse):
    page = browse("editor", script=False, refusals=["status of 422"])
    page.goto("/quality/upload/")
    page.get_by_label("Drop a file here").set_input_files(as_file(b""))
    page.get_by_role("button", name="Upload and check").click()

    expect(page.get_by_role("alert")).to_contain_text("empty")
