"""Endpoints about how files are read."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.engine.errors import InspectionError
from dataops.web.api.base import AcceptedSerializer, ApiView, accepted
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import FieldError, Problem
from quality import services
from quality.api import serializers as shapes
from quality.api.views import TAGS, _run
from quality.exports import rejects_csv
from quality.models import Snapshot


class PreviewView(ApiView):
    """How a file would be read: what is detected, and its first rows. Nothing is kept."""

    parser_classes = (MultiPartParser,)
    permissions = {"POST": "quality.upload_data"}

    @extend_schema(
        operation_id="data_quality_preview",
        request={"multipart/form-data": shapes.PreviewRequest},
        responses=shapes.PreviewSerializer,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        form = shapes.PreviewRequest(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        try:
            found = services.preview_upload(file=data["file"], dialect=data.get("dialect"))
        except InspectionError as error:
            place: FieldError = {"loc": ["body", "file"], "msg": str(error), "code": error.code}
            raise Problem(422, str(error), code=error.code, errors=[place]) from error
        return Response(shapes.PreviewSerializer(found).data)


class ReadAgainRequest(serializers.Serializer):
    dialect = serializers.JSONField(help_text="Fields of a dialect; what is left out is detected.")
    remember = serializers.BooleanField(default=False, help_text="Read later files of the source so.")

    def validate_dialect(self, value: object) -> dict[str, object]:
        return shapes.checked_dialect(value)


class ReadAgainView(ApiView):
    """Read the file of a run once more, in another way."""

    permissions = {"POST": "quality.run_checks"}

    @extend_schema(
        operation_id="data_quality_check_read_again",
        request=ReadAgainRequest,
        responses={202: AcceptedSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        form = ReadAgainRequest(data=request.data)
        form.is_valid(raise_exception=True)
        if form.validated_data["remember"] and not request.user.has_perm("quality.change_datasource"):
            raise Problem(403, "You may not change what this source remembers.", code="forbidden")
        snapshot = get_object_or_404(Snapshot.objects.select_related("source"), runs=pk)
        new = services.read_again(snapshot, by=request.user, **form.validated_data)
        return accepted(new, shapes.run_url(new))


class RejectsFileView(ApiView):
    """The kept rejects of a run as CSV: line, byte, reason, text."""

    @extend_schema(
        operation_id="data_quality_check_rejects_file",
        responses={(200, "text/csv"): OpenApiTypes.STR},
        tags=TAGS,
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        return rejects_csv(_run(pk))
