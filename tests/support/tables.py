"""``python -m tests.support.tables``: the tables of a new installation, in a fifth of the time of migrations.

They are made of the models as they are, and the migrations are said to be done. That these lead to the same
is proven where a product starts over nothing: tests.flows.test_up, tests.faults, tests.dataops.test_backup.
"""

import django
from django.apps import apps
from django.core.management import call_command
from django.test import override_settings


def make() -> None:
    without = {app.label: None for app in apps.get_app_configs()}
    with override_settings(MIGRATION_MODULES=without):
        call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("migrate", fake=True, verbosity=0)


if __name__ == "__main__":
    django.setup()
    make()
