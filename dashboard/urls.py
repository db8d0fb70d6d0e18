"""Pages over all rooms: the dashboard and the settings."""

from django.urls import include, path

from dashboard import views

settings_patterns = ([path("", views.settings_home, name="home")], "settings")
dashboard_patterns = ([path("", views.home, name="home")], "dashboard")

urlpatterns = [
    path("", include(dashboard_patterns)),
    path("settings/", include(settings_patterns)),
]
