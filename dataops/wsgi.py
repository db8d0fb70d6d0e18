"""WSGI entry point of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from dataops.engine.confine import die_with_parent
from dataops.web.telemetry import start_tracing
from dataops.web.warming import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dataops.settings")

# The server loads us in a worker process, which would keep the port when the server itself is killed.
die_with_parent()
start_tracing("dataops-web")
application = get_wsgi_application()
warm_up(application)
