"""Endpoints of suggested rules, back-tests and expected numbers."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from dataops.web.api.base import AcceptedSerializer, ApiView, accepted
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem
from dataops.web.runs import Trigger
from quality import selectors, services
from quality.api.rules import RuleSerializer
from quality.forms.filters import SuggestionFilter
from quality.models import CheckResult, CheckRun, DataSource, SuggestedRule

TAGS = ["data quality"]


class SuggestionSerializer(serializers.ModelSerializer):
    check = serializers.CharField(source="kind")

    class Meta:
        model = SuggestedRule
        fields = [
            "id", "check", "column", "params", "warn", "fail", "evidence", "looked_at", "holds", "confidence",
            "verdict", "state",
        ]  # fmt: skip


class SuggestionsSerializer(serializers.Serializer):
    """The open suggestions of a source, and how the newest look at its data stands."""

    status = serializers.CharField(allow_null=True, help_text="Of the newest look; null before the first.")
    progress = serializers.FloatField(allow_null=True)
    error = serializers.CharField()
    suggestions = SuggestionSerializer(many=True)


class SuggestionsView(ApiView):
    """What the data of a source proposes."""

    permissions = {"POST": "quality.change_check"}

    @extend_schema(
        operation_id="data_quality_suggestions",
        parameters=[
            OpenApiParameter(name, enum=[value for value, _ in field.extra.get("choices", ())] or None)
            for name, field in SuggestionFilter.base_filters.items()
        ],
        responses=SuggestionsSerializer,
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> Response:
        source = _source(pk)
        filters = SuggestionFilter(request.query_params, queryset=source.suggested_rules.proposed())
        if not filters.is_valid():
            raise ValidationError(filters.errors)
        job = source.suggestion_runs.first()
        body = {
            "status": job.state if job else None,
            "progress": job.progress if job else None,
            "error": job.error if job else "",
            "suggestions": filters.qs,
        }
        return Response(SuggestionsSerializer(body).data)

    @extend_schema(
        operation_id="data_quality_suggest", request=None, responses={202: AcceptedSerializer}, tags=TAGS
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        try:
            job = services.request_suggestions(_source(pk), by=request.user, trigger=Trigger.API)
        except services.NothingToLearn as error:
            raise Problem(409, str(error), code="no_data") from error
        return accepted(job, reverse("quality-api:suggestion-list", args=[pk]))


class EditSerializer(serializers.Serializer):
    params = serializers.DictField(required=False)
    warn = serializers.FloatField(required=False, allow_null=True)
    fail = serializers.FloatField(required=False, allow_null=True)  # type: ignore[assignment]  # DRF has a method of this name


class ChosenSerializer(serializers.Serializer):
    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        required=False,
        max_length=1000,
        help_text="Left out: all that are open.",
    )


class AcceptSerializer(ChosenSerializer):
    edits = serializers.DictField(
        child=EditSerializer(), required=False, help_text="By id: what differs from the suggestion."
    )

    def validate_edits(self, value: dict[str, Any]) -> dict[int, Any]:
        if wrong := [key for key in value if not key.isdecimal()]:
            raise serializers.ValidationError(f"{wrong[0]!r} is no id.")
        return {int(key): edit for key, edit in value.items()}


class SuggestionsAcceptView(ApiView):
    """Make rules of suggestions: all, some, changed if need be; all of them or none."""

    permissions = {"POST": "quality.change_check"}

    @extend_schema(
        operation_id="data_quality_suggestions_accept",
        request=AcceptSerializer,
        responses={201: RuleSerializer(many=True)},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        form = AcceptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        rules = services.accept_suggestions(_source(pk), by=request.user, **form.validated_data)
        return Response(RuleSerializer(rules, many=True).data, status=201)


class DismissedSerializer(serializers.Serializer):
    dismissed = serializers.IntegerField()


class SuggestionsDismissView(ApiView):
    """Leave suggestions; they are not made again."""

    permissions = {"POST": "quality.change_check"}

    @extend_schema(
        operation_id="data_quality_suggestions_dismiss",
        request=ChosenSerializer,
        responses=DismissedSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        form = ChosenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        count = services.dismiss_suggestions(_source(pk), by=request.user, **form.validated_data)
        return Response({"dismissed": count})


class ExpectedSerializer(serializers.Serializer):
    result = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="Id of an unusual number among the results of the run."
    )


class ExpectedNumbersSerializer(serializers.Serializer):
    expected = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="Pairs of column and metric."
    )


class ExpectedView(ApiView):
    """An unusual number was expected: it is normal from now on, and its alert is resolved."""

    permissions = {"POST": "quality.run_checks"}

    @extend_schema(
        operation_id="data_quality_check_expected",
        request=ExpectedSerializer,
        responses=ExpectedNumbersSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        form = ExpectedSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        run = get_object_or_404(CheckRun, pk=pk)
        result = get_object_or_404(CheckResult, run=run, pk=form.validated_data["result"])
        try:
            run = services.expect_result(result, by=request.user)
        except services.NotUnusual as error:
            raise Problem(409, str(error), code="not_unusual") from error
        return Response({"expected": run.expected_numbers})


def _source(pk: int) -> DataSource:
    return get_object_or_404(selectors.sources(), pk=pk)
