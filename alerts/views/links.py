"""Where the links of e-mails lead. Opening one changes nothing: mail programs open links by themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alerts import services


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge_link(request: HttpRequest) -> HttpResponse:
    """Shows what the link is about; the button acknowledges it for the person it was sent to."""
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        reader = services.links.read(token)
        if request.method == "POST":
            services.acknowledge(reader.alert, by=reader.person, comment="From the link in the e-mail.")
            return _answer(request, done=reader)
    except services.links.BadLink as bad:
        return _answer(request, problem=str(bad), status=400)
    except services.Conflict as conflict:
        return _answer(request, problem=str(conflict), status=409)
    return _answer(request, reader=reader, token=token)


def _answer(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "alerts/acknowledge_link.html", context, status=status)
