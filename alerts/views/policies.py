"""Policies: how patient alerts are."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import services
from alerts.forms import PolicyForm
from alerts.models import Policy
from alerts.views.editing import delete, edit
from dataops.web.last_change import with_last_change
from dataops.web.permissions import require_permission
from dataops.web.words import lazy as _


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "alerts/policy_list.html",
        {"policies": with_last_change(Policy.objects.all(), area="policy")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_policy")
def policy_create(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None)
    done = _("{} is in place; the next report counts by it.")
    return edit(request, form, noun="policy", save=services.create_policy, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_policy")
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=pk)
    form = PolicyForm(request.POST or None, instance=policy)
    save = partial(services.update_policy, policy)
    return edit(request, form, noun="policy", save=save, done=_("{} is saved."))


@require_POST
@require_permission("alerts.change_policy")
def policy_delete(request: HttpRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=pk)
    return delete(request, policy, noun="policy", service=services.delete_policy, done=_("{} is gone."))
