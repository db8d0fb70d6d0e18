"""A real SMTP server that keeps what it is sent, or refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import free_port

TAKEN = "250 OK"


class SmtpSink:
    """Messages in order of arrival; ``url`` is the EMAIL_URL of this server."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"
        self.messages: list[EmailMessage] = []
        self.attempts = 0
        self._answer = TAKEN

    def refuse(self, answer: str = "451 4.7.1 Greylisted, try again later") -> None:
        """Answer every message with this from now on: 4xx is "try again", 5xx is "never"."""
        self._answer = answer

    def accept(self) -> None:
        self._answer = TAKEN

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        self.attempts += 1
        if self._answer == TAKEN:
            assert envelope.original_content is not None
            message = message_from_bytes(envelope.original_content, policy=default)
            message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
            self.messages.append(message)
        return self._answer


@contextmanager
def smtp_sink() -> Iterator[SmtpSink]:
    """A running sink on a port of its own."""
    sink = SmtpSink()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
