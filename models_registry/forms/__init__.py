"""Forms of the models room."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import pretty_name

from dataops.engine.drift import METHODS
from dataops.web.moments import zone_choices
from models_registry.enums import Alias, IngestKind, SignaturePolicy, Task
from models_registry.formats.signature import Feature, FeatureType, Signature
from models_registry.formats.templates import TEMPLATES
from models_registry.models import DriftRun, Model, ModelVersion, Watch
from models_registry.services.drift_requests import DEFAULT_LAST, MOST_LAST
from models_registry.services.retention import LEAST_DAYS
from quality.forms import CommaList
from quality.models import DataSource

SHOWN_CATEGORIES = 8


class DeployForm(forms.Form):
    """A sample template under a name."""

    template = forms.ChoiceField(widget=forms.RadioSelect)
    name = forms.SlugField(
        max_length=80,
        required=False,
        help_text="A new name makes a new model, a known one a new version. Empty: the template's own.",
    )
    notes = forms.CharField(
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is new in this version.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].initial = TEMPLATES.keys()[0]
        self.fields["template"].choices = [  # type: ignore[attr-defined]  # a choice field
            (template.key, f"{template.label}: {template.description}") for template in TEMPLATES
        ]


class JSONText(forms.JSONField):
    """JSON as text; nothing is an empty field, not the word null."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class UploadModelForm(forms.Form):
    """A model that was trained elsewhere, and what belongs to it."""

    file = forms.FileField(
        label="Model file",
        help_text="skops, ONNX, or an MLflow model directory as ZIP. Pickles are not taken.",
    )
    name = forms.SlugField(
        max_length=80, help_text="A new name makes a new model, a known one a new version of it."
    )
    task = forms.ChoiceField(choices=Task.choices, widget=forms.RadioSelect, initial=Task.CLASSIFICATION)
    reference = forms.FileField(
        label="Reference data",
        required=False,
        help_text="A table of what it was trained on: types, ranges and drift are measured by it.",
    )
    target = forms.CharField(
        label="Column of truth",
        max_length=255,
        required=False,
        help_text="The column of the reference data that says what really happened.",
    )
    sample = JSONText(
        help_text='Instances that it must answer, such as [{"age": 41, "town": "Ulm"}].',
    )
    signature = JSONText(
        help_text='Where it cannot be derived: {"features": [{"name": "age", "type": "number"}]}.',
    )
    notes = forms.CharField(
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is new in this version.",
    )

    def clean_sample(self) -> list[Any]:
        sample = self.cleaned_data["sample"] or []
        if not isinstance(sample, list):
            raise forms.ValidationError("Give a list of objects.")
        return sample


class CompareForm(forms.Form):
    """Two ready versions of a model."""

    left = forms.ModelChoiceField(queryset=ModelVersion.objects.none(), label="This version")
    right = forms.ModelChoiceField(queryset=ModelVersion.objects.none(), label="beside")

    def __init__(self, model: Model, data: Mapping[str, Any] | None) -> None:
        ready = model.versions.ready().without_blobs().select_related("model").order_by("-number")
        others = [version for version in ready if version.pk != model.champion_id]
        self._usual = [model.champion, others[0]] if model.champion and others else []
        numbers = {"left": self._usual[0], "right": self._usual[1]} if self._usual else {}
        super().__init__(data, initial={name: version.number for name, version in numbers.items() if version})
        for field in self.fields.values():
            field.queryset, field.to_field_name = ready, "number"  # type: ignore[attr-defined]

    def versions(self) -> list[Any]:
        """The two that were chosen, or the usual two; none when there are no two."""
        if self.is_bound and self.is_valid():
            return [self.cleaned_data["left"], self.cleaned_data["right"]]
        return self._usual


class ScoringForm(forms.Form):
    """A source to predict, and where its predictions go."""

    source = forms.ModelChoiceField(
        queryset=DataSource.objects.active().order_by("name"), help_text="Its newest dataset is predicted."
    )
    target_name = forms.CharField(
        label="Into",
        max_length=120,
        required=False,
        help_text="Name of the source that takes the predictions. Empty: made from source and model.",
    )


STORED = ("description", "tags", "runbook_url", "policy", "challenger_fraction", "prediction_days")


