"""The site map."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from drf_spectacular.views import SpectacularSwaggerSplitView

from dataops.web import views
from dataops.web.sign_in import admin_door
from models_registry.api.views.inference import ServerView

# Programs ask most often: theirs are looked at first.
urlpatterns = [
    path("api/v1/", include("dataops.api")),
    path("v2/", include("models_registry.api.inference_urls")),
    path("", include("dashboard.urls")),
    path("quality/", include("quality.urls")),
    path("models/", include("models_registry.urls")),
    path("alerts/", include("alerts.urls")),
    path("accounts/", include("dataops.web.account_urls")),
    path("admin/login/", admin_door),
    path("admin/", admin.site.urls),
    path("v2", ServerView.as_view(), name="inference-server"),
    path("docs", login_required(SpectacularSwaggerSplitView.as_view(url_name="schema")), name="docs"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.prometheus, name="metrics"),
]

handler400 = "dataops.web.errors.bad_request"
handler403 = "dataops.web.errors.permission_denied"
handler404 = "dataops.web.errors.not_found"
handler500 = "dataops.web.errors.server_error"
