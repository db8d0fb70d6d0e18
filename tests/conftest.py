"""What every test may ask for: people of each role, their clients, and a worker that runs in the test."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser, Group
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.test import Client
from rest_framework.test import APIClient


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """Between tests tables are emptied, which the audit log refuses; tests.dataops.test_audit lets it."""
    post_migrate.disconnect(dispatch_uid="web.append_only", sender=apps.get_app_config("web"))


@pytest.fixture(autouse=True)
def _test_settings(settings, tmp_path: Path) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "storage"
    cache.clear()


@pytest.fixture(autouse=True)
def _no_heartbeat(monkeypatch) -> None:
    """The heartbeat writes from a thread of its own, which a test's transaction does not let in."""
    from dataops.web import runs

    monkeypatch.setattr(runs, "HEARTBEAT_SECONDS", 3600)


@pytest.fixture(autouse=True)
def _no_counts_by_the_clock(monkeypatch) -> None:
    """How requests end is written when the clock says so, which would be in any test."""
    from models_registry.services import request_counts

    monkeypatch.setattr(request_counts, "TALLY", request_counts.Tally())
    monkeypatch.setattr(request_counts, "EVERY_SECONDS", 3600)


@pytest.fixture
def user(db) -> Callable[..., AbstractUser]:
    """``user("editor")``: a person with that role."""
    return person


def person(role: str = "viewer", **fields) -> AbstractUser:
    fields.setdefault("username", f"{role}-{get_user_model().objects.count()}")
    fields.setdefault("email", f"{fields['username']}@example.com")
    fields |= {"is_staff": role == "admin", "is_superuser": role == "admin"}
    made = get_user_model().objects.create_user(password="correct horse battery", **fields)
    made.groups.add(Group.objects.get(name=role))
    return made


@pytest.fixture
def client_as(db) -> Callable[[str], Client]:
    """``client_as("editor")``: a signed-in browser."""
    return signed_in


def signed_in(role: str = "viewer") -> Client:
    client = Client()
    client.force_login(person(role), backend="dataops.web.locale.PeopleBackend")
    return client


@pytest.fixture
def api(user) -> Callable[..., APIClient]:
    """``api("editor")``: a script with a token of that role."""

    def make(role: str = "editor", *, scope: str = "write") -> APIClient:
        from dataops.web import tokens

        _, text = tokens.issue(user=user(role), name="tests", scope=scope)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {text}")
        return client

    return make


@pytest.fixture
def drain(db, monkeypatch) -> Callable[[], None]:
    """``drain()``: run every due job and deliver every due notification, here and now."""
    from dataops.celery import app
    from dataops.web import queue, runs

    app.loader.import_default_modules()
    monkeypatch.setattr(queue, "publish", lambda *args, **options: True)

    def work() -> None:
        from alerts import services as alerts

        for _ in range(20):
            due = [
                (model, pk)
                for model in runs.kinds()
                for pk in model.objects.due().values_list("pk", flat=True)
            ]
            if not due:
                break
            for model, pk in due:
                app.tasks[model.task_name](pk)
        alerts.deliver_due()

    return work
