"""People in browsers, each test over an installation of its own."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import APIRequestContext, Browser, Page

from tests.browser import site as sites
from tests.browser.chrome import DESKTOP, PHONE, chrome, new_context, watch
from tests.browser.sample import Sample, furnish


# Of the package, not of the session: while Playwright runs, Django takes the main thread for an async one.
@pytest.fixture(scope="package")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, chrome(chromium_path) as running:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        yield running


@pytest.fixture(scope="package")
def fresh(browser, django_db_setup, tmp_path_factory, django_db_blocker) -> Path:
    """An installation without people and data, to copy; its tables are made as those of every test."""
    folder = tmp_path_factory.mktemp("fresh")
    with django_db_blocker.unblock():
        sites.prepare(folder)
    return folder


@pytest.fixture
def site(fresh, tmp_path, django_db_blocker) -> Iterator[str]:
    """The address of a product of the test's own; the test and its pages share one database."""
    with django_db_blocker.unblock(), sites.serving(sites.copy(fresh, tmp_path / "site")) as url:
        yield url


@pytest.fixture(scope="package")
def furnished(fresh, tmp_path_factory, django_db_blocker) -> tuple[Path, Sample]:
    """An installation in use, to look at, and what it holds."""
    folder = sites.copy(fresh, tmp_path_factory.mktemp("furnished") / "site")
    with django_db_blocker.unblock(), sites.over(folder):
        return folder, furnish()


@pytest.fixture
def sample(furnished) -> Sample:
    return furnished[1]


@pytest.fixture(scope="module")
def sample_site(furnished, django_db_blocker) -> Iterator[str]:
    """The address of the installation in use; tests only look at it."""
    with django_db_blocker.unblock(), sites.serving(furnished[0]) as url:
        yield url


@pytest.fixture
def db(site) -> None:
    """What ``user`` and ``drain`` write to here: the database of the site, no transaction around the test."""


@pytest.fixture(params=["desktop", "phone"])
def device(request) -> str:
    """The test runs on a large screen with a mouse, then on a phone."""
    return request.param


@pytest.fixture
def browse(browser, site, user) -> Iterator[Callable[..., Page]]:
    """``browse("editor")``: a signed-in person's page; what goes wrong in it fails the test.

    Without a role nobody is signed in. ``refusals`` names console lines that the test provokes,
    ``permissions`` what the person has allowed the site in the browser.
    """
    opened, faults = [], []

    def browse(
        role: str = "",
        *,
        on: str = "desktop",
        refusals: Sequence[str] = (),
        script: bool = True,
        permissions: Sequence[str] = (),
    ) -> Page:
        device = PHONE if on == "phone" else DESKTOP
        allowed = list(permissions)
        context = new_context(browser, site, java_script_enabled=script, permissions=allowed, **device)
        opened.append(context)
        if role:
            session = sites.session_of(user(role))
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site}])
        page = context.new_page()
        faults.append(watch(page, refusals=refusals))
        return page

    yield browse
    for context in opened:
        context.close()
    assert [fault for of_page in faults for fault in of_page] == []


@pytest.fixture
def anonymous(browser, site) -> Iterator[APIRequestContext]:
    """A script without cookies, such as one that calls the API."""
    context = new_context(browser, site)
    yield context.request
    context.close()
