"""What people set up, each kind alike: a list that takes new ones, and one to read, change and delete."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db.models import Model
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import services
from alerts.api.views import TAGS
from dataops.web.api.base import ApiView, given
from dataops.web.api.idempotency import idempotent
from dataops.web.api.problems import Problem

Shape = type[serializers.BaseSerializer]


@contextmanager
def conflicts() -> Any:
    """What a service refuses because of how things are is answered with 409."""
    try:
        yield
    except services.Conflict as conflict:
        raise Problem(409, str(conflict), code="conflict") from conflict


class ThingListView(ApiView, generics.ListAPIView):
    serializer_class: Shape
    create: ClassVar[Callable[..., Any]]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @idempotent
    def post(self, request: Request) -> Response:
        made = self.create(by=request.user, **given(self.serializer_class, request))
        return Response(self.serializer_class(made).data, status=201)


class ThingView(ApiView):
    """``change_shape`` is what may be changed, where that is not all of ``shape``."""

    model: ClassVar[type[Model]]
    shape: ClassVar[Shape]
    change_shape: ClassVar[Shape | None] = None
    update: ClassVar[Callable[..., Any]]
    remove: ClassVar[Callable[..., object]]

    def get(self, request: Request, pk: int) -> Response:
        return Response(self.shape(self._thing(pk)).data)

    def patch(self, request: Request, pk: int) -> Response:
        thing = self._thing(pk)
        changes = given(self.change_shape or self.shape, request, partial=True)
        return Response(self.shape(self.update(thing, by=request.user, **changes)).data)

    def delete(self, request: Request, pk: int) -> Response:
        with conflicts():
            self.remove(self._thing(pk), by=request.user)
        return Response(status=204)

    def _thing(self, pk: int) -> Any:
        return get_object_or_404(self.model, pk=pk)


def documents_list(plural: str, noun: str, shape: Shape, example: OpenApiExample) -> Callable[[Any], Any]:
    """Entries of a ThingListView in the schema."""
    made = extend_schema(
        operation_id=f"alerts_{noun}_create",
        request=shape,
        responses={201: shape},
        examples=[example],
        tags=TAGS,
    )
    return extend_schema_view(get=extend_schema(operation_id=f"alerts_{plural}", tags=TAGS), post=made)


def documents(
    noun: str, shape: Shape, *, change_shape: Shape | None = None, removal: str = "delete", says: str = ""
) -> Callable[[Any], Any]:
    """Entries of a ThingView in the schema; ``says`` is what its removal does."""
    name, changed = f"alerts_{noun}", change_shape or shape
    return extend_schema_view(
        get=extend_schema(operation_id=name, responses=shape, tags=TAGS),
        patch=extend_schema(operation_id=f"{name}_change", request=changed, responses=shape, tags=TAGS),
        delete=extend_schema(
            operation_id=f"{name}_{removal}", description=says or None, responses={204: None}, tags=TAGS
        ),
    )
