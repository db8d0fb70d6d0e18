"""API paths of the dashboard, under /api/v1/dashboard/."""

from django.urls import path

from dashboard.api import samples, views

app_name = "dashboard-api"
urlpatterns = [
    path("overview", views.OverviewView.as_view(), name="overview"),
    path("trends", views.TrendsView.as_view(), name="trends"),
    path("recent-activity", views.RecentActivityView.as_view(), name="recent-activity"),
    path("audit", views.AuditView.as_view(), name="audit"),
    path("samples", samples.SamplesView.as_view(), name="samples"),
    path("samples/jobs/<int:pk>", samples.SampleRunView.as_view(), name="sample-run"),
    path("settings", views.SettingsView.as_view(), name="settings"),
    path("settings/reset", views.SettingResetView.as_view(), name="setting-reset"),
    path("system-status", views.SystemStatusView.as_view(), name="system-status"),
]
