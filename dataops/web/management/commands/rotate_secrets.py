"""Encrypt every stored secret anew, after a new key was put first in DATAOPS_SECRETS_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from dataops.web import vault
from dataops.web.sign_in import rotate_second_factors


class Command(BaseCommand):
    help = "Encrypt every stored secret with the first key; the other keys may go afterwards."

    def handle(self, **_: Any) -> None:
        counted = (vault.rotate(), rotate_second_factors())
        rotated, lost = (sum(numbers) for numbers in zip(*counted, strict=True))
        self.stdout.write(f"{rotated} secrets are encrypted with the first key now.")
        if lost:
            self.stderr.write(f"{lost} could not be read with any key: enter them again.")
