"""API paths of the registry, under /api/v1/model-monitoring/."""

from django.urls import path

from models_registry.api.views import drift, ingesting, registry, scoring, serving, watching

app_name = "models-api"
urlpatterns = [
    path("models/<slug:name>/predict", serving.PredictView.as_view(), name="predict"),
    path("deploy", registry.DeployView.as_view(), name="deploy"),
    path("deploys/<int:pk>", registry.DeployRunView.as_view(), name="deploy-detail"),
    path("deploys/<int:pk>/cancel", registry.DeployCancelView.as_view(), name="deploy-cancel"),
    path("allowed-types", registry.AllowedTypesView.as_view(), name="allowed-type-list"),
    path("allowed-types/<int:pk>", registry.AllowedTypeView.as_view(), name="allowed-type"),
    path("summary", registry.SummaryView.as_view(), name="summary"),
    path("models", registry.ModelListView.as_view(), name="model-list"),
    path("models/<slug:name>", registry.ModelView.as_view(), name="model-detail"),
    path("models/<slug:name>/versions", registry.VersionListView.as_view(), name="version-list"),
    path("models/<slug:name>/versions/<int:number>", registry.VersionView.as_view(), name="version-detail"),
    path(
        "models/<slug:name>/versions/<int:number>/compare/<int:other>",
        registry.CompareView.as_view(),
        name="compare",
    ),
    path("models/<slug:name>/versions/<int:number>/promote", registry.PromoteView.as_view(), name="promote"),
    path("models/<slug:name>/aliases/<slug:alias>", registry.AliasView.as_view(), name="alias"),
    path("models/<slug:name>/scorings", scoring.ScoringListView.as_view(), name="scoring-list"),
    path("models/<slug:name>/scorings/<int:pk>", scoring.ScoringView.as_view(), name="scoring-detail"),
    path(
        "models/<slug:name>/scorings/<int:pk>/cancel",
        scoring.ScoringCancelView.as_view(),
        name="scoring-cancel",
    ),
    path("models/<slug:name>/predictions", serving.PredictionListView.as_view(), name="prediction-list"),
    path("models/<slug:name>/actuals", serving.ActualsView.as_view(), name="actuals"),
    path("models/<slug:name>/use", serving.UseView.as_view(), name="use"),
    path("models/<slug:name>/performance", serving.PerformanceView.as_view(), name="performance"),
    path(
        "models/<slug:name>/performance/<int:pk>",
        serving.PerformanceDetailView.as_view(),
        name="performance-detail",
    ),
    path("models/<slug:name>/files", ingesting.IngestListView.as_view(), name="ingest-list"),
    path("models/<slug:name>/files/<int:pk>", ingesting.IngestView.as_view(), name="ingest-detail"),
    path(
        "models/<slug:name>/files/<int:pk>/cancel", ingesting.IngestCancelView.as_view(), name="ingest-cancel"
    ),
    path("models/<slug:name>/costs", serving.CostsView.as_view(), name="costs"),
    path("models/<slug:name>/metrics", serving.MetricsView.as_view(), name="metrics"),
    path("models/<slug:name>/drift-check", drift.DriftCheckView.as_view(), name="drift-check"),
    path("models/<slug:name>/drift", drift.DriftListView.as_view(), name="drift-list"),
    path("models/<slug:name>/drift/<int:pk>", drift.DriftView.as_view(), name="drift-detail"),
    path(
        "models/<slug:name>/drift/<int:pk>/report.html", drift.DriftReportView.as_view(), name="drift-report"
    ),
    path("drift-policy", watching.SharedPolicyView.as_view(), name="drift-policy"),
    path("models/<slug:name>/drift-backtest", watching.BacktestView.as_view(), name="drift-backtest"),
    path(
        "models/<slug:name>/drift-backtest/<int:pk>",
        watching.BacktestRunView.as_view(),
        name="drift-backtest-detail",
    ),
    path(
        "models/<slug:name>/drift-backtest/<int:pk>/cancel",
        watching.BacktestCancelView.as_view(),
        name="drift-backtest-cancel",
    ),
    path("models/<slug:name>/watch", watching.WatchView.as_view(), name="watch"),
    path(
        "models/<slug:name>/drift/<int:pk>/expected",
        drift.DriftExpectedView.as_view(),
        name="drift-expected",
    ),
    path("models/<slug:name>/drift/<int:pk>/cancel", drift.DriftCancelView.as_view(), name="drift-cancel"),
]
