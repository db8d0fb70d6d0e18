"""Pages of the models room."""

from django.urls import path

from models_registry.views import (
    backtests,
    drift,
    ingesting,
    listing,
    models,
    performance,
    scoring,
    serving,
    versions,
    watching,
)

app_name = "models"
urlpatterns = [
    path("", listing.model_list, name="model_list"),
    path("bulk/", listing.model_bulk, name="model_bulk"),
    path("deploy/", versions.deploy, name="deploy"),
    path("deploy/upload/", versions.deploy_upload, name="deploy_upload"),
    path("allowed-types/", versions.allowed_types, name="allowed_types"),
    path("allowed-types/<int:pk>/remove/", versions.allowed_type_remove, name="allowed_type_remove"),
    path("<slug:name>/", models.model_detail, name="model_detail"),
    path("<slug:name>/performance/", performance.model_performance, name="model_performance"),
    path("<slug:name>/files/", ingesting.model_ingests, name="model_ingests"),
    path("<slug:name>/files/<int:pk>/cancel/", ingesting.ingest_cancel, name="ingest_cancel"),
    path("<slug:name>/costs/", performance.model_costs, name="model_costs"),
    path("<slug:name>/metrics/", performance.model_metrics, name="model_metrics"),
    path("<slug:name>/predictions/", models.model_predictions, name="model_predictions"),
    path("<slug:name>/try/", serving.try_it, name="model_try"),
    path("<slug:name>/scoring/", scoring.model_scoring, name="model_scoring"),
    path("<slug:name>/scoring/<int:pk>/cancel/", scoring.scoring_cancel, name="scoring_cancel"),
    path("<slug:name>/compare/", versions.compare, name="model_compare"),
    path("<slug:name>/versions/", models.model_versions, name="model_versions"),
    path("<slug:name>/versions/<int:number>/", versions.version_detail, name="version_detail"),
    path("<slug:name>/versions/<int:number>/promote/", versions.promote, name="promote"),
    path("<slug:name>/versions/<int:number>/cancel/", versions.deploy_cancel, name="deploy_cancel"),
    path("<slug:name>/aliases/<slug:alias>/withdraw/", versions.withdraw, name="alias_withdraw"),
    path("<slug:name>/settings/", watching.model_settings, name="model_settings"),
    path("<slug:name>/settings/about/", watching.model_about, name="model_about"),
    path("<slug:name>/settings/policy/", watching.model_policy, name="model_policy"),
    path("<slug:name>/backtests/<int:pk>/", backtests.backtest_detail, name="backtest_detail"),
    path("<slug:name>/backtests/<int:pk>/adopt/", backtests.backtest_adopt, name="backtest_adopt"),
    path("<slug:name>/backtests/<int:pk>/cancel/", backtests.backtest_cancel, name="backtest_cancel"),
    path("<slug:name>/drift/", drift.model_drift, name="model_drift"),
    path("<slug:name>/drift/check/", drift.check_drift, name="check_drift"),
    path("<slug:name>/drift/<int:pk>/", drift.drift_detail, name="drift_detail"),
    path("<slug:name>/drift/<int:pk>/cancel/", drift.drift_cancel, name="drift_cancel"),
    path("<slug:name>/drift/<int:pk>/expected/", drift.drift_expected, name="drift_expected"),
]
