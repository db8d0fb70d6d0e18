"""The settings pages: what each role finds there."""

import pytest
from django.core import checks
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dataops import __version__
from dataops.engine.checks import CHECKS
from dataops.engine.drift import METHODS
from dataops.web import audit, health
from dataops.web.accounts import ROLES
from dataops.web.runs import RunState
from models_registry.models import DriftRun

pytestmark = pytest.mark.django_db
FOR_ADMINS = ["/settings/users/", "/settings/audit/"]
FOR_ALL = [
    "/settings/",
    "/settings/profile/",
    "/settings/tokens/",
    "/settings/scoring/",
    "/settings/system/",
    "/settings/system/jobs/",
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("url", FOR_ALL)
def test_everybody_may_look_at_the_common_pages(role, url, client_as):
    assert client_as(role).get(url).status_code == 200


@pytest.mark.parametrize("url", FOR_ADMINS)
def test_administration_is_linked_and_open_for_administrators_only(url, client_as):
    admin, operator = client_as("admin"), client_as("operator")

    assert url in admin.get("/settings/").content.decode()
    assert url not in operator.get("/settings/").content.decode()
    assert (admin.get(url).status_code, operator.get(url).status_code) == (200, 403)


@pytest.mark.parametrize(("page", "kinds"), [("scoring", CHECKS), ("drift", METHODS)])
def test_every_check_and_drift_method_is_listed_with_its_limits(page, kinds, client_as):
    text = client_as().get(f"/settings/{page}/").content.decode()

    for kind in kinds:
        assert kind.label in text


# System ----------------------------------------------------------------------------------------


@pytest.fixture
def parts(monkeypatch):
    """Two parts, one of them broken."""

    def outage() -> health.Part:
        raise ConnectionRefusedError

    looks = {"database": lambda: health.Part("database", ok=True, detail="sqlite"), "broker": outage}
    monkeypatch.setattr(health, "LOOKS", looks)


def test_the_system_page_names_what_does_not_work(parts, client_as):
    page = client_as().get("/settings/system/").content.decode()

    assert f"<dd>{__version__}</dd>" in page
    assert page.count("Does not work") == 1
    assert "ConnectionRefusedError" in page


def test_the_dashboard_asks_for_it_in_short(parts, client_as):
    strip = client_as().get("/settings/system/", headers={"HX-Request": "true"}).content.decode().strip()

    assert strip.startswith('<section class="card"')
    assert 'hx-trigger="every 30s"' in strip
    assert "<html" not in strip


def test_advice_about_the_environment_is_for_administrators(client_as, settings):
    settings.EMAIL_URL = ""
    admin, viewer = (client_as(role).get("/settings/system/") for role in ("admin", "viewer"))

    assert "dataops.W001" in admin.content.decode()
    assert "dataops.W001" not in viewer.content.decode()


def test_the_worst_advice_comes_first(client_as):
    states = [advice.state for advice in client_as("admin").get("/settings/system/").context["advice"]]

    assert states == sorted(states, key=["error", "warning", "info"].index)
    assert len(states) >= len(checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True))


def test_a_page_lists_the_jobs_at_work_and_waiting(client_as, checked, compared):
    checked("over")
    waiting = checked("orders", None, state=RunState.QUEUED, finished_at=None)
    at_work = compared("delays")
    DriftRun.objects.update(state=RunState.RUNNING, progress=0.4)
    client = client_as()
    with CaptureQueriesContext(connection) as asked:
        jobs = client.get("/settings/system/jobs/").context["jobs"]

    assert not [query for query in asked if "profile" in query["sql"] or '"report"' in query["sql"]]
    assert [(job.what, job.url, job.run.state) for job in jobs] == [
        ("Quality check", waiting.get_absolute_url(), "queued"),
        ("Drift check", at_work.get_absolute_url(), "running"),
    ]


# Audit log -------------------------------------------------------------------------------------


@pytest.fixture
def history(user) -> None:
    ada, bob = user("editor", username="ada"), user("editor", username="bob")
    audit.record("source.created", by=ada, target=bob)
    audit.record(
        "source.changed", by=bob, target=ada, changes={"password": "swordfish", "owner": ["", "bob"]}
    )
    audit.record("token.created", by=ada)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 3),
        ("action=source", 2),
        ("actor=ad", 2),
        ("target=BOB", 1),
        ("action=source&actor=bob", 1),
        ("since=2999-01-01", 0),
        ("since=nonsense", 3),
        ("action=nonsense", 3),
    ],
)
def test_the_audit_log_is_filtered_in_the_address(query, count, client_as, history):
    assert len(client_as("admin").get(f"/settings/audit/?{query}").context["rows"]) == count


def test_the_audit_log_shows_changes_without_secrets(client_as, history):
    page = client_as("admin").get("/settings/audit/").content.decode()

    assert "owner:" in page
    assert "swordfish" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_audit_log_costs_the_same_at_any_length(count, client_as, django_assert_num_queries):
    client = client_as("admin")
    for _ in range(count):
        audit.record("source.created", by=None)

    with django_assert_num_queries(6):
        client.get("/settings/audit/")
