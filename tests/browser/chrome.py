"""Chromium, and pages in it that notice everything that goes wrong."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

# It neither phones home nor needs a display, a GPU or a user of its own.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
OWN_SCHEMES = ("data", "blob")
# Generous: it is spent only by what fails, and a machine may be busy.
PATIENCE_MS = 20_000


@contextmanager
def chrome(program: Path) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=SWITCHES)
        try:
            yield browser
        finally:
            browser.close()


def new_context(browser: Browser, url: str, **options: Any) -> BrowserContext:
    """A browser profile of its own, in English and UTC, that opens ``url`` for relative addresses.

    Nothing moves in it, so that what is seen does not depend on the moment.
    """
    context = browser.new_context(
        base_url=url, locale="en-GB", timezone_id="UTC", reduced_motion="reduce", **options
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def watch(page: Page, *, refusals: Sequence[str] = ()) -> list[str]:
    """Collects script errors, console errors (violations of the policy among them) and foreign requests.

    A console line that holds one of ``refusals``, such as "status of 422", is what the test is about.
    """
    faults: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(known in message.text for known in refusals):
            faults.append(f"{message.type} on {page.url}: {message.text}")

    def asked(request: Request) -> None:
        target, home = urlsplit(request.url), urlsplit(page.url)
        is_ours = home.scheme == "http"  # a blank page and that of an unreachable server are the browser's
        if target.scheme not in OWN_SCHEMES and is_ours and target.netloc != home.netloc:
            faults.append(f"{page.url} asks another host: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(f"script error on {page.url}: {error}"))
    page.on("request", asked)
    return faults
