"""Forms of a model in use: what people say about it, files for its log, sources to predict."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q

from dataops.web.fields import LongChecklist, LongSelect, TeamChoice
from dataops.web.naming import refuse_unseen
from dataops.web.words import lazy as _
from models_registry.enums import IngestKind, SignaturePolicy
from models_registry.models import Model
from models_registry.services.retention import LEAST_DAYS
from quality.forms import CommaList
from quality.models import DataSource


class ScoringForm(forms.Form):
    """A source to predict, and where its predictions go."""

    source = forms.ModelChoiceField(
        queryset=DataSource.objects.none(),
        widget=LongSelect,
        help_text=_("Its newest dataset is predicted."),
    )
    target_name = forms.CharField(
        label=_("Into"),
        max_length=120,
        required=False,
        validators=[refuse_unseen],
        help_text=_("Name of the source that takes the predictions. Empty: made from source and model."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = DataSource.objects.active().order_by("name")  # type: ignore[attr-defined]


STORED = (
    "description",
    "owner",
    "kept_to",
    "tags",
    "runbook_url",
    "policy",
    "challenger_fraction",
    "prediction_days",
)


class AboutForm(forms.Form):
    """What people may say about a model."""

    description = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=get_user_model().objects.none(), required=False)
    tags = CommaList(required=False, help_text=_("Separated by commas."))
    kept_to = TeamChoice()
    sources = forms.ModelMultipleChoiceField(
        label=_("Made from"),
        queryset=DataSource.objects.none(),
        required=False,
        widget=LongChecklist,
        help_text=_("What it is trained on or reads its inputs from: their alerts explain its own."),
    )
    runbook_url = forms.URLField(
        label=_("Runbook"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("A web address that says what to do about its alerts; shown with each of them."),
    )
    policy = forms.ChoiceField(
        label=_("Values that break the signature"),
        choices=SignaturePolicy.choices,
        widget=forms.RadioSelect,
        help_text=_("Values of another type are always rejected."),
    )
    challenger_fraction = forms.FloatField(
        label=_("Share of the challenger"),
        min_value=0,
        max_value=1,
        help_text=_(
            "Of the requests, 0 to 1: 0.1 sends every tenth to the version with the alias challenger."
        ),
    )
    prediction_days = forms.IntegerField(
        label=_("Days that predictions are kept"),
        required=False,
        min_value=LEAST_DAYS,
        max_value=36_500,
        help_text=_(
            "Empty: for ever. Older ones go with their truth, week by week, once their windows were "
            "profiled; drift reports and the performance of the weeks stay."
        ),
    )
    archived = forms.BooleanField(
        required=False, label=_("Archived: it answers no more, and its history stays")
    )

    def __init__(self, data: Mapping[str, Any] | None, *, model: Model, by: Any) -> None:
        told = {name: getattr(model, name) for name in STORED}
        chosen = model.sources.all()
        now = told | {"sources": chosen, "archived": model.archived_at is not None}
        super().__init__(data, initial=now)
        self.fields["kept_to"].offer_to(by, now=model.kept_to)  # type: ignore[attr-defined]
        offered = get_user_model().objects.filter(Q(is_active=True) | Q(pk=model.owner_id))
        self.fields["owner"].queryset = offered.order_by("username")  # type: ignore[attr-defined]
        known = (DataSource.objects.active() | DataSource.objects.filter(pk__in=chosen)).order_by("name")
        self.fields["sources"].queryset = known  # type: ignore[attr-defined]


class IngestForm(forms.Form):
    """A file for the prediction log."""

    file = forms.FileField(help_text=_("CSV, Parquet, Arrow, JSON or Excel."))
    kind = forms.ChoiceField(
        label=_("It holds"),
        choices=IngestKind.choices,
        widget=forms.RadioSelect,
        initial=IngestKind.PREDICTIONS,
    )
