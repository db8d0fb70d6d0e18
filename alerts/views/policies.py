"""Policies: how patient alerts are."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts import services
from alerts.forms import PolicyForm
from alerts.models import Policy
from dataops.web.permissions import require_permission


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    return render(request, "alerts/policy_list.html", {"policies": Policy.objects.all()})


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_policy")
def policy_create(request: HttpRequest) -> HttpResponse:
    form = PolicyForm(request.POST or None)
    if form.is_valid():
        policy = services.create_policy(**form.values, by=request.user)
        messages.success(request, f"{policy.name} is in place; the next report counts by it.")
        return redirect("alerts:policy_list")
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission("alerts.change_policy")
def policy_edit(request: HttpRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=pk)
    form = PolicyForm(request.POST or None, policy=policy)
    if form.is_valid():
        services.update_policy(policy, **form.values, by=request.user)
        messages.success(request, f"{policy.name} is saved.")
        return redirect("alerts:policy_list")
    return _form(request, form)


@require_POST
@require_permission("alerts.change_policy")
def policy_delete(request: HttpRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy, pk=pk)
    services.delete_policy(policy, by=request.user)
    messages.success(request, f"{policy.name} is gone.")
    return redirect("alerts:policy_list")


def _form(request: HttpRequest, form: PolicyForm) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "alerts/policy_form.html", {"form": form, "policy": form.policy}, status=status)