class ModelServingForm(forms.Form):
    """What people may say about a model."""

    description = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    tags = CommaList(required=False, help_text="Separated by commas.")
    sources = forms.ModelMultipleChoiceField(
        label="Made from",
        queryset=DataSource.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What it is trained on or reads its inputs from: their alerts explain its own.",
    )
    runbook_url = forms.URLField(
        label="Runbook",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="A web address that says what to do about its alerts; shown with each of them.",
    )
    policy = forms.ChoiceField(
        label="Values that break the signature",
        choices=SignaturePolicy.choices,
        widget=forms.RadioSelect,
        help_text="Values of another type are always rejected.",
    )
    challenger_fraction = forms.FloatField(
        label="Share of the challenger",
        min_value=0,
        max_value=1,
        help_text="Of the requests, 0 to 1: 0.1 sends every tenth to the version with the alias challenger.",
    )
    prediction_days = forms.IntegerField(
        label="Days that predictions are kept",
        required=False,
        min_value=LEAST_DAYS,
        max_value=36_500,
        help_text="Empty: for ever. Older ones go with their truth, week by week, once their windows were "
        "profiled; drift reports and the performance of the weeks stay.",
    )
    archived = forms.BooleanField(required=False, label="Archived: it answers no more, and its history stays")

    def __init__(self, data: Mapping[str, Any] | None, *, model: Model) -> None:
        told = {name: getattr(model, name) for name in STORED}
        chosen = model.sources.all()
        now = told | {"sources": chosen, "archived": model.archived_at is not None}
        super().__init__(data, initial=now)
        known = (DataSource.objects.active() | DataSource.objects.filter(pk__in=chosen)).order_by("name")
        self.fields["sources"].queryset = known  # type: ignore[attr-defined]


class VersionForm(UploadModelForm, forms.ModelForm):
    """The same as the form of a row, for the administration."""

    class Meta:
        model = ModelVersion
        fields: list[str] = []


class IngestForm(forms.Form):
    """A file for the prediction log."""

    file = forms.FileField(help_text="CSV, Parquet, Arrow, JSON or Excel.")
    kind = forms.ChoiceField(
        label="It holds", choices=IngestKind.choices, widget=forms.RadioSelect, initial=IngestKind.PREDICTIONS
    )


class AllowTypeForm(forms.Form):
    """A type for the allow-list; the service knows what may stand there."""

    name = forms.CharField(
        label="Type", max_length=200, help_text="Its whole name, such as sklearn.neighbors._kd_tree.KDTree."
    )
    reason = forms.CharField(
        max_length=500, help_text="Why it is safe to load: it only holds data. Kept in the audit log."
    )


class PromoteForm(forms.Form):
    alias = forms.ChoiceField(choices=Alias.choices, help_text="The champion answers from then on.")
    reason = forms.CharField(max_length=500, required=False, help_text="Kept in the history.")


