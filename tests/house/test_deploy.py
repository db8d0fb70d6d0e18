"""What is in deploy/ fits the product: manifests are valid and run its commands, and every metric exists."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from dataops.web import processes
from dataops.web.runs import RunState
from quality.models import CheckRun, DataSource
from tests.alerts.helpers import breach, say

DEPLOY = processes.ROOT / "deploy"
KINDS_WITH_PODS = ("Deployment", "Job")


def manifests() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [
        each
        for file in files
        for each in yaml.safe_load_all(file.read_text())
        if file.stem != "kustomization"
    ]


def containers() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each pod and its one container."""
    for manifest in manifests():
        if manifest["kind"] in KINDS_WITH_PODS:
            pod = manifest["spec"]["template"]["spec"]
            yield pod, pod["containers"][0]


@pytest.mark.parametrize(
    "manifest", manifests(), ids=lambda each: f"{each['kind']}-{each['metadata']['name']}"
)
def test_a_manifest_is_valid(manifest) -> None:
    kubernetes_validate.validate(manifest, "1.37", strict=True)


def test_every_manifest_is_applied() -> None:
    files = {file.name for file in (DEPLOY / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}

    assert files == set(
        yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    )


def test_pods_run_the_commands_of_the_supervisor() -> None:
    expected = {
        process.name: [Path(process.command[0]).name, *process.command[1:]]
        for process in processes.lasting(host="0.0.0.0", port=8000)
    }
    expected["migrate"] = ["python", *processes.prepare().command[1:]]
    expected["watch"][0] = "python"

    assert {container["name"]: container["command"] for _, container in containers()} == expected


def test_pods_are_nobody_special_and_have_limits() -> None:
    for pod, container in containers():
        assert pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["resources"]["limits"]["memory"]


def test_the_autoscaler_goes_by_a_metric_of_a_queue_that_has_workers() -> None:
    scaler = next(each for each in manifests() if each["kind"] == "HorizontalPodAutoscaler")
    metric = scaler["spec"]["metrics"][0]["external"]["metric"]
    commands = {container["name"]: container["command"] for _, container in containers()}

    assert metric["name"] == "dataops_queue_age_seconds"
    assert metric["selector"]["matchLabels"]["queue"] in commands["worker-heavy"]


@pytest.mark.django_db
def test_every_metric_of_the_dashboard_exists(client, settings) -> None:
    settings.METRICS_ALLOWED_ADDRESSES = ["127.0.0.1"]
    client.get("/healthz")
    page = client.get("/metrics").content.decode()
    known = set(re.findall(r"^# TYPE (\w+)", page, re.MULTILINE))
    panels = json.loads((DEPLOY / "grafana" / "dataops-inspector.json").read_text())["panels"]
    asked = {
        name
        for panel in panels
        for target in panel["targets"]
        for name in re.findall(r"dataops_\w+", target["expr"])
    }

    assert {re.sub(r"_(count|bucket|sum)$", "", name) for name in asked} - known == set()
    assert known - {re.sub(r"_(count|bucket|sum)$", "", name) for name in asked} == set()


@pytest.mark.django_db
def test_metrics_tell_of_the_queue_the_scores_and_the_requests(client, settings) -> None:
    settings.METRICS_ALLOWED_ADDRESSES = ["127.0.0.1"]
    source = DataSource.objects.create(name="orders")
    CheckRun.objects.create(source=source)
    CheckRun.objects.create(source=source, state=RunState.SUCCEEDED, score=0.75)
    say(breach())
    client.get("/healthz")
    page = client.get("/metrics").content.decode()

    assert 'dataops_queue_jobs{queue="heavy"} 1.0' in page
    assert 'dataops_source_score{source="orders"} 0.75' in page
    assert 'dataops_request_seconds_count{method="GET",route="healthz",status="2xx"}' in page
