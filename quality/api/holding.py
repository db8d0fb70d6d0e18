"""Endpoints for files that are looked at before they are checked."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from dataops.engine.errors import InspectionError
from dataops.engine.readers import Preview
from dataops.web.api.base import ApiView
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem
from dataops.web.models import TokenScope
from dataops.web.naming import refuse_unseen
from dataops.web.runs import Trigger
from quality import services
from quality.api import serializers as shapes
from quality.models import DataSource, HeldUpload

TAGS = ["data quality"]


class HeldSerializer(serializers.ModelSerializer):
    """A file that is here and not checked yet, and how it would be read."""

    url = serializers.SerializerMethodField()
    kept_until = serializers.DateTimeField()
    source = serializers.CharField(  # type: ignore[assignment]  # DRF's own fields have an attribute of this name
        source="source_name", help_text="What it is for; empty: the name of the file."
    )
    preview = shapes.PreviewSerializer()

    class Meta:
        model = HeldUpload
        fields = [
            "id", "url", "file_name", "bytes", "sha256", "source", "received_at", "kept_until", "preview",
        ]  # fmt: skip

    def get_url(self, held: HeldUpload) -> str:
        return reverse("quality-api:held-upload", args=[held.pk])


def held_answer(held: HeldUpload, found: Preview, *, status: int = 200) -> Response:
    held.preview = found  # type: ignore[attr-defined]  # shown with it, stored nowhere
    body = HeldSerializer(held).data
    return Response(body, status=status, headers={"Location": body["url"]} if status == 201 else None)


class LookRequest(serializers.Serializer):
    dialect = serializers.JSONField(help_text="Fields of a dialect; what is left out is detected.")

    def validate_dialect(self, value: object) -> dict[str, Any]:
        return shapes.checked_dialect(value)


class StartRequest(serializers.Serializer):
    source = serializers.CharField(  # type: ignore[assignment]  # DRF's own fields have an attribute of this name
        max_length=120,
        required=False,
        validators=[refuse_unseen],
        help_text="Made on first use; as it was sent with, if left out.",
    )
    dialect = serializers.JSONField(
        required=False, help_text="Fields of a dialect; what is left out is detected."
    )
    remember = serializers.BooleanField(default=False, help_text="Read later files of the source so.")

    def validate_dialect(self, value: object) -> dict[str, Any]:
        return shapes.checked_dialect(value)


class HeldUploadView(ApiView):
    """A file of yours that waits to be started: see how it would be read, or throw it away."""

    permissions = {
        "GET": "quality.upload_data",
        "POST": "quality.upload_data",
        "DELETE": "quality.upload_data",
    }
    scopes = {
        "GET": (TokenScope.READ, TokenScope.INGEST),
        "POST": (TokenScope.INGEST,),
        "DELETE": (TokenScope.INGEST,),
    }

    @extend_schema(operation_id="data_quality_held_upload", responses=HeldSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        held = _held(request, pk)
        return held_answer(held, _look(held, None))

    @extend_schema(
        operation_id="data_quality_held_upload_look",
        request=LookRequest,
        responses=HeldSerializer,
        tags=TAGS,
    )
    def post(self, request: Request, pk: int) -> Response:
        held = _held(request, pk)
        form = LookRequest(data=request.data)
        form.is_valid(raise_exception=True)
        return held_answer(held, _look(held, form.validated_data["dialect"]))

    @extend_schema(operation_id="data_quality_held_upload_discard", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        services.discard_held(_held(request, pk), by=request.user)
        return Response(status=204)


class HeldUploadCheckView(ApiView):
    """Give a held file to its source and check it."""

    permissions = {"POST": "quality.upload_data"}
    scopes = {"POST": (TokenScope.INGEST,)}

    @extend_schema(
        operation_id="data_quality_held_upload_check",
        request=StartRequest,
        responses={202: shapes.ReceiptSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        held = _held(request, pk)
        form = StartRequest(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        name = data.get("source") or services.intended_name(held)
        exists = DataSource.objects.filter(name=name).exists()
        if data["remember"] and exists and not request.user.has_perm("quality.change_datasource"):
            raise Problem(403, "You may not change what this source remembers.", code="forbidden")
        try:
            receipt = services.start_held(
                held,
                by=request.user,
                source_name=name,
                dialect=data.get("dialect"),
                remember=data["remember"],
                trigger=Trigger.API,
            )
        except services.NotHeld as error:
            raise Problem(404, str(error), code="not_held") from error
        except InspectionError as error:
            raise Problem(422, str(error), code=error.code) from error
        return shapes.receipt_answer(receipt)


def _look(held: HeldUpload, dialect: dict[str, Any] | None) -> Preview:
    try:
        return services.preview_held(held, dialect=dialect)
    except FileNotFoundError as error:
        raise Problem(410, "The file is no longer kept; send it again.", code="not_kept") from error
    except InspectionError as error:
        raise Problem(422, str(error), code=error.code) from error


def _held(request: Request, pk: int) -> HeldUpload:
    """One that you may see."""
    return get_object_or_404(services.held_for(request.user), pk=pk)
