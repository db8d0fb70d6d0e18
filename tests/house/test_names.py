"""Names that code and templates rely on lead somewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from dataops.celery import app
from dataops.web.runs import kinds
from tests.house.sitemap import places

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("dataops", "quality", "models_registry", "alerts", "dashboard")
SOURCES = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
REVERSING = {"reverse", "reverse_lazy", "redirect", "resolve_url"}
PUBLISHING = {"publish", "send_on_commit"}


def calls(file: Path, names: set[str]) -> Iterator[str]:
    """First arguments, as text, of calls of these functions; constants of the module are looked up."""
    tree = ast.parse(file.read_text())
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).split(".")[-1] in names:
            argument = node.args[0]
            value = constants.get(argument.id) if isinstance(argument, ast.Name) else None
            value = argument.value if isinstance(argument, ast.Constant) else value
            if isinstance(value, str):
                yield value


def known_urls() -> set[str]:
    """Every name that can be reversed, those of the admin included."""
    return set(_names(get_resolver(), ""))


def _names(resolver: URLResolver, space: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name


def test_urls_of_templates_exist() -> None:
    asked = {
        (str(file.relative_to(ROOT)), name)
        for file in TEMPLATES
        for name in re.findall(r"""{%\s*url\s+["']([\w:-]+)["']""", file.read_text())
    }

    assert asked
    assert {(file, name) for file, name in asked if name not in known_urls()} == set()


def test_urls_of_code_exist() -> None:
    asked = {
        (str(file.relative_to(ROOT)), name)
        for file in SOURCES
        for name in calls(file, REVERSING)
        if not name.startswith("/")
    }

    assert asked
    assert {(file, name) for file, name in asked if name not in known_urls()} == set()


@pytest.mark.parametrize("setting", ["LOGIN_URL", "LOGIN_REDIRECT_URL", "LOGOUT_REDIRECT_URL"])
def test_urls_of_settings_exist(setting: str) -> None:
    assert reverse(getattr(settings, setting))


def test_no_two_urls_share_a_name() -> None:
    names = [place.name for place in places()]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_name_that_leads_nowhere_is_noticed() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("quality:no_such_page")
    assert "quality:no_such_page" not in known_urls()


@pytest.fixture(scope="module")
def tasks() -> set[str]:
    """The tasks of our own that a worker knows."""
    app.loader.import_default_modules()
    return {
        name
        for name in app.tasks
        if name.partition(".")[0] in {label.label for label in apps.get_app_configs()}
    }


def published() -> set[str]:
    by_name = {name for file in SOURCES for name in calls(file, PUBLISHING)}
    return by_name | {model.task_name for model in kinds()}


def scheduled() -> set[str]:
    return {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_every_task_that_is_published_or_scheduled_is_registered(tasks) -> None:
    assert (published() | scheduled()) - tasks == set()


def test_every_task_is_published_or_scheduled(tasks) -> None:
    assert tasks - published() - scheduled() == set()


def test_queues_are_those_the_workers_listen_to() -> None:
    from dataops.web.processes import workers

    listened = {word for worker in workers() for word in worker.command}
    asked = {model.queue for model in kinds()} | {
        entry.get("options", {}).get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }

    assert asked <= listened