class DriftForm(forms.Form):
    """The newest predictions, or those of a period; the service says when it cannot be both."""

    last = forms.IntegerField(
        label="Newest predictions",
        required=False,
        min_value=1,
        max_value=MOST_LAST,
        help_text=f"{DEFAULT_LAST:,} when nothing is given.",
    )
    window_from = forms.DateField(
        label="Or from", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    window_to = forms.DateField(
        label="Until before", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class WatchForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label="Time zone", help_text="That cron lines are meant in.")

    class Meta:
        model = Watch
        fields = [
            "cron", "every_minutes", "time_zone", "paused", "window_rows", "reference", "reference_run",
            "reference_windows",
        ]  # fmt: skip
        labels = {
            "cron": "Check at (cron)",
            "every_minutes": "Or every so many minutes",
            "window_rows": "Predictions a window",
            "reference": "Compared with",
            "reference_run": "Fixed window",
            "reference_windows": "Windows of a reference that moves on",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]  # a choice field
        pinnable = DriftRun.objects.pinnable(self.instance.model.champion_id)
        self.fields["reference_run"].queryset = pinnable  # type: ignore[attr-defined]  # a choice of rows
        self.fields["reference_run"].label_from_instance = _window_label  # type: ignore[attr-defined]


def _window_label(run: DriftRun) -> str:
    said = ", drifted" if run.drifted else ", no drift"
    return f"Run {run.pk}: {run.current_from:%d %b %Y %H:%M} to {run.current_to:%d %b %Y %H:%M}{said}"


class PolicyForm(forms.Form):
    """What counts as drift: the method, how many false alarms, and how closely each column is watched."""

    method = forms.ChoiceField(help_text="The combined default tests all that can change, at a stated rate.")
    threshold = forms.FloatField(
        required=False, min_value=0, help_text="Own limit for a single method: a p-value, or a distance."
    )
    q = forms.FloatField(
        label="False alarms tolerated, rows independent",
        min_value=1e-6,
        max_value=0.5,
        help_text="0.01: one check in a hundred without drift raises anything.",
    )
    window_alpha = forms.FloatField(
        label="False alarms tolerated, windows compared",
        min_value=0.001,
        max_value=0.5,
        help_text="The same once 20 earlier windows tell what is usual.",
    )
    minimum_current = forms.IntegerField(label="Fewest rows compared", min_value=2)
    joint_floor = forms.FloatField(
        label="Change that matters in how columns go together",
        min_value=0.01,
        max_value=0.5,
        help_text="How much better whole rows tell windows apart than single columns do; 0.5 never alarms.",
    )

    def __init__(self, *args: Any, columns: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        default = ("default", "Combined default")
        self.fields["method"].choices = [default, *((m.key, m.label) for m in METHODS)]  # type: ignore[attr-defined]
        self._columns = {f"column_{place}": name for place, name in enumerate(columns)}
        for key, name in self._columns.items():
            self.fields[key] = forms.FloatField(
                label=f"Factor for {name}", min_value=0, max_value=1000, initial=1.0
            )

    @classmethod
    def of(cls, told: Mapping[str, Any], *, columns: Sequence[str]) -> "PolicyForm":
        """The form of a policy as it is."""
        factors = {f"column_{place}": told["columns"].get(name, 1.0) for place, name in enumerate(columns)}
        return cls(initial={**told, **factors}, columns=columns)

    @classmethod
    def told(cls, policy: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """What differs from the default policy, each with the label of its field."""
        labels = {name: str(field.label or pretty_name(name)) for name, field in cls.base_fields.items()}
        told = [(labels.get(name, name), value) for name, value in policy.items() if name != "columns"]
        return told + [(f"Factor for {name}", by) for name, by in policy.get("columns", {}).items()]

    @property
    def policy(self) -> dict[str, Any]:
        """The fields that ``services.read_policy`` takes; only of a valid form."""
        told = {key: value for key, value in self.cleaned_data.items() if key not in self._columns}
        factors = {name: self.cleaned_data[key] for key, name in self._columns.items()}
        return told | {"columns": {name: factor for name, factor in factors.items() if factor != 1.0}}

    @property
    def general(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self._columns]

    @property
    def factors(self) -> list[forms.BoundField]:
        return [self[key] for key in self._columns]


def costs_form(
    classes: Sequence[str], data: Mapping[str, Any] | None, costs: Mapping[str, Any]
) -> forms.Form:
    """One number for each pair of classes; all empty for no costs."""
    form = forms.Form(data)
    known = costs.get("costs") if costs.get("classes") == list(classes) else None
    for i, actual in enumerate(classes):
        for j, predicted in enumerate(classes):
            label = f"{actual}, and right" if i == j else f"{actual} taken for {predicted}"
            initial = known[i][j] if known else None
            form.fields[f"cost-{i}-{j}"] = forms.FloatField(label=label, required=False, initial=initial)
    return form


def costs_in(form: forms.Form, classes: Sequence[str]) -> list[list[float]]:
    """What a valid ``costs_form`` says: a field left empty costs nothing, all empty means no costs."""
    found = [[form.cleaned_data[f"cost-{i}-{j}"] for j in range(len(classes))] for i in range(len(classes))]
    if all(cost is None for row in found for cost in row):
        return []
    return [[cost or 0.0 for cost in row] for row in found]


def instance_form(
    signature: Signature, data: Mapping[str, Any] | None, initial: dict[str, Any]
) -> forms.Form:
    """A form with one field a feature; its cleaned data is an instance."""
    form = forms.Form(data, initial=initial, prefix="feature")
    for feature in signature.features:
        form.fields[feature.name] = _field(feature)
    return form


def _field(feature: Feature) -> forms.Field:
    named: dict[str, Any] = {"label": feature.name, "required": feature.required, "help_text": _help(feature)}
    match feature.type:
        case FeatureType.NUMBER:
            return forms.FloatField(**named)
        case FeatureType.INTEGER:
            return forms.IntegerField(**named)
        case FeatureType.BOOLEAN:
            return forms.BooleanField(**named | {"required": False})
        case FeatureType.TEXT if feature.categories and not feature.open:
            return forms.ChoiceField(choices=[(name, name) for name in sorted(feature.categories)], **named)
        case _:
            return forms.CharField(max_length=1_000, **named)


def _help(feature: Feature) -> str:
    seen = ""
    if feature.minimum is not None and feature.maximum is not None:
        seen = f"In training {feature.minimum:g} to {feature.maximum:g}."
    elif feature.open and feature.categories:
        seen = f"In training most often {', '.join(feature.categories[:SHOWN_CATEGORIES])}."
    return f"{feature.description} {seen}".strip()
