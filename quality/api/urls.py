"""API paths of the quality room, under /api/v1/data-quality/."""

from django.urls import path

from quality.api import contracts, exports, failing_rows, reading, rules, scoring, sources, suggestions, views

app_name = "quality-api"
urlpatterns = [
    path("upload", views.UploadView.as_view(), name="upload"),
    path("preview", reading.PreviewView.as_view(), name="preview"),
    path("checks/<int:pk>/read-again", reading.ReadAgainView.as_view(), name="check-read-again"),
    path("checks/<int:pk>/rejects.csv", reading.RejectsFileView.as_view(), name="check-rejects-file"),
    path("summary", views.SummaryView.as_view(), name="summary"),
    path("sources", views.SourceListView.as_view(), name="source-list"),
    path("sources/<int:pk>", views.SourceView.as_view(), name="source-detail"),
    path("sources/<int:pk>/test", sources.SourceTestView.as_view(), name="source-test"),
    path("sources/<int:pk>/removal", sources.SourceRemovalView.as_view(), name="source-removal"),
    path("sources/<int:pk>/archive", sources.SourceArchiveView.as_view(), name="source-archive"),
    path("sources/<int:pk>/unarchive", sources.SourceUnarchiveView.as_view(), name="source-unarchive"),
    path("sources/<int:pk>/pause", sources.SourcePauseView.as_view(), name="source-pause"),
    path("sources/<int:pk>/resume", sources.SourceResumeView.as_view(), name="source-resume"),
    path("sources/<int:pk>/quality", views.SourceQualityView.as_view(), name="source-quality"),
    path("sources/<int:pk>/read-all", views.SourceReadAllView.as_view(), name="source-read-all"),
    path("sources/<int:pk>/check", views.SourceCheckView.as_view(), name="source-check"),
    path("check-kinds", rules.CheckKindsView.as_view(), name="check-kinds"),
    path("sources/<int:pk>/rules", rules.RuleListView.as_view(), name="rule-list"),
    path("sources/<int:pk>/rules/copy", rules.RulesCopyView.as_view(), name="rules-copy"),
    path("sources/<int:pk>/rules/<int:rule_pk>", rules.RuleView.as_view(), name="rule-detail"),
    path("sources/<int:pk>/rules/suggest", suggestions.SuggestionsView.as_view(), name="suggestion-list"),
    path(
        "sources/<int:pk>/rules/suggest/accept",
        suggestions.SuggestionsAcceptView.as_view(),
        name="suggestion-accept",
    ),
    path(
        "sources/<int:pk>/rules/suggest/dismiss",
        suggestions.SuggestionsDismissView.as_view(),
        name="suggestion-dismiss",
    ),
    path("sources/<int:pk>/rules/backtest", suggestions.BacktestView.as_view(), name="rule-backtest"),
    path("checks/<int:pk>/expected", suggestions.ExpectedView.as_view(), name="check-expected"),
    path("checks/<int:pk>", views.CheckRunView.as_view(), name="check-detail"),
    path("sources/<int:pk>/schema-history", exports.SchemaHistoryView.as_view(), name="schema-history"),
    path("checks/<int:pk>/compare", exports.CompareView.as_view(), name="check-compare"),
    path("checks/<int:pk>/report.html", exports.ReportView.as_view(), name="check-report"),
    path("checks/<int:pk>/junit.xml", exports.JunitView.as_view(), name="check-junit"),
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
    path("checks/<int:pk>/failing-rows", failing_rows.FailingRowsView.as_view(), name="check-failing-rows"),
    path(
        "checks/<int:pk>/failing-rows.csv",
        failing_rows.FailingRowsFileView.as_view(),
        name="check-failing-rows-csv",
    ),
    path("checks/<int:pk>/rejects", failing_rows.CheckRunRejectsView.as_view(), name="check-rejects"),
]
