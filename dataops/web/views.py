"""Probes and metrics: what machines ask the web process."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from dataops.web import health, metrics, tokens
from dataops.web.models import TokenScope


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: this process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready: every part works; 503 names the ones that do not."""
    with translation.override(settings.LANGUAGE_CODE):  # programs are answered in English
        parts = health.parts()
    ok = all(part.ok for part in parts)
    body = {
        "status": "ok" if ok else "degraded",
        "parts": {part.name: {"ok": part.ok, "detail": part.detail} for part in parts},
    }
    return JsonResponse(body, status=200 if ok else 503)


@login_not_required
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for a token or an address on the list."""
    if not _may_scrape(request):
        return HttpResponse(
            "A token or an allow-listed address is needed.\n", status=401, content_type="text/plain"
        )
    return HttpResponse(metrics.text(), content_type=metrics.CONTENT_TYPE)


def _may_scrape(request: HttpRequest) -> bool:
    if request.META.get("REMOTE_ADDR") in settings.METRICS_ALLOWED_ADDRESSES or request.user.is_authenticated:
        return True
    _, _, text = request.headers.get("Authorization", "").partition(" ")
    token = tokens.find(text.strip()) if text else None
    if token is None or not (token.is_usable and token.user.is_active):
        return False
    request.user = token.user  # series that name something are those the user may see
    return TokenScope(token.scope).covers(TokenScope.READ)
