"""Handing in a file: dropped or chosen, followed byte by byte, called off, refused with a reason."""

import re

import pytest
from playwright.sync_api import Page, expect

from quality.models import Snapshot
from tests.browser.data import CLEAN, HEADER, as_file

pytestmark = pytest.mark.browser

LARGE = (HEADER + "\n" + "1,item,10.5,2026-01-01\n" * 20_000).encode()  # 460 kB
# Three quarters of a minute for that: nobody waits so long, but a busy machine has time to look.
SLOW_LINE = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 10_000}


@pytest.fixture
def page(browse) -> Page:
    opened = browse("editor", refusals=["status of 422"])
    opened.goto("/quality/upload/")
    return opened


def send(page: Page) -> None:
    page.get_by_role("button", name="Upload and check").click()


def test_a_large_file_is_followed_and_can_be_called_off(page):
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_LINE)
    page.get_by_label("Drop a file here").set_input_files(as_file(LARGE, "large.csv"))
    send(page)
    bar = page.get_by_role("progressbar", name="Upload")
    expect(page.get_by_text(re.compile(r"large\.csv: 0\.\d MB of 0\.5 MB, about \d+ s left"))).to_be_visible()
    assert 0 < float(bar.get_attribute("value")) < 1
    expect(page.get_by_role("button", name="Upload and check")).to_be_disabled()

    page.get_by_role("button", name="Cancel").click()
    expect(bar).to_have_count(0)
    expect(page.get_by_role("button", name="Upload and check")).to_be_enabled()
    assert Snapshot.objects.count() == 0


def test_a_file_can_be_dropped(page):
    dropped = page.evaluate_handle(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
            return files;
        }""",
        CLEAN.decode(),
    )
    page.dispatch_event(".dropzone", "drop", {"dataTransfer": dropped})
    send(page)

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("of dropped"))


def test_a_refused_file_is_explained_in_place_and_the_form_is_kept(page):
    page.get_by_label("Source").fill("orders")
    page.get_by_label("Drop a file here").set_input_files(as_file(b"\x89PNG\r\n\x1a\n" * 64, "picture.csv"))
    send(page)

    expect(page.get_by_role("alert")).to_contain_text("PNG image")
    expect(page.get_by_label("Source")).to_have_value("orders")
    expect(page.get_by_role("button", name="Upload and check")).to_be_enabled()


def test_a_file_is_sent_once_looked_at_corrected_and_then_checked(page):
    german = "nr;betrag\n" + "".join(f"{i};{i},50\n" for i in range(1, 40))
    page.get_by_label("Drop a file here").set_input_files(as_file(german.encode(), "german.csv"))
    page.get_by_role("button", name="Upload and look first").click()
    expect(page.get_by_role("cell", name="1.50", exact=True)).to_be_visible()
    assert Snapshot.objects.count() == 0

    page.get_by_label("Decimal mark").select_option("Point 1.5")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("cell", name="1,50", exact=True)).to_be_visible()
    page.get_by_label("Decimal mark").select_option("Comma 1,5")
    page.get_by_role("button", name="Start with these").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("of german"))
    assert Snapshot.objects.get().asked_dialect == {"decimal": ","}
