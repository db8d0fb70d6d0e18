"""Somebody asks to be forgotten; for administrators."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import services
from dashboard.forms import EraseForm
from dataops.web.confirming import identity_proven
from dataops.web.permissions import require_permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("auth.change_user")
@identity_proven
def person_erase(request: HttpRequest) -> HttpResponse:
    form = EraseForm(request.POST or None)
    if form.is_valid():
        try:
            erased = services.erase_person(form.cleaned_data["values"], by=request.user)
        except services.TooShort as refused:
            form.add_error("values", str(refused))
        else:
            told = _("Erased %(rows)s rows, rejects and quoted values and %(predictions)s predictions.")
            messages.success(request, told % {"rows": erased.kept_rows, "predictions": erased.predictions})
            return redirect("settings:person_erase")
    status = 422 if form.errors else 200
    return render(request, "dashboard/person_erase.html", {"form": form}, status=status)
