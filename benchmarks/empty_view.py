"""The site map with one view more, which signs in the caller, reads the JSON and does nothing."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from dataops.urls import urlpatterns as site
from dataops.web.api.base import ApiView


class EmptyView(ApiView):
    def post(self, request: Request) -> Response:
        return Response({"fields": len(request.data)})


urlpatterns = [*site, path("api/v1/empty", EmptyView.as_view())]
