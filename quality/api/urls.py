"""API paths of the quality room, under /api/v1/data-quality/."""

from django.urls import path

from quality.api import contracts, scoring, views

app_name = "quality-api"
urlpatterns = [
    path("upload", views.UploadView.as_view(), name="upload"),
    path("summary", views.SummaryView.as_view(), name="summary"),
    path("sources", views.SourceListView.as_view(), name="source-list"),
    path("sources/<int:pk>", views.SourceView.as_view(), name="source-detail"),
    path("sources/<int:pk>/quality", views.SourceQualityView.as_view(), name="source-quality"),
    path("sources/<int:pk>/check", views.SourceCheckView.as_view(), name="source-check"),
    path("sources/<int:pk>/rules", views.RuleListView.as_view(), name="rule-list"),
    path("sources/<int:pk>/rules/<int:rule_pk>", views.RuleView.as_view(), name="rule-detail"),
    path("checks/<int:pk>", views.CheckRunView.as_view(), name="check-detail"),
    path("scoring", scoring.ScoringView.as_view(), name="scoring"),
    path("sources/<int:pk>/contract", contracts.ContractView.as_view(), name="source-contract"),
    path(
        "sources/<int:pk>/contract/versions",
        contracts.ContractVersionsView.as_view(),
        name="source-contract-versions",
    ),
    path("sources/<int:pk>/baseline", scoring.BaselineView.as_view(), name="source-baseline"),
    path("checks/<int:pk>/score", scoring.CheckRunScoreView.as_view(), name="check-score"),
    path("checks/<int:pk>/cancel", views.CheckRunCancelView.as_view(), name="check-cancel"),
    path("checks/<int:pk>/profile", views.CheckRunProfileView.as_view(), name="check-profile"),
    path("checks/<int:pk>/rejects", views.CheckRunRejectsView.as_view(), name="check-rejects"),
]
