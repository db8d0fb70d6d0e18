"""The mount of each room's API under /api/v1."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from dataops.web.api.auth import TokenView
from dataops.web.api.schema import SchemaOnce

urlpatterns = [
    path("model-monitoring/", include("models_registry.api.urls")),
    path("auth/token", TokenView.as_view(), name="auth-token"),
    path("schema", SpectacularAPIView.as_view(generator_class=SchemaOnce), name="schema"),
    path("data-quality/", include("quality.api.urls")),
    path("", include("alerts.api.urls")),
    path("dashboard/", include("dashboard.api.urls")),
]
