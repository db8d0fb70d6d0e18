"""Does the web process answer? The supervisor asks, and the image: ``python -m dataops.web.probe``."""

import http.client
import os
import sys
from http import HTTPStatus

ANSWER_SECONDS = 4.0


def answers(host: str, port: int) -> bool:
    """Whether ``GET /healthz`` is answered with 200 at an address the web process listens on."""
    reachable = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104  (compared with, not bound to)
    connection = http.client.HTTPConnection(reachable, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": _accepted_name()})
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _accepted_name() -> str:
    """A name under which requests are taken, whatever ALLOWED_HOSTS was set to."""
    first = os.environ.get("ALLOWED_HOSTS", "").partition(",")[0].strip().removeprefix(".")
    return first if first not in ("", "*") else "localhost"


if __name__ == "__main__":
    sys.exit(0 if answers("127.0.0.1", int(os.environ.get("PORT") or 8000)) else 1)
