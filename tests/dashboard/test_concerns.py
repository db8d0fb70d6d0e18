"""What needs somebody, and the one sentence about it."""

import pytest

from alerts.services import acknowledge, assign, resolve
from dashboard.presenters.tiles import quality_of
from dashboard.presenters.verdict import verdict
from dashboard.selectors.concerns import Concern, Concerns, concerns
from dashboard.selectors.standing import model_standings, source_standings
from tests.dashboard.conftest import days_ago

pytestmark = pytest.mark.django_db


def found() -> list[Concern]:
    return concerns(source_standings(), model_standings()).worst


def said() -> str:
    sources, models = source_standings(), model_standings()
    return verdict(concerns(sources, models), sources, models).sentence


def test_a_source_with_a_bad_state_and_alerts_is_one_concern(checked, alarm):
    source = checked("orders", 0.5).source
    alarm(source, severity="warning")
    worst = alarm(source, kind="check.schema", severity="critical", title="schema changed")
    (concern,) = found()

    assert (concern.name, concern.state, concern.reason) == ("orders", "failing", "schema changed")
    assert (concern.alerts, concern.alert_url) == (2, worst.get_absolute_url())


def test_its_oldest_alert_says_since_when(checked, alarm):
    source = checked("orders", 0.5).source
    first = alarm(source, severity="info")
    alarm(source, kind="check.schema")

    assert found()[0].since == first.opened_at


def test_a_bad_state_needs_somebody_without_any_alert(checked):
    run = checked("orders", 0.5)

    assert found() == [
        Concern(
            subject_type="source",
            name="orders",
            url=run.source.get_absolute_url(),
            state="failing",
            rank=2,
            reason="Score 0.500, the threshold is 0.90",
            since=run.finished_at,
        )
    ]


def test_an_alert_needs_somebody_when_the_state_is_good_again(checked, alarm):
    alarm(checked("orders", 0.99).source, severity="warning")

    assert [(c.name, c.state, c.rank) for c in found()] == [("orders", "warning", 1)]


def test_the_system_may_be_what_is_wrong(alarm):
    alarm()

    assert [(c.subject_type, c.url) for c in found()] == [("system", "/settings/system/")]


def test_the_worst_comes_first_and_among_equals_the_oldest(checked, compared, alarm):
    compared("delays", drifted=True, severity="info")
    checked("younger", 0.5, at=days_ago(1))
    checked("older", 0.5, at=days_ago(2))
    alarm(checked("orders", 0.99).source, severity="warning")

    assert [c.name for c in found()] == ["older", "younger", "orders", "delays"]


def test_whoever_took_it_is_on_it(checked, alarm, user):
    alert = alarm(checked("orders", 0.5).source)
    acknowledge(alert, by=user("operator", username="ada"))
    assert found()[0].who == "ada"

    assign(alert, assignee=user("operator", first_name="Grace", last_name="Hopper"), by=None)
    assert found()[0].who == "Grace Hopper"


def test_a_resolved_alert_and_a_healthy_source_need_nobody(checked, alarm, user):
    alert = alarm(checked("orders", 0.99).source)
    resolve(alert, resolution="fixed", by=user("operator"))

    assert found() == []
    assert said() == "Nothing needs attention: 1 of 1 source healthy, no open alerts."


def test_the_sentence_says_where_what_who_and_how_much_else(checked, compared, alarm):
    alert = alarm(checked("orders", 0.5).source)
    compared("delays", drifted=True)

    assert said() == (
        f"orders is failing since {alert.opened_at:%d %b %Y %H:%M} UTC: score 0.71 is under 0.80."
        " Nobody is on it yet. 1 more needs attention."
    )


def test_what_was_never_checked_is_not_called_well(checked):
    checked("orders", None, state="failed")
    source = source_standings()[0]

    assert verdict(Concerns([], 0), [source], []).state == "unknown"


def test_a_source_keeps_its_last_score_when_its_newest_run_failed(checked):
    checked("orders", 0.8, at=days_ago(2))
    checked("orders", None, state="failed", error="The file is cut off.")
    (standing,) = source_standings()

    assert (standing.score, standing.reason) == (0.8, "The file is cut off.")
    assert quality_of([standing]).average == 0.8


def test_nothing_watched_is_said_as_it_is(db):
    assert said() == "Nothing is watched yet."


@pytest.mark.parametrize("count", [1, 3])
def test_concerns_cost_two_queries_however_many(count, checked, alarm, django_assert_num_queries):
    for number in range(count):
        source = checked(f"orders {number}", 0.5, at=days_ago(count - number)).source
        alarm(source)
        alarm(source, kind="check.schema")
    sources = source_standings()

    with django_assert_num_queries(2):
        found = concerns(sources, [], most=2)
    assert found.count == count
    assert [(c.name, c.alerts) for c in found.worst] == [("orders 0", 2), ("orders 1", 2)][:count]
