"""Rules of a source: several of one kind, each with alerts of its own."""

import pytest
from django.core.exceptions import ValidationError

from alerts.models import Alert
from dataops.engine.errors import InvalidParameter
from quality import services
from quality.models import DataSource
from tests.quality.conftest import csv_bytes


@pytest.fixture
def source(user) -> DataSource:
    return services.create_source(name="people", by=user("editor"))


def test_a_new_source_gets_the_checks_that_need_no_setting(source):
    assert "row_count" in source.checks.values_list("kind", flat=True)
    assert set(source.checks.values_list("method", flat=True)) == {""}


def test_rules_of_one_kind_and_column_differ_in_parameters_or_filter(source):
    first = source.checks.get(kind="row_count")
    second = services.add_check(source, kind="row_count", by=None, params={"minimum": 100})
    third = services.add_check(source, kind="row_count", by=None, params={"minimum": 100}, when="age > 3")

    assert len({rule.method for rule in (first, second, third)}) == 3
    with pytest.raises(ValidationError, match="has this rule already"):
        services.add_check(source, kind="row_count", by=None, params={"minimum": 100})


def test_a_changed_rule_keeps_its_alerts(source):
    rule = services.add_check(source, kind="row_count", by=None, params={"minimum": 100})
    before = (rule.method, rule.identity)

    services.configure_check(rule, by=None, params={"minimum": 200})

    assert rule.method == before[0]
    assert rule.identity != before[1]


def test_parameters_are_checked_when_a_rule_is_changed(source):
    rule = source.checks.get(kind="row_count")

    with pytest.raises(InvalidParameter, match="-1 is below 0") as caught:
        services.configure_check(rule, by=None, params={"minimum": -1})
    assert caught.value.parameter == "minimum"


def test_two_rules_of_one_kind_have_an_alert_each_and_removal_closes_it(uploaded):
    source = uploaded(csv_bytes(50)).source
    bounds = {"tolerance": None}
    services.add_check(source, kind="row_count", by=None, params={"minimum": 20, **bounds})
    strict = services.add_check(source, kind="row_count", by=None, params={"minimum": 30, **bounds})
    uploaded(csv_bytes(50, start=7))
    uploaded(csv_bytes(10))

    watched = Alert.objects.filter(kind="quality.row_count", resolved_at=None)
    assert watched.count() == 3  # the default one misses half of the usual rows as well
    services.remove_check(strict, by=None)
    assert watched.count() == 2
    assert not watched.filter(method=strict.method).exists()


def test_alerts_of_table_rules_name_the_columns_they_are_about(uploaded):
    source = uploaded(csv_bytes(50)).source
    for dependent in ("name", "price"):
        params = {"determinant": ["id"], "dependent": dependent}
        services.add_check(source, kind="functional_dependency", by=None, params=params)
    uploaded(csv_bytes(50, start=7))
    twice = csv_bytes(40).replace(b"\n1,item 1,11.5", b"\n0,item 1,11.5")
    uploaded(twice)

    titles = set(Alert.objects.filter(kind="quality.functional_dependency").values_list("title", flat=True))
    assert titles == {"One decides the other in id, name", "One decides the other in id, price"}
