"""Dashboard and settings pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/home.html")


def settings_home(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard/settings.html")
