"""Endpoints of the score: how it came about, what would change it, what it is judged by."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.engine.score import CRITICAL_CAP, FORMULA, Step
from dataops.web import global_settings
from dataops.web.api.base import ApiView, given
from dataops.web.api.problems import Problem
from quality import selectors, services
from quality.models import CheckResult, CheckRun, DataSource
from quality.services import scoring

TAGS = ["data quality"]


class CheckStep(serializers.Serializer):
    id = serializers.IntegerField(help_text="Of the result.")
    check = serializers.CharField()
    message = serializers.CharField()
    points_lost = serializers.FloatField()
    score_if_fixed = serializers.FloatField(allow_null=True)


class ColumnStep(serializers.Serializer):
    column = serializers.CharField(help_text="Empty for the whole table.")
    points_lost = serializers.FloatField()
    score_if_fixed = serializers.FloatField(allow_null=True)
    checks = CheckStep(many=True)


class DimensionStep(serializers.Serializer):
    dimension = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="Score of the dimension alone, 0 to 1.")
    points_lost = serializers.FloatField()
    score_if_fixed = serializers.FloatField(allow_null=True)
    columns = ColumnStep(many=True)


class RuleSetSerializer(serializers.Serializer):
    digest = serializers.CharField()
    formula = serializers.CharField()
    weights = serializers.DictField(child=serializers.FloatField())
    importance = serializers.DictField(child=serializers.FloatField())
    rules = serializers.ListField(child=serializers.DictField())


class WhatIfSerializer(serializers.Serializer):
    fixed = serializers.ListField(child=serializers.CharField())
    score = serializers.FloatField(allow_null=True)


class ScoreSerializer(serializers.Serializer):
    """The score of a run taken apart; the points lost sum to 1 - score at every level."""

    score = serializers.FloatField(allow_null=True)
    coverage = serializers.FloatField(allow_null=True)
    validity_coverage = serializers.FloatField(allow_null=True)
    formula = serializers.CharField()
    cap = serializers.FloatField(allow_null=True, help_text="Set when failed critical checks hold it down.")
    capped_by = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of those results.")
    dimensions = DimensionStep(many=True)
    what_if = WhatIfSerializer(allow_null=True)
    rule_set = RuleSetSerializer(allow_null=True)


class CheckRunScoreView(ApiView):
    """Where the points of one run went, and what fixing something would give."""

    @extend_schema(
        operation_id="data_quality_check_score",
        parameters=[
            OpenApiParameter(
                "fix",
                many=True,
                description="What if this were perfect: dimension:validity, column:email or check:17 "
                "(the id of a result); several are fixed together.",
            )
        ],
        responses=ScoreSerializer,
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        run = get_object_or_404(CheckRun.objects.select_related("rule_set"), pk=pk)
        detail = selectors.score_detail(run)
        fixed = request.query_params.getlist("fix")
        _refuse_unknown(fixed)
        capping = [result.pk for result in selectors.capping_results(run)]
        body = {
            "score": run.score,
            "coverage": run.coverage,
            "validity_coverage": run.validity_coverage,
            "formula": run.formula,
            "cap": CRITICAL_CAP if capping else None,
            "capped_by": capping,
            "dimensions": [_dimension(run, step, detail.results) for step in detail.steps],
            "what_if": {"fixed": fixed, "score": detail.fixed(fixed)} if fixed else None,
            "rule_set": run.rule_set,
        }
        return Response(ScoreSerializer(body).data)


def _refuse_unknown(fixed: list[str]) -> None:
    for part in fixed:
        if part.partition(":")[0] not in ("dimension", "column", "check") or ":" not in part:
            raise Problem(422, f"fix={part}: give dimension:NAME, column:NAME or check:ID.")


def _dimension(run: CheckRun, step: Step, results: Any) -> dict[str, Any]:
    return {
        "dimension": step.name,
        "value": run.dimensions.get(step.name),
        "points_lost": step.points,
        "score_if_fixed": step.if_fixed,
        "columns": [
            {
                "column": column.name,
                "points_lost": column.points,
                "score_if_fixed": column.if_fixed,
                "checks": [_check(check, results[check.indexes[0]]) for check in column.parts],
            }
            for column in step.parts
        ],
    }


def _check(step: Step, result: CheckResult) -> dict[str, Any]:
    return {
        "id": result.pk,
        "check": result.check_key,
        "message": result.message,
        "points_lost": step.points,
        "score_if_fixed": step.if_fixed,
    }


class LastChangeSerializer(serializers.Serializer):
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class ScoringSerializer(serializers.Serializer):
    """What every source is judged by, unless it has thresholds of its own."""

    formula = serializers.CharField(read_only=True)
    alert_below = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="From here on a score is good."
    )
    critical_below = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="Under this a score is bad."
    )
    weights = serializers.DictField(
        child=serializers.FloatField(min_value=0, max_value=1),
        required=False,
        help_text="Of dimensions; those left out stay. Only proportions count.",
    )
    thresholds_changed = LastChangeSerializer(read_only=True, allow_null=True)
    weights_changed = LastChangeSerializer(read_only=True, allow_null=True)


class ScoringView(ApiView):
    """Thresholds and weights for everybody."""

    permissions = {"PATCH": "web.change_globalsetting"}

    @extend_schema(operation_id="data_quality_scoring", responses=ScoringSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        now = services.thresholds()
        body = {
            "formula": FORMULA,
            "alert_below": now.alert_below,
            "critical_below": now.critical_below,
            "weights": {dimension.value: weight for dimension, weight in services.weights().items()},
            "thresholds_changed": _change(scoring.THRESHOLDS),
            "weights_changed": _change(scoring.WEIGHTS),
        }
        return Response(ScoringSerializer(body).data)

    @extend_schema(
        operation_id="data_quality_scoring_change",
        request=ScoringSerializer,
        responses=ScoringSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request) -> Response:
        services.set_scoring(by=request.user, **given(ScoringSerializer, request, partial=True))
        return self.get(request)


def _change(key: str) -> dict[str, Any] | None:
    row = global_settings.last_change(key)
    if row is None:
        return None
    return {"by": row.changed_by.get_username() if row.changed_by else None, "at": row.changed_at}


class BaselineSerializer(serializers.Serializer):
    check = serializers.IntegerField(
        allow_null=True, help_text="An accepted run of this source; null takes the newest accepted one again."
    )


class BaselineView(ApiView):
    """The run that all later ones of a source are compared with."""

    permissions = {"PUT": "quality.run_checks"}

    @extend_schema(operation_id="data_quality_source_baseline", responses=BaselineSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        source = get_object_or_404(DataSource, pk=pk)
        return Response({"check": source.pinned_baseline_id})

    @extend_schema(
        operation_id="data_quality_source_baseline_pin",
        request=BaselineSerializer,
        responses=BaselineSerializer,
        tags=TAGS,
    )
    def put(self, request: Request, pk: int) -> Response:
        source = get_object_or_404(DataSource, pk=pk)
        form = BaselineSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = form.validated_data["check"]
        run = get_object_or_404(CheckRun, pk=wanted) if wanted is not None else None
        try:
            services.pin_baseline(source, run, by=request.user)
        except services.NotAccepted as error:
            raise Problem(409, str(error), code="not_accepted") from error
        return Response({"check": source.pinned_baseline_id})
