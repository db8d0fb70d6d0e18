"""Endpoints of back-tests: a rule tried on earlier runs, by their profiles at once or by their rows."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from dataops.engine.checks import CHECKS
from dataops.engine.types import Outcome
from dataops.web.api.base import AcceptedSerializer, ApiView, accepted
from dataops.web.api.problems import Problem
from dataops.web.runs import Trigger
from quality import selectors, services
from quality.models import BacktestRun, DataSource

TAGS = ["data quality"]


class BacktestSerializer(serializers.Serializer):
    """A rule to try; limits left out are the check's own."""

    check = serializers.ChoiceField(choices=[(check.key, check.label) for check in CHECKS])
    column = serializers.CharField(required=False, allow_blank=True, default="", max_length=255)
    params = serializers.DictField(required=False, default=dict)
    when = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)
    warn = serializers.FloatField(required=False, allow_null=True, default=None)
    fail = serializers.FloatField(  # type: ignore[assignment]  # DRF has a method of this name
        required=False, allow_null=True, default=None
    )

    rows = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Try it on rows of the newest datasets that are kept, by a worker, not on profiles.",
    )
    last = serializers.IntegerField(
        required=False,
        default=services.LAST,
        min_value=1,
        max_value=services.MOST,
        help_text="On how many datasets at most, with `rows`.",
    )


class TrialSerializer(serializers.Serializer):
    run = serializers.IntegerField()
    outcome = serializers.CharField()
    message = serializers.CharField()


class TriedSerializer(serializers.Serializer):
    """What the rule would have said, by profiles; of a rule tried by a worker see ``url``."""

    runs = serializers.IntegerField(help_text="Stored runs it was tried on, at most 20.")
    judged = serializers.IntegerField(help_text="Those that a profile alone can judge.")
    fired = serializers.IntegerField()
    verdict = serializers.CharField()
    needs_rows = serializers.BooleanField(help_text="Whether `rows` would tell what profiles do not.")
    trials = TrialSerializer(many=True)


class BacktestRunSerializer(serializers.ModelSerializer):
    """A rule tried on rows; ``trials`` are there when it is done, newest first."""

    status = serializers.CharField(source="state")
    check = serializers.CharField(source="kind")
    trials = TrialSerializer(many=True)

    class Meta:
        model = BacktestRun
        fields = ["id", "status", "progress", "stage", "error", "check", "last", "verdict", "trials"]


class BacktestView(ApiView):
    """What a rule would have said of the earlier runs of a source; no rule is stored."""

    permissions = {"POST": "quality.change_check"}

    @extend_schema(
        operation_id="data_quality_rule_backtest",
        request=BacktestSerializer,
        responses={200: TriedSerializer, 202: AcceptedSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        form = BacktestSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        kind, wants_rows, last = (given.pop(name) for name in ("check", "rows", "last"))
        if not wants_rows:
            return Response(_tried(services.try_rule(_source(pk), kind=kind, **given)))
        try:
            job = services.request_backtest(
                _source(pk), kind=kind, last=last, by=request.user, trigger=Trigger.API, **given
            )
        except services.NothingToTry as error:
            raise Problem(409, str(error), code="no_data") from error
        return accepted(job, reverse("quality-api:backtest-detail", args=[pk, job.pk]))


class BacktestRunView(ApiView):
    """How a rule fares on the rows of earlier runs."""

    @extend_schema(operation_id="data_quality_backtest", responses=BacktestRunSerializer, tags=TAGS)
    def get(self, request: Request, pk: int, backtest_pk: int) -> Response:
        job = get_object_or_404(BacktestRun, pk=backtest_pk, source=_source(pk))
        return Response(BacktestRunSerializer(job).data)


def _tried(tried: services.Tried) -> dict[str, Any]:
    """Oldest run first."""
    outcomes = [trial.outcome for _, trial in tried.runs]
    trials = [
        {"run": run.pk, "outcome": trial.outcome.value, "message": trial.message}
        for run, trial in reversed(tried.runs)
    ]
    body = {
        "runs": len(trials),
        "judged": sum(outcome not in (Outcome.NO_DATA, Outcome.ERROR) for outcome in outcomes),
        "fired": outcomes.count(Outcome.FAIL),
        "verdict": tried.verdict,
        "needs_rows": tried.needs_rows,
        "trials": trials,
    }
    return dict(TriedSerializer(body).data)


def _source(pk: int) -> DataSource:
    return get_object_or_404(selectors.sources(), pk=pk)
