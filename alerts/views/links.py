"""Where the links of e-mails lead. Opening one changes nothing: mail programs open links by themselves."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alerts import services
from dataops.web import sight


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge_link(request: HttpRequest) -> HttpResponse:
    """Shows what the link is about; the button acknowledges it for the person it was sent to."""
    with sight.for_nobody():  # the signature says for whom
        return _acknowledge_by_link(request)


def _acknowledge_by_link(request: HttpRequest) -> HttpResponse:
    token = request.POST.get("token") or request.GET.get("token", "")
    try:
        reader = services.links.read(token)
        if request.method == "POST":
            return _answer(request, done=reader, count=_acknowledge(reader, whole="all" in request.POST))
    except services.links.BadLink as bad:
        return _answer(request, problem=str(bad), status=400)
    except services.Conflict as conflict:
        return _answer(request, problem=str(conflict), status=409)
    return _answer(request, reader=reader, token=token, together=len(reader.all_of_its_report))


def _acknowledge(reader: services.links.Reader, *, whole: bool) -> int:
    """How many alerts; ``whole`` takes those of the same report along."""
    if whole:
        return services.acknowledge_many(reader.all_of_its_report, by=reader.person).done
    services.acknowledge(reader.alert, by=reader.person, comment="From the link in the e-mail.")
    return 1


@csrf_exempt  # the signed token is the authority; mail programs post without a cookie (RFC 8058)
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """Shows whose mail would stop; only a POST stops it, or lets it come again."""
    token = request.GET.get("token") or request.POST.get("token", "")
    context: dict[str, object] = {"token": token}
    try:
        address = services.links.read_unsubscribe(token)
    except services.links.BadLink as bad:
        return render(request, "alerts/unsubscribe.html", {"problem": str(bad)}, status=400)
    if request.method == "POST":
        again = "again" in request.POST
        (services.allow_mail if again else services.refuse_mail)(address)
        context["done"] = "again" if again else "off"
    return render(request, "alerts/unsubscribe.html", context | {"address": address})


def _answer(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "alerts/acknowledge_link.html", context, status=status)
