"""Endpoints of the sample data."""

from dataclasses import asdict

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from dashboard import services
from dashboard.api.views import TAGS
from dataops.web.api.base import AcceptedSerializer, ApiView, accepted, given
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem
from dataops.web.declared import PERMISSION
from dataops.web.features import SwitchedOff
from dataops.web.models import SampleRun
from dataops.web.runs import Trigger
from dataops.web.words import lazy as _


class SampleThingSerializer(serializers.Serializer):
    """A source or model of the samples, and what goes with it."""

    type = serializers.ChoiceField(choices=["source", "model"])
    name = serializers.CharField()
    removal = serializers.DictField(child=serializers.IntegerField())


class SamplesSerializer(serializers.Serializer):
    loaded = serializers.BooleanField(help_text=_("Whether any of it is there."))
    things = SampleThingSerializer(many=True)


class SamplesChangeSerializer(serializers.Serializer):
    action = serializers.ChoiceField(choices=SampleRun.Action.choices)


class SampleRunSerializer(serializers.ModelSerializer):
    status = serializers.CharField(source="state")

    class Meta:
        model = SampleRun
        fields = ["id", "action", "status", "progress", "stage", "error", "created_at", "finished_at"]


class SamplesView(ApiView):
    """What of the sample data is there, and what its removal takes."""

    permissions = {"GET": PERMISSION, "POST": PERMISSION}

    @extend_schema(operation_id="dashboard_samples", responses=SamplesSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        there = [
            {"type": one.kind, "name": one.thing.name, "removal": asdict(one.removal)}
            for one in services.samples()
        ]
        return Response(SamplesSerializer({"loaded": bool(there), "things": there}).data)

    @extend_schema(
        operation_id="dashboard_samples_change",
        request=SamplesChangeSerializer,
        responses={202: AcceptedSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Load what is missing, or remove all of it for good; a worker does it."""
        try:
            job = services.request_samples(
                given(SamplesChangeSerializer, request)["action"], by=request.user, trigger=Trigger.API
            )
        except SwitchedOff as refused:
            raise Problem(409, str(refused)) from refused
        return accepted(job, reverse("dashboard-api:sample-run", args=[job.pk], request=request))


class SampleRunView(ApiView):
    """How far a load or a removal is."""

    permissions = {"GET": PERMISSION}

    @extend_schema(operation_id="dashboard_sample_run", responses=SampleRunSerializer, tags=TAGS)
    def get(self, request: Request, pk: int) -> Response:
        return Response(SampleRunSerializer(get_object_or_404(SampleRun, pk=pk)).data)
