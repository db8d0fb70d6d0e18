"""What a fresh installation needs before it starts; does nothing where it was done before."""

import logging
import secrets
from typing import Any

import environ
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from alerts import services as alerts
from dashboard import services as dashboard
from dataops.web import audit, environment
from dataops.web.models import AuditEvent

ADMIN = "admin"
ADMIN_EMAIL = "admin@localhost"  # alerts need somebody to go to, if only the console

env = environ.Env()


class Command(BaseCommand):
    help = "First admin, default alert routes, what the environment says and, once, sample data."

    def handle(self, *args: Any, **options: Any) -> None:
        admin = self._first_admin()
        alerts.ensure_defaults()
        environment.remember()
        if env.bool("DATAOPS_SAMPLE_DATA", default=True):
            self._sample_data(admin)

    def _first_admin(self) -> Any:
        users = get_user_model().objects
        if admin := users.filter(is_superuser=True).order_by("pk").first():
            return admin
        given = env("DATAOPS_ADMIN_PASSWORD", default="")
        password = given or secrets.token_urlsafe(12)
        admin = users.create_superuser(
            ADMIN, password=password, email=env("DATAOPS_ADMIN_EMAIL", default=ADMIN_EMAIL)
        )
        admin.groups.add(Group.objects.get(name="admin"))
        audit.record("user.created", by=None, target=admin)
        if not given:
            # The only time the password is ever shown.
            self.stdout.write(f"\n  First user: {ADMIN}\n  Password:   {password}\n\n")
        return admin

    def _sample_data(self, by: Any) -> None:
        if AuditEvent.objects.filter(action=dashboard.SAMPLES_LOADED).exists():
            return
        self.stdout.write("Loading sample data: seven months of flights, two models ...")
        logging.getLogger("dataops").setLevel(logging.WARNING)
        dashboard.load_samples(by=by, alone=True)
