"""What the endpoints of the registry share."""

from typing import Any, TypeVar

from django.db.models import Model as Row
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import generics

from dataops.web.api.base import ApiView
from dataops.web.words import lazy as _
from models_registry import selectors, services
from models_registry.models import Model, ModelVersion
from quality.models import DataSource

Found = TypeVar("Found", bound=Row)

TAGS = ["model monitoring"]


FLIGHT = {"dep_delay": 24, "distance": 1400, "hour": 17, "carrier": "UA", "origin": "EWR", "dest": "IAH"}


class ListView(ApiView, generics.ListAPIView):
    """A page of rows that belong to the model in the path."""

    filter_backends: tuple[Any, ...] = ()
    empty: QuerySet[Any]

    def rows(self, model: Model) -> QuerySet[Any]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.empty
        return self.rows(find_model(self.kwargs["name"]))


def find_model(name: str) -> Model:
    models = Model.objects.select_related("champion", "challenger", "owner").defer(
        "champion__reference_profile", "challenger__reference_profile"
    )
    if (found := models.filter(name=name).first()) is None:
        raise no_model(name)
    return found


def find_served(name: str) -> Model:
    """The model as it is asked for predictions; one small query."""
    if (found := selectors.served(name)) is None:
        raise no_model(name)
    return found


def no_model(name: str) -> Http404:
    return Http404(_("There is no model %(name)s.") % {"name": f"{name!r}"})


def find_row(rows: QuerySet[Found], number: int, *, what: str, **narrowed: Any) -> Found:
    """The row of that number in the path; ``what`` is what people call such a row."""
    if (found := rows.filter(pk=number, **narrowed).first()) is None:
        raise Http404(_("There is no %(what)s %(number)s here.") % {"what": what, "number": number})
    return found


def find_source(name: str) -> DataSource:
    """The data source of that name, where it is in use."""
    if (found := DataSource.objects.active().filter(name=name).first()) is None:
        said = _(
            "There is no data source %(name)s in use: give the name of one that is not archived, "
            "as GET data-quality/sources lists them."
        )
        raise Http404(said % {"name": f"{name!r}"})
    return found


def find_version(model: Model, number: int | None) -> ModelVersion:
    """The version of that number, the champion without one."""
    if number is None:
        return services.champion_of(model)
    found = model.versions.select_related("model", "created_by").filter(number=number).first()
    if found is None:
        said = _("%(name)s has no version %(number)s.")
        raise Http404(said % {"name": model.name, "number": number})
    return found
