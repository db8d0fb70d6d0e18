"""What the caller is told, how they want to be told, and about what."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts import selectors, services
from alerts.api.serializers import personal as shapes
from alerts.api.views import TAGS
from alerts.models import Notice, Stance
from dataops.web.api.base import ApiView
from dataops.web.api.idempotency import idempotent


class InboxView(ApiView, generics.ListAPIView):
    """The caller's own inbox, newest first."""

    serializer_class = shapes.NoticeSerializer
    queryset = Notice.objects.none()

    def get_queryset(self) -> QuerySet[Notice]:
        form = shapes.InboxQuerySerializer(data=self.request.query_params)
        form.is_valid(raise_exception=True)
        return selectors.inbox(self.request.user, only_unread=form.validated_data["unread"])

    @extend_schema(operation_id="alerts_inbox", parameters=[shapes.InboxQuerySerializer], tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class InboxReadView(ApiView):
    """Marks lines of the caller's inbox as read; those of others are left alone."""

    @extend_schema(
        operation_id="alerts_inbox_read",
        request=shapes.ReadSerializer,
        responses=shapes.ReadCountSerializer,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        form = shapes.ReadSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response({"read": services.read(request.user, keys=form.validated_data.get("ids"))})


class PreferencesView(ApiView):
    """How the caller is told."""

    @extend_schema(operation_id="alerts_preferences", responses=shapes.PreferenceSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        return Response(shapes.PreferenceSerializer(selectors.preference_of(request.user)).data)

    @extend_schema(
        operation_id="alerts_preferences_change",
        request=shapes.PreferenceSerializer,
        responses=shapes.PreferenceSerializer,
        tags=TAGS,
    )
    def patch(self, request: Request) -> Response:
        form = shapes.PreferenceSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = services.change_preference(request.user, **form.validated_data)
        return Response(shapes.PreferenceSerializer(changed).data)


class WatchListView(ApiView, generics.ListAPIView):
    """Subjects that the caller watches or mutes."""

    serializer_class = shapes.StanceSerializer
    queryset = Stance.objects.none()

    def get_queryset(self) -> QuerySet[Stance]:
        return selectors.stances_of(self.request.user)

    @extend_schema(operation_id="alerts_watches", tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="alerts_watch",
        description="Watch or mute a subject; the newest word about it counts.",
        request=shapes.StanceSerializer,
        responses={201: shapes.StanceSerializer},
        tags=TAGS,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        form = shapes.StanceSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        said = dict(form.validated_data)
        stance = services.take_stance(request.user, name=said.pop("subject_name", ""), **said)
        return Response(shapes.StanceSerializer(stance).data, status=201)


class WatchView(ApiView):
    @extend_schema(operation_id="alerts_unwatch", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, pk: int) -> Response:
        """Neither watch nor mute it any more."""
        stance = get_object_or_404(selectors.stances_of(request.user), pk=pk)
        services.drop_stance(request.user, subject_type=stance.subject_type, subject_id=stance.subject_id)
        return Response(status=204)
