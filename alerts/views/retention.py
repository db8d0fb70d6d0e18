"""How long what is over is kept, and what would go."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from alerts import services
from dataops.web.declared import SettingsForm
from dataops.web.htmx import PageRequest
from dataops.web.words import lazy as _


@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: PageRequest) -> HttpResponse:
    """The days, and what they remove; other days can be tried before they are saved."""
    now = services.current_retention()
    form = SettingsForm(request.POST or None, group=services.RETENTION, to=request.user)
    if request.method == "POST" and not request.user.has_perm("web.change_globalsetting"):
        raise PermissionDenied
    if form.is_valid() and "try" not in request.POST and form.save(by=request.user):
        messages.success(request, _("Saved. It counts from the next daily removal on."))
        return redirect("alerts:retention")
    tried = services.changed_retention(**form.cleaned_data) if form.is_valid() else now
    context = {
        "form": form,
        "now": now,
        "is_tried": tried != now,
        "removals": services.preview_removal(tried),
    }
    return render(request, "alerts/retention.html", context, status=422 if form.errors else 200)
