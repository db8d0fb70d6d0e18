"""Pages of this room."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

app_name = "models"


def _p(request: HttpRequest, **k: object) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("<slug:name>/", _p, name="model_detail"),
    path("<slug:name>/versions/<int:number>/", _p, name="version_detail"),
    path("<slug:name>/drift/<int:pk>/", _p, name="drift_detail"),
]
