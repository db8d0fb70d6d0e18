"""What the dashboard shows, for other programs."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.selectors import counts_by_severity
from dashboard.api import serializers as shapes
from dashboard.presenters.feed import FILTERS, item
from dashboard.presenters.settings import find, groups
from dashboard.presenters.tiles import counts_by_drift, counts_by_state, quality_of
from dashboard.presenters.trends import MEASURES
from dashboard.presenters.verdict import verdict
from dashboard.selectors import trends
from dashboard.selectors.activity import recent_activity
from dashboard.selectors.concerns import concerns
from dashboard.selectors.marks import marks
from dashboard.selectors.people import audit_events
from dashboard.selectors.periods import period
from dashboard.selectors.setup import space
from dashboard.selectors.standing import Standings, jobs_by_state
from dataops.web import health
from dataops.web.api.base import ApiView, given
from dataops.web.api.problems import Problem
from dataops.web.declared import PERMISSION, reset, standing
from dataops.web.models import AuditEvent, TokenScope

TAGS = ["dashboard"]


class OverviewView(ApiView):
    """How everything stands, in one answer."""

    @extend_schema(operation_id="dashboard_overview", responses=shapes.OverviewSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        now = Standings()
        sources, models = now.sources, now.models
        found, by_severity = concerns(sources, models), counts_by_severity()
        body = {
            "verdict": verdict(found, sources, models),
            "sources": {"total": len(sources), "by_status": counts_by_state(sources)},
            "quality": quality_of(sources),
            "models": {"total": len(models)} | counts_by_drift(models),
            "alerts": {"open": sum(by_severity.values()), "by_severity": by_severity},
            "jobs": jobs_by_state(),
            "needs_attention": found.worst,
        }
        return Response(shapes.OverviewSerializer(body).data)


class TrendsView(ApiView):
    """Average and lowest score of all sources, alerts opened, and one more measure, by hour or day."""

    @extend_schema(
        operation_id="dashboard_trends",
        parameters=[shapes.TrendsQuerySerializer],
        responses=shapes.TrendsSerializer,
        examples=[
            OpenApiExample(
                "a week",
                value={
                    "days": 7,
                    "step": "day",
                    "points": [],
                    "measure": "quality",
                    "series": [],
                    "marks": [],
                },
            )
        ],
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        query = shapes.TrendsQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        days, measure = query.validated_data["days"], query.validated_data["measure"]
        over, now = period(days), Standings()
        opened, chart = trends.alerts_opened(over), MEASURES[measure].draw(over, [], now)
        points = trends.quality(over, now)
        body = {
            "days": days,
            "step": over.unit,
            "points": [asdict(p) | {"alerts_opened": opened.get(p.at, {})} for p in points],
            "measure": measure,
            "series": [s | {"unit": chart["unit"]} for s in chart["series"]] if chart else [],
            "marks": marks(over),
        }
        return Response(shapes.TrendsSerializer(body).data)


class RecentActivityView(ApiView):
    """What happened lately, newest first; audited changes only for those who may see the audit log."""

    @extend_schema(
        operation_id="dashboard_recent_activity",
        parameters=[shapes.ActivityQuerySerializer],
        responses=shapes.ActivitySerializer,
        tags=TAGS,
    )
    def get(self, request: Request) -> Response:
        query = shapes.ActivityQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        happenings = recent_activity(
            limit=query.validated_data["limit"],
            with_audit=request.user.has_perm("web.view_auditevent"),
            kinds=FILTERS.get(query.validated_data.get("show", ""), ()),
        )
        items = [item(happening) for happening in happenings]
        body = {"count": len(items), "next": None, "previous": None, "results": items}
        return Response(shapes.ActivitySerializer(body).data)


class SystemStatusView(ApiView):
    """Whether every part of the product works."""

    @extend_schema(operation_id="dashboard_system_status", responses=shapes.SystemStatusSerializer, tags=TAGS)
    def get(self, request: Request) -> Response:
        parts = health.parts()
        body = {
            "status": "ok" if all(part.ok for part in parts) else "degraded",
            "version": settings.DATAOPS_VERSION,
            "parts": parts,
            "storage": space(),
        }
        return Response(shapes.SystemStatusSerializer(body).data)


class SettingsView(ApiView):
    """Every setting with its default, its effect and its last change; the environment for administrators."""

    @extend_schema(
        operation_id="dashboard_settings", responses=shapes.SettingSerializer(many=True), tags=TAGS
    )
    def get(self, request: Request) -> Response:
        found = [shapes.told(group, one) for group, rows in groups(to=request.user) for one in rows]
        return Response(shapes.SettingSerializer(found, many=True).data)


class SettingResetView(ApiView):
    """Back to the default."""

    permissions = {"POST": PERMISSION}

    @extend_schema(
        operation_id="dashboard_setting_reset",
        request=shapes.ResetSerializer,
        responses=shapes.SettingSerializer,
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        try:
            group, setting = find(given(shapes.ResetSerializer, request)["setting"])
            reset(group, setting, by=request.user)
        except LookupError as error:
            raise Problem(404, str(error)) from error
        row = next(one for one in standing(group, to=request.user) if one.setting is setting)
        return Response(shapes.SettingSerializer(shapes.told(group, row)).data)


class AuditView(ApiView, generics.ListAPIView):
    """Who changed what, newest first; a token needs the scope `admin`."""

    permissions = {"GET": "web.view_auditevent"}
    scopes = {"GET": (TokenScope.ADMIN,)}
    serializer_class = shapes.AuditEventSerializer
    filter_backends = ()

    def get_queryset(self) -> QuerySet[AuditEvent]:
        query = shapes.AuditQuerySerializer(data=self.request.query_params)
        query.is_valid(raise_exception=True)
        return audit_events(**query.validated_data)

    @extend_schema(operation_id="dashboard_audit", parameters=[shapes.AuditQuerySerializer], tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
