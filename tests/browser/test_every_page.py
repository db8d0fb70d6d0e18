"""What must hold on every page: nobody is shut out, nothing sticks out, one heading leads."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from tests.browser import axe
from tests.browser import site as sites
from tests.browser.chrome import new_context, watch
from tests.browser.pages import FACES, OPEN_TO_STRANGERS, PAGES, address
from tests.house.sitemap import pages

pytestmark = pytest.mark.browser

# Answers for machines, downloads, and the API documentation, which is drawn by Swagger UI.
DOWNLOADS = (
    "settings:audit_export",
    "quality:contract_download",
    "quality:run_rejects",
    "alerts:alert_export",
    "alerts:alert_feed",
)
# As other pages of signing in do; tests.dataops.test_sign_in opens them.
NEED_A_SECOND_FACTOR = (
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
)
LEAD_TO_A_PROVIDER = ("openid_connect_login", "openid_connect_callback")
NO_PAGES_OF_OURS = (
    "healthz",
    "readyz",
    "metrics",
    "docs",
    *DOWNLOADS,
    *NEED_A_SECOND_FACTOR,
    *LEAD_TO_A_PROVIDER,
)
SHOWN_AS_A_FACE = ("alerts:acknowledge_link", "alerts:unsubscribe")
SHOWS_NOTHING = (HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.FOUND)
ANYTHING = {
    "pk": 1,
    "name": "x",
    "number": 1,
    "kind": "email",
    "rule_pk": 1,
    "backtest_pk": 1,
    "job_pk": 1,
    "alias": "x",
}
DESKTOP, PHONE, SMALLEST = (
    {"width": 1440, "height": 900},
    {"width": 390, "height": 844},
    {"width": 360, "height": 740},
)
WIDTHS = (600, 768, 1024, 3840)
# Of what moves under a reader who asked for nothing; good is less than 0.1 (Web Vitals).
MOST_SHIFT = 0.1
SHIFTED = """() => new Promise((told) => {
    const sum = (list) => told(list.getEntries().reduce((all, {value}) => all + value, 0));
    new PerformanceObserver(sum).observe({type: "layout-shift", buffered: true});
    setTimeout(told, 50, 0);
})"""


@pytest.fixture(scope="module")
def stranger(browser, sample_site) -> Iterator[BrowserContext]:
    context = new_context(browser, sample_site)
    yield context
    context.close()


@pytest.fixture(scope="module")
def admin(browser, sample_site) -> Iterator[BrowserContext]:
    """Somebody who sees everything."""
    session = sites.session_of(get_user_model().objects.get(username="ada"))
    context = new_context(browser, sample_site)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": sample_site}])
    yield context
    context.close()


@pytest.fixture
def page(name, admin, stranger) -> Iterator[Page]:
    """A tab of whom the page is for."""
    page = (stranger if name in OPEN_TO_STRANGERS else admin).new_page()
    faults = watch(page, refusals=["status of 404"])
    yield page
    page.close()
    assert faults == []


def test_every_url_is_looked_at_here_or_shows_nothing(sample_site):
    client = Client()
    client.force_login(get_user_model().objects.get(username="ada"), settings.AUTHENTICATION_BACKENDS[-1])
    others = [place for place in pages() if place.name not in {*PAGES, *NO_PAGES_OF_OURS, *SHOWN_AS_A_FACE}]
    answers = {place.name: client.get(place.path(ANYTHING)).status_code for place in others}

    assert {name for name, status in answers.items() if status not in SHOWS_NOTHING} == set()


@pytest.mark.parametrize("name", [*PAGES, *FACES])
def test_page_is_open_to_everybody_and_fits(page, sample, name):
    page.goto(address(name, sample))

    assert list(faults_of(page)) == []


def test_page_of_an_empty_installation_is_no_worse(browse):
    page = browse("admin")
    faults = []
    for path in ("/", "/quality/", "/models/", "/alerts/", "/settings/tokens/"):
        page.goto(path)
        faults += faults_of(page)

    assert faults == []


def faults_of(page: Page) -> Iterator[str]:
    """What moved while the page came, what axe-core objects to on a desktop and a phone in both themes,
    and what does not fit."""
    if (shifted := page.evaluate(SHIFTED)) > MOST_SHIFT:
        yield f"{page.url}: moved by {shifted:.3f} while it came"
    axe.load(page)
    for device, size in {"desktop": DESKTOP, "phone": PHONE}.items():
        page.set_viewport_size(size)
        for theme, look in {"light": axe.violations, "dark": axe.violations_of_colours}.items():
            page.evaluate("theme => { dataops.theme = theme; }", theme)
            yield from (f"{page.url}, {device}, {theme}: {violation}" for violation in look(page))
    if (headings := page.get_by_role("heading", level=1).count()) != 1:
        yield f"{page.url}: {headings} headings of level 1"
    for width in (SMALLEST["width"], *WIDTHS):
        page.set_viewport_size(SMALLEST | {"width": width})
        if (over := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            yield f"{page.url}: {over} pixels too wide for {width}"
