"""The feed: who did what, newest first."""

import pytest

from alerts.services import acknowledge
from dashboard.presenters.feed import item, target_url
from dashboard.selectors.activity import recent_activity
from dashboard.services import weekly
from dataops.web import audit, features
from models_registry.models import AliasChange, DeployRun
from quality.models import CheckRun
from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db


def lines(**options) -> list[str]:
    return [f"{i.what}: {i.subject}" for i in map(item, recent_activity(**options))]


def test_what_happened_in_every_room_is_told_newest_first(checked, compared, alarm, user):
    ada = user("admin", username="ada")
    source = checked("orders", 0.5, at=days_ago(2)).source
    version = compared("delays", drifted=True).version
    DeployRun.objects.create(version=version, template="t", requested_by=ada, created_at=days_ago(3))
    AliasChange.objects.create(model=version.model, alias="champion", version=version, at=days_ago(1))
    acknowledge(alarm(source), by=ada)
    audit.record("source.changed", by=ada, target=source)

    assert lines(with_audit=True) == [
        "Source changed: orders",
        "Alert acknowledged: orders",
        "Alert opened: orders",
        "Drift check: delays",
        "New champion: delays",
        "Quality check: orders",
        "Deployment: delays",
    ]


def test_a_line_tells_who_what_came_out_and_where_it_is(checked, user):
    run = checked("orders", 0.5, requested_by=user("editor", username="ada"))
    told = item(recent_activity()[0])

    assert (told.actor, told.state, told.detail) == ("ada", "succeeded", "score 0.500")
    assert (told.at, told.url) == (run.finished_at, run.get_absolute_url())


def test_every_line_leads_to_a_page(checked, compared, alarm, client_as):
    alarm(checked("orders", 0.5).source)
    version = compared("delays").version
    DeployRun.objects.create(version=version, template="t")
    AliasChange.objects.create(model=version.model, alias="champion", version=version)
    urls = {item(happening).url for happening in recent_activity()}
    client = client_as("viewer")

    assert len(urls) == 4  # deployment and alias share the page of the version
    assert {client.get(url).status_code for url in urls} == {200}


def test_a_queued_run_stands_in_the_feed_from_the_start(checked):
    run = checked("orders")
    CheckRun.objects.filter(pk=run.pk).update(state="queued", started_at=None, finished_at=None, score=None)

    assert [(i.at, i.state, i.detail) for i in map(item, recent_activity())] == [
        (run.created_at, "queued", "")
    ]


def test_a_changed_setting_goes_by_its_name_and_leads_to_its_page(user):
    admin = user("admin")
    features.switch(features.SAMPLE_MODELS, on=False, by=admin)
    weekly.set_weekly_mail({"hour": 9}, by=admin)
    told = {item(one) for one in recent_activity(with_audit=True, kinds=["audit"])}

    assert {(one.what, one.subject, one.url) for one in told} == {
        ("Setting changed", "Sample models", "/settings/features/"),
        ("Setting changed", "Weekly report", "/settings/report/"),
    }


def test_audited_changes_are_for_those_who_may_see_them(user):
    audit.record("token.created", by=user("editor"))

    assert lines() == []
    assert lines(with_audit=True) == ["Token created: "]


def test_nothing_is_told_twice(checked, alarm, user):
    run = checked("orders", 0.5)
    audit.record("run.requested", by=None, target=run)
    acknowledge(alarm(run.source), by=user("operator"))

    assert len(lines(with_audit=True)) == 3


@pytest.mark.parametrize("count", [1, 5])
def test_the_feed_costs_one_query_and_keeps_its_limit(count, checked, alarm, django_assert_num_queries):
    for number in range(count):
        alarm(checked(f"orders {number}", 0.5).source)

    with django_assert_num_queries(1):
        assert len(recent_activity(limit=4, with_audit=True)) == min(2 * count, 4)


@pytest.mark.parametrize(
    ("target", "url"),
    [(("datasource", "7"), "/quality/sources/7/"), (("datasource", "x"), ""), (("apitoken", "7"), "")],
)
def test_an_audited_thing_is_linked_when_it_has_a_page(target, url):
    assert target_url(*target) == url
