"""Pages of the quality room."""

from django.urls import path

from quality.views import compare, connecting, contracts, managing, reading, rules, runs, sources, suggestions

app_name = "quality"
urlpatterns = [
    path("", sources.source_list, name="source_list"),
    path("upload/", runs.upload, name="upload"),
    path("sources/new/", connecting.source_new, name="source_new"),
    path("sources/new/<slug:origin>/", connecting.source_create, name="source_create"),
    path("sources/<int:pk>/connection/", connecting.source_connection, name="source_connection"),
    path("sources/<int:pk>/schedule/", managing.source_schedule, name="source_schedule"),
    path("sources/<int:pk>/retention/", managing.source_retention, name="source_retention"),
    path("sources/<int:pk>/importance/", managing.source_importance, name="source_importance"),
    path("sources/<int:pk>/pause/", managing.source_pause, name="source_pause"),
    path("sources/<int:pk>/archive/", managing.source_archive, name="source_archive"),
    path("sources/<int:pk>/", sources.source_detail, name="source_detail"),
    path("sources/<int:pk>/columns/", sources.source_columns, name="source_columns"),
    path("sources/<int:pk>/rules/", rules.source_rules, name="source_rules"),
    path("sources/<int:pk>/rules/add/", rules.rule_add, name="rule_add"),
    path("sources/<int:pk>/rules/<int:rule_pk>/remove/", rules.rule_remove, name="rule_remove"),
    path("sources/<int:pk>/rules/<int:rule_pk>/", rules.rule_edit, name="rule_edit"),
    path("sources/<int:pk>/suggestions/", suggestions.source_suggestions, name="source_suggestions"),
    path("sources/<int:pk>/suggestions/ask/", suggestions.suggestions_ask, name="suggestions_ask"),
    path("sources/<int:pk>/suggestions/decide/", suggestions.suggestions_decide, name="suggestions_decide"),
    path("runs/<int:pk>/expect/", suggestions.run_expect, name="run_expect"),
    path("sources/<int:pk>/schema/", sources.source_schema, name="source_schema"),
    path("sources/<int:pk>/contract/", contracts.source_contract, name="source_contract"),
    path("sources/<int:pk>/contract/preview/", contracts.contract_preview, name="contract_preview"),
    path("sources/<int:pk>/contract/download/", contracts.contract_download, name="contract_download"),
    path("sources/<int:pk>/contract/<int:number>/", contracts.contract_version, name="contract_version"),
    path("sources/<int:pk>/runs/", sources.source_runs, name="source_runs"),
    path("sources/<int:pk>/settings/", managing.source_settings, name="source_settings"),
    path("sources/<int:pk>/missing/", reading.source_missing, name="source_missing"),
    path("sources/<int:pk>/delete/", managing.source_delete, name="source_delete"),
    path("sources/<int:pk>/run/", sources.run_now, name="run_now"),
    path("runs/<int:pk>/", runs.run_detail, name="run_detail"),
    path("runs/<int:pk>/columns/<int:position>/", runs.run_column, name="run_column"),
    path("runs/<int:pk>/reading/", reading.run_reading, name="run_reading"),
    path("runs/<int:pk>/rejects.csv", reading.run_rejects, name="run_rejects"),
    path("runs/<int:pk>/cancel/", runs.run_cancel, name="run_cancel"),
    path("runs/<int:pk>/accept/", runs.run_accept, name="run_accept"),
    path("runs/<int:pk>/compare/", compare.run_compare, name="run_compare"),
    path("runs/<int:pk>/pin/", runs.run_pin, name="run_pin"),
]
