"""Search over everything, and what the numbers mean."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dashboard.presenters.search import groups
from dataops.web.explanations import sections
from dataops.web.htmx import PageRequest

LONGEST = 100


@require_safe
def search(request: PageRequest) -> HttpResponse:
    """A page of its own, or what was found alone for the palette."""
    text = request.GET.get("q", "")[:LONGEST]
    template = "dashboard/search.html#found" if request.htmx else "dashboard/search.html"
    return render(request, template, {"text": text, "groups": groups(text, user=request.user)})


@require_safe
def meanings(request: PageRequest) -> HttpResponse:
    return render(request, "dashboard/help.html", {"sections": sections()})
