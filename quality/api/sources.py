"""Endpoints that connect, pause and put away sources."""

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web.api.base import ApiView
from dataops.web.api.problems import Problem
from quality import services
from quality.api.serializers import SourceSerializer
from quality.models import DataSource
from quality.origins import FetchError

TAGS = ["data quality"]


class LookSerializer(serializers.Serializer):
    """What a try of the connection met."""

    works = serializers.BooleanField()
    message = serializers.CharField()


class RemovalSerializer(serializers.Serializer):
    """What deleting a source takes with it."""

    files = serializers.IntegerField()
    bytes = serializers.IntegerField()
    runs = serializers.IntegerField()
    results = serializers.IntegerField()
    rules = serializers.IntegerField()
    open_alerts = serializers.IntegerField(help_text="Closed with it; they stay as history.")


class SourceTestView(ApiView):
    """Try the connection as it is stored, for at most 5 s."""

    permissions = {"POST": "quality.change_datasource"}

    @extend_schema(operation_id="data_quality_source_test", request=None, responses=LookSerializer, tags=TAGS)
    def post(self, request: Request, pk: int) -> Response:
        try:
            return Response({"works": True, "message": services.look_at(find(pk))})
        except FetchError as error:
            return Response({"works": False, "message": str(error)})


class SourceRemovalView(ApiView):
    """What deleting the source would remove."""

    @extend_schema(operation_id="data_quality_source_removal", responses=RemovalSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(asdict(services.removal_of(find(pk))))


class SourceActionView(ApiView):
    permissions = {"POST": "quality.change_datasource"}

    def act(self, source: DataSource, by: Any) -> None:
        raise NotImplementedError

    def answer(self, request: Request, pk: int) -> Response:
        self.act(find(pk), request.user)
        return Response(SourceSerializer(find(pk)).data)


class SourceArchiveView(SourceActionView):
    """Put the source away: no runs, no alerts, out of the lists; nothing is lost."""

    @extend_schema(
        operation_id="data_quality_source_archive", request=None, responses=SourceSerializer, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk)

    def act(self, source: DataSource, by: Any) -> None:
        services.archive_source(source, by=by)


class SourceUnarchiveView(SourceActionView):
    """Bring an archived source back."""

    @extend_schema(
        operation_id="data_quality_source_unarchive", request=None, responses=SourceSerializer, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk)

    def act(self, source: DataSource, by: Any) -> None:
        services.unarchive_source(source, by=by)


class SourcePauseView(SourceActionView):
    """Stop runs by the schedule."""

    paused = True

    @extend_schema(
        operation_id="data_quality_source_pause", request=None, responses=SourceSerializer, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk)

    def act(self, source: DataSource, by: Any) -> None:
        if services.pause_schedule(source, by=by, paused=self.paused) is None:
            raise Problem(409, f"{source} has no schedule; give it one first.", code="no_schedule")


class SourceResumeView(SourcePauseView):
    """Let the schedule go on; what was missed is not made up for."""

    paused = False

    @extend_schema(
        operation_id="data_quality_source_resume", request=None, responses=SourceSerializer, tags=TAGS
    )
    def post(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk)


def find(pk: int) -> DataSource:
    """Archived ones too."""
    return get_object_or_404(DataSource.objects.with_newest_run().select_related("schedule"), pk=pk)
