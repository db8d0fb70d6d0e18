"""The words of messages, by kind of channel."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import selectors, services
from alerts.channels import ChannelKind
from alerts.forms import TemplateForm
from alerts.models import MessageTemplate
from alerts.services import phrases, wording
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _


@require_safe
def template_list(request: HttpRequest) -> HttpResponse:
    newest = selectors.newest_templates()
    rows = [(kind, newest.get(kind.key)) for kind in wording.kinds()]
    return render(request, "alerts/template_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_messagetemplate")
def template_edit(request: HttpRequest, kind: str) -> HttpResponse:
    channel = _kind(kind)
    versions = MessageTemplate.objects.of(kind).select_related("created_by")[:20]
    form = TemplateForm(request.POST or None, template=_shown_first(request, list(versions)))
    context = {
        "kind": channel,
        "form": form,
        "versions": versions,
        "names": phrases.NAMES,
        "alert_names": phrases.ALERT_NAMES,
        "filters": phrases.FILTERS,
    }
    if not form.is_valid():
        return render(request, "alerts/template_edit.html", context, status=422 if form.errors else 200)
    words = {name: form.cleaned_data[name] for name in ("subject", "body")}
    if "preview" in request.POST:
        context["preview"] = services.preview_template(kind, **words, message=form.example)
        return render(request, "alerts/template_edit.html", context)
    saved = services.save_template(kind, **words, by=request.user)
    messages.success(
        request, _("Version %(number)s is in use; the next message says it so.") % {"number": saved.number}
    )
    return redirect(saved)


@require_POST
@require_permission("alerts.change_messagetemplate")
def template_reset(request: HttpRequest, kind: str) -> HttpResponse:
    saved = services.reset_template(_kind(kind).key, by=request.user)
    messages.success(request, _("Messages go out in the default words again; older versions stay listed."))
    return redirect(saved)


def _shown_first(request: HttpRequest, versions: list[MessageTemplate]) -> MessageTemplate | None:
    """The version that was asked for, to look at or to use again, or the newest."""
    wanted = request.GET.get("version", "")
    asked = [version for version in versions if str(version.number) == wanted]
    return next(iter(asked or versions), None)


def _kind(key: str) -> ChannelKind:
    found = {kind.key: kind for kind in wording.kinds()}.get(key)
    if found is None:
        raise Http404(f"no templates for {key!r}")
    return found
