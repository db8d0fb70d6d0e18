"""The container set-up is valid, starts the same commands as `make run`, and asks for its secrets."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dataops.web import broker, processes

ROOT = processes.ROOT
COMPOSE = Path(sys.executable).with_name("docker-compose")
SECRETS = {"SECRET_KEY": "x" * 50, "POSTGRES_PASSWORD": "secret"}


def compose(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Docker Compose, without an engine, on our file and on these variables alone."""
    command = [COMPOSE, "--file", ROOT / "docker-compose.yml", "--env-file", os.devnull, *words]
    return subprocess.run(
        command, env={"PATH": os.environ["PATH"], **environ}, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    done = compose("config", "--format", "json", "--no-env-resolution", **SECRETS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


def own(services: dict[str, Any]) -> dict[str, Any]:
    return {name: service for name, service in services.items() if service["image"] == "dataops-inspector"}


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_left_out_is_asked_for(secret: str) -> None:
    done = compose("config", "--quiet", **{name: value for name, value in SECRETS.items() if name != secret})

    assert done.returncode != 0
    assert f"required variable {secret} is missing" in done.stderr


def test_containers_run_the_commands_of_the_supervisor(services) -> None:
    expected = {
        process.name: [Path(process.command[0]).name, *process.command[1:]]
        for process in (*processes.lasting(host="0.0.0.0", port=8000), processes.prepare())
    }
    expected["migrate"] = ["python", *expected.pop("prepare")[1:]]

    assert {name: service["command"] for name, service in own(services).items()} == expected


def test_broker_keeps_messages_as_the_embedded_one_does(services) -> None:
    embedded = broker.command(Path("/nowhere"))
    kept = {word: embedded[embedded.index(word) + 1] for word in embedded if word.startswith("--")}
    words = services["valkey"]["command"][1:]

    for option, value in zip(words[::2], words[1::2], strict=True):
        assert kept[option] == value


def test_nothing_starts_before_the_database_is_migrated(services) -> None:
    for name, service in own(services).items():
        if name != "migrate":
            assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_own_containers_can_write_to_their_data_alone(services) -> None:
    for name, service in own(services).items():
        assert service["read_only"], name
        assert [volume["target"] for volume in service["volumes"]] == ["/data"], name
        assert service["cap_drop"] == ["ALL"], name


def test_web_is_published_to_this_machine_only_unless_told_otherwise(services) -> None:
    assert [port["host_ip"] for port in services["web"]["ports"]] == ["127.0.0.1"]


def test_no_container_may_take_all_memory(services) -> None:
    for name, service in services.items():
        assert int(service["deploy"]["resources"]["limits"]["memory"]) <= 4 * 1024**3, name


def test_servers_with_a_dialogue_are_probed(services) -> None:
    silent = {name for name, service in services.items() if service.get("healthcheck", {}).get("disable")}

    assert silent == {"migrate", "beat", "watch"}


def test_image_runs_as_nobody_special_and_starts_what_exists() -> None:
    text = (ROOT / "Dockerfile").read_text()
    final = text.rpartition("\nFROM ")[2]
    command = json.loads(re.search(r"^CMD (\[.*\])$", final, re.MULTILINE)[1])

    assert re.search(r"^USER (?!root)", final, re.MULTILINE)
    assert command == ["python", "-m", "dataops", "--host", "0.0.0.0"]
    assert "python -m dataops\n" in (ROOT / "Makefile").read_text()


def test_image_holds_every_package_of_the_product() -> None:
    text = (ROOT / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text()
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks", "tools"}

    for name in packages | {"static", "templates"}:
        assert f"COPY {name} {name}" in text
        assert f"!{name}\n" in ignored


def test_example_settings_are_settings() -> None:
    """A name nobody reads would be set in vain."""
    sources = "".join(path.read_text() for path in (ROOT / "dataops").rglob("*.py"))
    sources += (ROOT / "docker-compose.yml").read_text()
    names = re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert names
    assert [name for name in names if not re.search(rf"[\"{{]{name}[\":]", sources)] == []
