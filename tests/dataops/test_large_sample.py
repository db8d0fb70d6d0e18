"""The large sample that pages are measured with, in small."""

import pytest
from django.core.management import CommandError, call_command

from alerts.models import Alert
from models_registry.models import DriftRun
from quality.models import CheckResult, CheckRun, DataSource

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(capsys) -> str:
    call_command("make_large_sample", sources=3, runs=5, results=4, models=2, alerts=40)
    return capsys.readouterr().out


def test_it_makes_as_much_as_it_is_told(filled):
    assert "3 sources, 60 results, 2 models, 40 alerts" in filled
    assert [model.objects.count() for model in (DataSource, CheckRun, CheckResult, Alert)] == [3, 15, 60, 40]
    assert {run.results.count() for run in CheckRun.objects.all()} == {4}
    assert DriftRun.objects.exists()


@pytest.mark.parametrize("path", ["/", "/quality/", "/models/", "/alerts/", "/alerts/analytics/"])
def test_pages_show_it(path, filled, client_as):
    assert client_as("admin").get(path).status_code == 200


def test_every_newest_run_is_the_last_of_its_source(filled):
    for source in DataSource.objects.all():
        assert source.newest_run == source.runs.latest("created_at")


def test_it_is_made_once(filled):
    with pytest.raises(CommandError, match="already"):
        call_command("make_large_sample", sources=1)
    with pytest.raises(CommandError, match="at least 1"):
        call_command("make_large_sample", sources=0)
