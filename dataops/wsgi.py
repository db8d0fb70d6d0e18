"""WSGI entry point of the web process."""

import os

from django.core.wsgi import get_wsgi_application

from dataops.engine.confine import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dataops.settings")

# The server loads us in a worker process, which would keep the port when the server itself is killed.
die_with_parent()
application = get_wsgi_application()
