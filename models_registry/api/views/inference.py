"""Open Inference Protocol v2: the same models, asked the way that standard clients ask."""

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.web import health
from dataops.web.api import problems
from dataops.web.api.base import ApiView
from dataops.web.api.parsers import AnyNumberParser
from dataops.web.api.renderers import PlainRenderer
from dataops.web.models import TokenScope
from dataops.web.words import lazy as _
from models_registry import services
from models_registry.api import tensors
from models_registry.api.faults import as_problems
from models_registry.api.serializers import inference as shapes
from models_registry.api.views.common import find_model, find_served, find_version
from models_registry.enums import Runtime
from models_registry.formats.faults import InvalidRows
from models_registry.formats.signature import Signature
from models_registry.models import Model, ModelVersion
from models_registry.services import NotAccepted

TAGS = ["open inference protocol"]
ASKED = shapes.InferSerializer()
"""One for all requests, as it keeps nothing of them."""


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Errors as the protocol writes them: one text under ``error``, a line for each wrong value."""
    answer = problems.handle(error, context)
    if answer is None:
        return None
    headers = {name: answer[name] for name in ("WWW-Authenticate", "Retry-After") if name in answer}
    faults = error.__cause__.faults[1:] if isinstance(error.__cause__, InvalidRows) else ()
    text = "\n".join([answer.data["detail"], *map(str, faults)])
    return Response({"error": text}, status=answer.status_code, headers=headers)


class InferenceView(ApiView):
    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return handle


class ServerView(InferenceView):
    scopes = {"GET": (TokenScope.READ, TokenScope.PREDICT)}

    @extend_schema(operation_id="v2_server", responses=shapes.ServerSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        told = {"name": "dataops-inspector", "version": settings.DATAOPS_VERSION, "extensions": []}
        return Response(told)


class LiveView(InferenceView):
    permission_classes = (AllowAny,)

    @extend_schema(operation_id="v2_live", responses=shapes.LiveSerializer, auth=[], tags=TAGS)
    def get(self, request: Request) -> Response:
        return Response({"live": True})


class ReadyView(InferenceView):
    """Whether models can be asked: the database answers and the storage is there."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="v2_ready", responses=shapes.ReadySerializer, auth=[], tags=TAGS)
    def get(self, request: Request) -> Response:
        ready = health.can_serve()
        return Response({"ready": ready}, status=200 if ready else 503)


class ModelMetadataView(InferenceView):
    scopes = {"GET": (TokenScope.READ, TokenScope.PREDICT)}

    @extend_schema(operation_id="v2_model", responses=shapes.ModelMetadataSerializer, tags=TAGS)
    def get(self, request: Request, name: str, number: int | None = None) -> Response:
        model = find_model(name)
        with as_problems():
            version = find_version(model, number)
        signature = Signature.from_dict(version.signature or {"features": [], "classes": []})
        numbers = model.versions.ready().order_by("number").values_list("number", flat=True)
        return Response(
            {
                "name": model.name,
                "versions": [str(ready) for ready in numbers],
                "platform": "onnx_onnxv1" if version.runtime == Runtime.ONNX else version.format,
                "inputs": tensors.inputs_of(signature),
                "outputs": tensors.outputs_of(signature),
            }
        )


class ModelReadyView(InferenceView):
    scopes = {"GET": (TokenScope.READ, TokenScope.PREDICT)}

    @extend_schema(operation_id="v2_model_ready", responses=shapes.ModelReadySerializer, tags=TAGS)
    def get(self, request: Request, name: str, number: int | None = None) -> Response:
        model = find_model(name)
        ready = _is_ready(model, number)
        return Response({"name": model.name, "ready": ready}, status=200 if ready else 503)


class InferView(InferenceView):
    """Ask a model by tensors; every answer is logged like any other."""

    parser_classes = (AnyNumberParser,)
    renderer_classes = (PlainRenderer,)
    permissions = {"POST": "models_registry.predict"}
    scopes = {"POST": (TokenScope.PREDICT,)}

    @extend_schema(
        operation_id="v2_infer",
        request=shapes.InferSerializer,
        responses=shapes.InferredSerializer,
        examples=[
            OpenApiExample(
                "one flight",
                value={
                    "inputs": [
                        {"name": "dep_delay", "shape": [1], "datatype": "FP64", "data": [24]},
                        {"name": "distance", "shape": [1], "datatype": "FP64", "data": [1400]},
                        {"name": "hour", "shape": [1], "datatype": "INT64", "data": [17]},
                        {"name": "carrier", "shape": [1], "datatype": "BYTES", "data": ["UA"]},
                        {"name": "origin", "shape": [1], "datatype": "BYTES", "data": ["EWR"]},
                        {"name": "dest", "shape": [1], "datatype": "BYTES", "data": ["IAH"]},
                    ]
                },
                request_only=True,
            )
        ],
        tags=TAGS,
    )
    def post(self, request: Request, name: str, number: int | None = None) -> Response:
        model = find_served(name)
        data = ASKED.run_validation(request.data)
        with as_problems():
            version = _asked(model, number, data.get("parameters"))
            signature = services.signature_of(version)
            wanted = _wanted(data.get("outputs"))
            instances = tensors.instances_of(signature, data["inputs"])
            answer = services.predict(model=model, version=version, instances=instances)
            outputs = tensors.answer_of(signature, answer, wanted)
        return Response(
            {
                "model_name": model.name,
                "model_version": str(version.number),
                "id": data.get("id") or str(uuid.uuid4()),
                "parameters": {"prediction_ids": answer.prediction_ids, "violations": answer.violations},
                "outputs": outputs,
            }
        )


@extend_schema_view(get=extend_schema(operation_id="v2_version"))
class VersionMetadataView(ModelMetadataView):
    """The same of one version."""


@extend_schema_view(get=extend_schema(operation_id="v2_version_ready"))
class VersionReadyView(ModelReadyView):
    """The same of one version."""


@extend_schema_view(post=extend_schema(operation_id="v2_version_infer"))
class VersionInferView(InferView):
    """The same of one version."""


def _asked(model: Model, number: int | None, parameters: Any) -> ModelVersion:
    if number is not None:
        version = find_version(model, number)
    else:
        given = parameters if isinstance(parameters, Mapping) else {}
        version = services.answering(model, str(given.get("sticky_id", "")))
    if not version.is_ready:
        raise services.NotPossible(
            _("%(version)s is %(state)s and cannot answer.") % {"version": version, "state": version.state}
        )
    return version


def _wanted(outputs: Any) -> list[str]:
    if not all(isinstance(output, Mapping) for output in outputs or ()):
        raise NotAccepted("outputs: give a list of {name}.")
    return [str(output.get("name")) for output in outputs or ()]


def _is_ready(model: Model, number: int | None) -> bool:
    if number is not None:
        return find_version(model, number).is_ready and model.archived_at is None
    return model.champion is not None and model.archived_at is None
