"""Pages of this room."""

from django.urls import path

from alerts.views import alerts, analytics, channels, deliveries, links, policies, routes, silences, templates

app_name = "alerts"
urlpatterns = [
    path("", alerts.alert_list, name="alert_list"),
    path("acknowledge/", links.acknowledge_link, name="acknowledge_link"),
    path("analytics/", analytics.analytics, name="analytics"),
    path("export.csv", analytics.alert_export, name="alert_export"),
    path("bulk/", alerts.alert_bulk, name="alert_bulk"),
    path("<int:pk>/", alerts.alert_detail, name="alert_detail"),
    path("<int:pk>/acknowledge/", alerts.alert_acknowledge, name="alert_acknowledge"),
    path("<int:pk>/resolve/", alerts.alert_resolve, name="alert_resolve"),
    path("<int:pk>/snooze/", alerts.alert_snooze, name="alert_snooze"),
    path("<int:pk>/unsnooze/", alerts.alert_unsnooze, name="alert_unsnooze"),
    path("<int:pk>/reopen/", alerts.alert_reopen, name="alert_reopen"),
    path("<int:pk>/assign/", alerts.alert_assign, name="alert_assign"),
    path("<int:pk>/comment/", alerts.alert_comment, name="alert_comment"),
    path("deliveries/", deliveries.delivery_list, name="delivery_list"),
    path("deliveries/<int:pk>/retry/", deliveries.delivery_retry, name="delivery_retry"),
    path("channels/", channels.channel_list, name="channel_list"),
    path("channels/new/<slug:kind>/", channels.channel_create, name="channel_create"),
    path("channels/<int:pk>/", channels.channel_edit, name="channel_edit"),
    path("channels/<int:pk>/test/", channels.channel_test, name="channel_test"),
    path("routes/", routes.route_list, name="route_list"),
    path("routes/new/", routes.route_create, name="route_create"),
    path("routes/<int:pk>/", routes.route_edit, name="route_edit"),
    path("routes/<int:pk>/delete/", routes.route_delete, name="route_delete"),
    path("policies/", policies.policy_list, name="policy_list"),
    path("policies/new/", policies.policy_create, name="policy_create"),
    path("policies/<int:pk>/", policies.policy_edit, name="policy_edit"),
    path("policies/<int:pk>/delete/", policies.policy_delete, name="policy_delete"),
    path("templates/", templates.template_list, name="template_list"),
    path("templates/<slug:kind>/", templates.template_edit, name="template_edit"),
    path("templates/<slug:kind>/reset/", templates.template_reset, name="template_reset"),
    path("silences/", silences.silence_list, name="silence_list"),
    path("silences/new/", silences.silence_create, name="silence_create"),
    path("silences/<int:pk>/", silences.silence_edit, name="silence_edit"),
    path("silences/<int:pk>/end/", silences.silence_end, name="silence_end"),
]
