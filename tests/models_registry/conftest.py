"""Models for tests: trained once a session, written into each test's database through the services."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache

import pytest

from dataops.celery import app
from dataops.web import queue
from models_registry import services
from models_registry.formats.templates import TEMPLATES
from models_registry.models import Model, ModelVersion
from models_registry.services import building, deploying


@cache
def _built(key: str) -> building.Built:
    return building.build(TEMPLATES[key], lambda fraction, stage: None)


@contextmanager
def training_once() -> Iterator[None]:
    """Deployments take what the first one of the session trained."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deploying, "build", lambda template, progress: _built(template.key))
        yield


@pytest.fixture
def trained_once() -> Iterator[None]:
    with training_once():
        yield


@pytest.fixture
def deploy(db, trained_once) -> Callable[..., ModelVersion]:
    """``deploy("flight-delayed")``: a ready version, the champion when it is the model's first."""
    return deployed


def deployed(template: str = "flight-delayed", name: str = "") -> ModelVersion:
    _built(template)  # outside the run: training takes longer than a heartbeat may
    run = services.deploy_model(template=template, name=name)
    services.execute_deploy_run(run.pk)
    return ModelVersion.objects.select_related("model__champion").get(pk=run.version_id)


@pytest.fixture
def classifier(deploy) -> Model:
    return deploy("flight-delayed").model


@pytest.fixture
def regressor(deploy) -> Model:
    return deploy("arrival-delay").model


@pytest.fixture
def worker(monkeypatch, django_capture_on_commit_callbacks) -> Callable[[], AbstractContextManager[None]]:
    """``with worker():`` what is sent inside is worked on at the end, as a worker would."""
    app.loader.import_default_modules()

    @contextmanager
    def work() -> Iterator[None]:
        messages = []
        monkeypatch.setattr(queue, "publish", lambda *message, queue: messages.append(message))
        with django_capture_on_commit_callbacks(execute=True):
            yield
        for name, *args in messages:
            app.tasks[name](*args)

    return work
