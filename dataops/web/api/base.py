"""The base of every API view, and the answer to long work."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from dataops.web.models import TokenScope
from dataops.web.runs import Run

ANYTHING = "*/*"


class ApiView(APIView):
    """Token or session; ``permissions`` names the permission each HTTP method needs."""

    permissions: ClassVar[dict[str, str]] = {}
    # By method, scopes of which a token needs one, where that is not simply to read or to write.
    scopes: ClassVar[dict[str, tuple[TokenScope, ...]]] = {}
    # Methods that a session may use only while its owner has proven lately who they are.
    dangerous: ClassVar[tuple[str, ...]] = ()

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """As a rule a program takes whatever comes, and there is no need to weigh media types."""
        only, *others = self.get_renderers()
        asked = request.META.get("HTTP_ACCEPT", ANYTHING)
        if others or request.META["QUERY_STRING"] or asked not in (ANYTHING, only.media_type):
            return super().perform_content_negotiation(request, force)
        return only, only.media_type


class FileView(ApiView):
    """Answers with a file, whatever types the client says it takes."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


def given(
    shape: type[serializers.BaseSerializer], request: Request, *, partial: bool = False
) -> dict[str, Any]:
    """The body as the shape has it, with ``partial`` as much as there is; 422 for what does not fit."""
    form = shape(data=request.data, partial=partial)
    form.is_valid(raise_exception=True)
    return form.validated_data


class AcceptedSerializer(serializers.Serializer):
    """Where accepted work can be followed."""

    id = serializers.IntegerField()
    status = serializers.CharField()
    url = serializers.CharField()


def run_reference(run: Run, url: str) -> dict[str, Any]:
    return {"id": run.pk, "status": run.state, "url": url}


def accepted(run: Run, url: str) -> Response:
    """202 for work that goes on after the answer."""
    return Response(run_reference(run, url), status=202, headers={"Location": url})
