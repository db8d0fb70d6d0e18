"""Whether the audit log is what was appended: no entry changed, slipped in or taken out."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dataops.web import audit
from dataops.web.models import AuditHead


class Command(BaseCommand):
    help = "Check the chain of the audit log; exit 1 and the places where it is broken."

    def handle(self, **_: Any) -> None:
        audit.seal()
        breaks = list(audit.verify())
        for broken in breaks:
            self.stderr.write(f"{broken.day or 'no day left'}, entry {broken.position}: {broken.fault}")
        if breaks:
            raise CommandError("The audit log is not what was appended.")
        head = AuditHead.objects.get(pk=AuditHead.ONLY)
        self.stdout.write(
            f"{head.position} entries, as they were appended; the last digest is {head.digest}."
        )
