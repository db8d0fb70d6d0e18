"""Metrics that were chosen for a model: ours that few need, and that of docs/how-to/metric_plugins.md."""

import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.urls import reverse

from dataops import plugins
from dataops.web.models import AuditEvent
from models_registry.measures import MEASURES, Answers
from models_registry.models import ModelPerformance
from tests.models_registry.flights import LATE, PUNCTUAL
from tests.models_registry.test_diagnosis import told
from tests.support.packages import installed_package

pytestmark = pytest.mark.django_db

HOW_TO = Path(settings.BASE_DIR) / "docs" / "how-to"
EXAMPLE = HOW_TO / "example_metric"
ROOT = "/api/v1/model-monitoring/models"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    return installed_package(EXAMPLE, tmp_path_factory.mktemp("metric"))


@pytest.fixture
def plugin(installed, monkeypatch) -> Iterator[plugins.Plugin]:
    monkeypatch.setattr(MEASURES, "_by_key", dict(MEASURES._by_key))
    monkeypatch.setattr(plugins, "LOADED", [])
    monkeypatch.syspath_prepend(installed)
    yield next(p for p in plugins.load(found=entry_points) if p.name == "one_sided_error")
    sys.modules.pop("one_sided_error", None)


def test_a_plug_in_is_chosen_on_the_page_and_stands_beside_the_built_in_metrics(
    plugin, regressor, client_as, api, worker
):
    told(regressor, [LATE] * 20 + [PUNCTUAL] * 20, [30.0] * 40)
    page = reverse("models:model_metrics", args=[regressor.name])
    assert "How many times worse it is to be too low." in client_as("editor").get(page).content.decode()
    with worker():
        form = {"one_sided_error": "on", "one_sided_error.weight": "5", "near.tolerance": "1"}
        assert client_as("editor").post(page, form).status_code == 302
    week = ModelPerformance.objects.get(version__model=regressor, kind="realised")

    truth, said = np.full(40, 30.0), np.array(regressor.predictions.values_list("prediction", flat=True))
    expected = np.where(said < truth, 5 * (truth - said), said - truth).mean()
    assert week.metrics["one_sided_error"] == pytest.approx(expected)
    low, high = week.intervals["one_sided_error"]
    assert low < week.metrics["one_sided_error"] < high
    parts = next(iter(week.details["segments"].values()))
    by_segment = sum(part["rows"] * part["own"]["one_sided_error"] for part in parts)
    assert by_segment / 40 == pytest.approx(expected)
    shown = client_as("viewer").get(reverse("models:model_performance", args=[regressor.name]))
    assert shown.content.decode().count("One-sided error") >= 2
    sent = api("viewer").get(f"{ROOT}/{regressor.name}/performance").json()["results"]
    assert sent[0]["metrics"]["one_sided_error"] == week.metrics["one_sided_error"]
    assert "near" not in week.metrics


def test_one_that_breaks_or_is_gone_leaves_the_others_alone(plugin, regressor, monkeypatch):
    regressor.metrics = {"one_sided_error": {}, "near": {"tolerance": 1e9}, "uninstalled": {}}
    regressor.save()
    monkeypatch.setattr(MEASURES["one_sided_error"], "measure", lambda answers, params: 1 / 0, raising=False)
    week = told(regressor, [LATE, PUNCTUAL] * 10, [30.0] * 20)

    assert week.metrics["near"] == 1.0
    assert "one_sided_error" not in week.metrics
    assert week.metrics["mae"] > 0


def test_the_api_chooses_metrics_and_names_what_is_wrong(classifier, api):
    url = f"{ROOT}/{classifier.name}/metrics"
    listed = api("viewer").get(url).json()
    assert listed["available"] == [
        {"key": "top_precision", "label": "Precision at the top", "settings": {"share": 0.1}}
    ]
    assert api("viewer").put(url, {"metrics": {}}, format="json").status_code == 403

    wrong = api("editor").put(url, {"metrics": {"near": {}, "top_precision": {"share": 7}}}, format="json")
    assert wrong.status_code == 422
    places = [error["loc"] for error in wrong.json()["errors"]]
    assert ["body", "metrics", "top_precision", "share"] in places
    assert "No metric of this name is for classification" in wrong.content.decode()

    chosen = api("editor").put(url, {"metrics": {"top_precision": {"share": 0.25}}}, format="json").json()
    assert chosen["metrics"] == {"top_precision": {"share": 0.25}}
    assert AuditEvent.objects.filter(action="model.metrics_set").count() == 1


def test_precision_at_the_top_is_that_of_the_likeliest_share():
    chances = np.array([0.9, 0.8, 0.7, 0.1])
    truth, said = np.array(["b", "a", "b", "b"]), np.array(["b"] * 4)
    rows = Answers(truth, said, np.column_stack([1 - chances, chances]), ("a", "b"))
    measure = MEASURES["top_precision"]

    assert measure.measure(rows, measure.params(share=0.5)) == 0.5
    assert measure.measure(rows, measure.params(share=0.75)) == pytest.approx(2 / 3)
    assert measure.measure(Answers(rows.actual, rows.predicted, None, rows.classes), measure.params()) is None


def test_the_guide_shows_the_example_as_it_is() -> None:
    guide = (HOW_TO / "metric_plugins.md").read_text()
    for name in ("pyproject.toml", "one_sided_error.py"):
        assert (EXAMPLE / name).read_text().strip() in guide
