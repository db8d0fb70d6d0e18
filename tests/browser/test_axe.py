"""The judges of the pages are the pinned ones, and they do object."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.browser import axe
from tests.browser.chrome import new_context, watch

VENDOR = Path(axe.__file__).parent / "vendor"
LOCK = json.loads((VENDOR / "vendor.lock.json").read_text())


def test_every_vendored_file_is_the_pinned_one():
    digests = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.glob("*/*")
    }

    assert digests == {entry["file"]: entry["sha256"] for entry in LOCK}


@pytest.mark.browser
def test_a_page_that_shuts_people_out_is_found_out(browser):
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>x</title><main><input><p style="color: #bbb">faint</p></main></html>'
    )
    axe.load(page)

    assert {violation.partition(":")[0] for violation in axe.violations(page)} == {"label", "color-contrast"}
    page.close()


@pytest.mark.browser
def test_a_script_that_the_policy_forbids_is_found_out(browser, site):
    context = new_context(browser, site)
    page = context.new_page()
    faults = watch(page)
    page.goto("/accounts/login/")
    assert faults == []

    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    context.close()
    assert ["Content Security Policy" in fault for fault in faults] == [True, True]
