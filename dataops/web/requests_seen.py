"""How many requests were answered, how, and in what time: counted by each web process into files of its own.

The files lie in ``PROMETHEUS_MULTIPROC_DIR``, so that whichever process is asked for metrics tells of all.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

GetResponse = Callable[[HttpRequest], HttpResponse]

SECONDS = Histogram(
    "dataops_request_seconds",
    "Requests by route, method and class of status",
    labelnames=["route", "method", "status"],
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class CountRequests:
    """The outermost layer, so that what others answer is counted as well."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        # Names of our own only: a label made of what was asked would have no end of values.
        route = request.resolver_match.view_name if request.resolver_match else "none"
        method = request.method if request.method in METHODS else "other"
        status = f"{response.status_code // 100}xx"
        SECONDS.labels(route, method, status).observe(time.perf_counter() - began)
        return response
