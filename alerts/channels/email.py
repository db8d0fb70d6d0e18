"""E-mail: one message per recipient over one connection, so that one bad address hurts nobody else."""

import smtplib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.mail import get_connection
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import translation

from alerts.channels.base import DeliveryError, Message, NobodyToTell, Receipt
from alerts.channels.letter import Letter
from dataops.web.locale import language_of
from dataops.web.words import lazy as _

TIMEOUT_SECONDS = 20
BUDGET_SECONDS = 60.0
MAX_RECIPIENTS = 50


class AddressesField(forms.CharField):
    """Addresses, one a line or parted by commas, or already a list."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        parts = value if isinstance(value, list | tuple) else str(value or "").replace(",", "\n").splitlines()
        if not all(isinstance(part, str) for part in parts):
            raise ValidationError(_("Addresses must be text."))
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def validate(self, value: list[str]) -> None:
        if len(value) > MAX_RECIPIENTS:
            raise ValidationError(
                _("%(count)s addresses; a channel may have %(most)s.")
                % {"count": len(value), "most": MAX_RECIPIENTS}
            )

    def run_validators(self, value: list[str]) -> None:
        for address in value:
            try:
                validate_email(address)
            except ValidationError:
                raise ValidationError(
                    _("%(address)s is not an e-mail address.") % {"address": f"{address[:80]!r}"}
                ) from None


@dataclass(frozen=True, slots=True)
class EmailParams:
    recipients: tuple[str, ...] = field(
        default=(),
        metadata={
            "field": AddressesField(
                label=_("Recipients"),
                required=False,
                help_text=_("One address a line. Leave empty for all active administrators and staff."),
            )
        },
    )


@dataclass(frozen=True, slots=True)
class EmailChannel:
    key: str = "email"
    label: str = "E-mail"
    params: type[EmailParams] = EmailParams
    takes_templates: bool = True

    def send(self, message: Message, config: EmailParams) -> Receipt:
        """Send to everybody who does not have it yet.

        When some could not be reached, the DeliveryError is permanent if every one of those was
        refused for good.
        """
        recipients = config.recipients or staff_addresses()
        if not recipients:
            raise NobodyToTell("No recipient: name some on the channel, or give an administrator an address.")
        return post_to(recipients, message)


def post_to(recipients: Sequence[str], message: Message) -> Receipt:
    """One mail to each who does not have it yet and wants it now; raises DeliveryError."""
    posting = _Posting(message)
    posting.send([address for address in recipients if address not in message.delivered_to])
    if posting.failures:
        raise DeliveryError(
            "; ".join(posting.failures), permanent=posting.is_final, delivered_to=tuple(posting.done)
        )
    if not posting.delivered:
        raise NobodyToTell(f"Nobody wants it now: {', '.join(posting.left_out)}.")
    detail = f"accepted for {', '.join(posting.delivered)}"
    if posting.left_out:
        detail += f"; not now, as they wish: {', '.join(posting.left_out)}"
    return Receipt(tuple(posting.done), detail=detail)


def staff_addresses() -> tuple[str, ...]:
    """Who gets mail when a channel names nobody; asked at each sending, since people come and go."""
    people = get_user_model()._default_manager.filter(Q(is_staff=True) | Q(is_superuser=True), is_active=True)
    return tuple(dict.fromkeys(people.exclude(email="").order_by("pk").values_list("email", flat=True)))


class _Posting:
    """One go through the recipients, with what became of each."""

    def __init__(self, message: Message) -> None:
        self.delivered = list(message.delivered_to)
        self.left_out: list[str] = []
        self.failures: list[str] = []
        self.is_final = True
        self._message, self._letter = message, Letter(message)
        self._deadline = time.monotonic() + BUDGET_SECONDS

    @property
    def done(self) -> list[str]:
        """Addresses that need no other try."""
        return [*self.delivered, *self.left_out]

    def send(self, recipients: Sequence[str]) -> None:
        connection = get_connection(timeout=TIMEOUT_SECONDS)
        try:
            connection.open()
            self._send_each(connection, recipients)
        except (smtplib.SMTPException, OSError) as fault:
            # The connection (or the sign-in), not an address: everybody left gets another try.
            self._failed("mail server", fault, permanent=False)
        finally:
            _close(connection)

    def _send_each(self, connection: Any, recipients: Sequence[str]) -> None:
        for address in recipients:
            if time.monotonic() > self._deadline:
                raise TimeoutError(f"stopped after {BUDGET_SECONDS:.0f} s, {len(self.delivered)} have it")
            content = self._content_for(address)
            if content is None:
                self.left_out.append(address)
                continue
            try:
                with translation.override(language_of(address)):
                    mail = self._letter.to(address, content)
                connection.send_messages([mail])
            except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
                raise
            except (smtplib.SMTPException, ValueError) as fault:
                self._failed(address, fault, permanent=_is_permanent(fault))
            else:
                self.delivered.append(address)

    def _failed(self, who: str, fault: Exception, *, permanent: bool) -> None:
        self.failures.append(f"{who}: {_words(fault)}")
        self.is_final &= permanent

    def _content_for(self, address: str) -> dict[str, Any] | None:
        """The payload as this address wants it; one that names its recipients is what they asked for."""
        payload = self._message.payload
        if self._message.content_for is None or "to" in payload:
            return payload
        return self._message.content_for(address, payload)


def _close(connection: Any) -> None:
    """Say goodbye; what was accepted stays accepted even if the server hangs up first."""
    try:
        connection.close()
    except (smtplib.SMTPException, OSError):
        return


def _codes(fault: Exception) -> list[tuple[int, Any]]:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return list(fault.recipients.values())
    if isinstance(fault, smtplib.SMTPResponseException):
        return [(fault.smtp_code, fault.smtp_error)]
    return []


def _is_permanent(fault: Exception) -> bool:
    """5xx answers are final (RFC 5321, 4.2.1), and so is an address that cannot be written in a header."""
    codes = _codes(fault)
    return all(code >= 500 for code, _ in codes) if codes else isinstance(fault, ValueError)


def _words(fault: Exception) -> str:
    answers = [
        f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
        for code, text in _codes(fault)
    ]
    return ", ".join(answers) or f"{type(fault).__name__} {fault}".strip()
