"""The first steps of a new installation."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dataops.web.words import lazy as _


@dataclass(frozen=True, slots=True)
class Step:
    """``url`` is empty for people who may not take the step."""

    title: str
    text: str
    icon: str
    done: bool
    action: str
    url: str


def steps(*, user: Any, sources: bool, models: bool, mail: bool) -> list[Step]:
    return [
        Step(
            title=_("Upload data"),
            text=_("A CSV or Parquet file. A minute later you see what is wrong with it, and a score."),
            icon="upload",
            done=sources,
            action=_("Upload a file"),
            url=_url(user, "quality.upload_data", "quality:upload"),
        ),
        Step(
            title=_("Deploy a sample model"),
            text=_("Trained on flights in seconds; it predicts over the API and is watched for drift."),
            icon="models",
            done=models,
            action=_("Choose a model"),
            url=_url(user, "models_registry.deploy_model", "models:deploy"),
        ),
        Step(
            title=_("Let alerts find you"),
            text=_("Name a mail server and the people who should hear when something goes wrong."),
            icon="mail",
            done=mail,
            action=_("Set up e-mail"),
            url=_url(user, "alerts.change_channel", "alerts:channel_list"),
        ),
    ]


def _url(user: Any, permission: str, name: str) -> str:
    return reverse(name) if user.has_perm(permission) else ""
