"""API paths of this room, below ``/api/v1/alerts``."""

from django.urls import include, path

from alerts.api.views import (
    alerts,
    channels,
    deliveries,
    personal,
    policies,
    retention,
    routes,
    saved,
    silences,
    templates,
)

below = [
    path("summary", alerts.SummaryView.as_view(), name="api-alerts-summary"),
    path("analytics", alerts.AnalyticsView.as_view(), name="api-alerts-analytics"),
    path("alertmanager", alerts.AlertmanagerView.as_view(), name="api-alerts-alertmanager"),
    path("inbox", personal.InboxView.as_view(), name="api-alerts-inbox"),
    path("inbox/read", personal.InboxReadView.as_view(), name="api-alerts-inbox-read"),
    path("preferences", personal.PreferencesView.as_view(), name="api-alerts-preferences"),
    path("watches", personal.WatchListView.as_view(), name="api-alerts-watches"),
    path("watches/<int:pk>", personal.WatchView.as_view(), name="api-alerts-watch"),
    path("<int:pk>", alerts.AlertView.as_view(), name="api-alert"),
    path("<int:pk>/acknowledge", alerts.AcknowledgeView.as_view(), name="api-alert-acknowledge"),
    path("<int:pk>/assign", alerts.AssignView.as_view(), name="api-alert-assign"),
    path("<int:pk>/snooze", alerts.SnoozeView.as_view(), name="api-alert-snooze"),
    path("<int:pk>/unsnooze", alerts.UnsnoozeView.as_view(), name="api-alert-unsnooze"),
    path("<int:pk>/resolve", alerts.ResolveView.as_view(), name="api-alert-resolve"),
    path("<int:pk>/reopen", alerts.ReopenView.as_view(), name="api-alert-reopen"),
    path("<int:pk>/patience", alerts.PatienceView.as_view(), name="api-alert-patience"),
    path("<int:pk>/comment", alerts.CommentView.as_view(), name="api-alert-comment"),
    path("channels", channels.ChannelListView.as_view(), name="api-alerts-channels"),
    path("channels/<int:pk>", channels.ChannelView.as_view(), name="api-alerts-channel"),
    path("channels/<int:pk>/test", channels.ChannelTestView.as_view(), name="api-alerts-channel-test"),
    path("routes", routes.RouteListView.as_view(), name="api-alerts-routes"),
    path("routes/preview", routes.RoutePreviewView.as_view(), name="api-alerts-route-preview"),
    path("routes/<int:pk>", routes.RouteView.as_view(), name="api-alerts-route"),
    path("policies", policies.PolicyListView.as_view(), name="api-alerts-policies"),
    path("policies/<int:pk>", policies.PolicyView.as_view(), name="api-alerts-policy"),
    path("retention", retention.RetentionView.as_view(), name="api-alerts-retention"),
    path("retention/preview", retention.RetentionPreviewView.as_view(), name="api-alerts-retention-preview"),
    path("templates", templates.TemplateListView.as_view(), name="api-alerts-templates"),
    path("templates/<slug:kind>", templates.TemplateView.as_view(), name="api-alerts-template"),
    path(
        "templates/<slug:kind>/preview",
        templates.TemplatePreviewView.as_view(),
        name="api-alerts-template-preview",
    ),
    path("silences", silences.SilenceListView.as_view(), name="api-alerts-silences"),
    path("silences/<int:pk>", silences.SilenceView.as_view(), name="api-alerts-silence"),
    path("views", saved.SavedViewListView.as_view(), name="api-alerts-views"),
    path("views/<int:pk>", saved.SavedViewView.as_view(), name="api-alerts-view"),
    path("deliveries", deliveries.DeliveryListView.as_view(), name="api-alerts-deliveries"),
    path("deliveries/<int:pk>", deliveries.DeliveryView.as_view(), name="api-alerts-delivery"),
    path(
        "deliveries/<int:pk>/retry", deliveries.DeliveryRetryView.as_view(), name="api-alerts-delivery-retry"
    ),
]

urlpatterns = [
    path("alerts", alerts.AlertListView.as_view(), name="api-alerts"),
    path("alerts/", include(below)),
]
