"""A message as an e-mail: plain text, HTML with charts inside it, and the headers that make a thread."""

from datetime import datetime
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from alerts.channels import sparkline
from alerts.channels.base import Message
from alerts.enums import Reason, Substatus

LATE_AFTER_SECONDS = 600
MOST_CHARTS = 10


class _Mail(EmailMultiAlternatives):
    mixed_subtype = "related"  # pictures are parts of the text, not files beside it (RFC 2387)


class Letter:
    """Written once, addressed to each recipient: links that act are personal."""

    def __init__(self, message: Message) -> None:
        self.message = message
        rows = message.payload.get("letter", {}).get("rows", [])
        self._charts = _charts([*message.payload["alerts"], *rows][:MOST_CHARTS])

    def to(self, address: str, payload: dict[str, Any]) -> EmailMultiAlternatives:
        """``payload`` is that of the message, or what of it this address wants; then with its subject."""
        context = self._context(address, payload)
        text, html = (render_to_string(f"alerts/email/message.{kind}", context) for kind in ("txt", "html"))
        mail = _Mail(context["subject"], text, to=[address], headers=self._headers(context))
        mail.attach_alternative(html, "text/html")
        for drawn in [*payload["alerts"], *context["letter"].get("rows", [])]:
            if image := self._charts.get(drawn["id"]):
                mail.attach(self._inline(drawn["id"], image))
        return mail

    def _headers(self, context: dict[str, Any]) -> dict[str, str]:
        headers = {"Message-ID": f"<{self.message.id}>", "Auto-Submitted": "auto-generated"}
        if self.message.thread:
            headers |= dict.fromkeys(("In-Reply-To", "References"), f"<{self.message.thread}>")
        if leave := context["unsubscribe_url"]:
            # One click in the mail program (RFC 8058).
            headers |= {
                "List-Unsubscribe": f"<{leave}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            }
        return headers

    def _context(self, address: str, payload: dict[str, Any]) -> dict[str, Any]:
        late = self.message.late_seconds
        return {
            "subject": self.message.subject,
            # What a template says tells of all alerts; who wants a part of them gets the default words.
            "chosen_text": "" if "subject" in payload else self.message.text,
            **payload,
            "alerts": [self._alert(alert, address) for alert in payload["alerts"]],
            "letter": self._letter(payload.get("letter", {})),
            "unsubscribe_url": self.message.unsubscribe_for(address),
            "public_url": settings.PUBLIC_URL,
            "late_seconds": late if late > LATE_AFTER_SECONDS else None,
        }

    def _alert(self, alert: dict[str, Any], address: str) -> dict[str, Any]:
        is_over = alert["reason"] == Reason.RESOLVED
        evidence = alert["evidence"]["path"]
        since, at = (datetime.fromisoformat(alert[name]) for name in ("opened_at", "at"))
        substatus = alert.get("substatus")
        return alert | {
            "unit": alert.get("unit", ""),
            "substatus_label": str(Substatus(substatus).label) if substatus else "",
            "since": since,
            "open_seconds": (at - since).total_seconds(),
            "chart": self._chart_id_of(alert["id"]),
            "evidence_url": f"{settings.PUBLIC_URL}{evidence}" if evidence.startswith("/") else evidence,
            "acknowledge_url": "" if is_over else self.message.link_for(alert["id"], address),
        }

    def _letter(self, letter: dict[str, Any]) -> dict[str, Any]:
        rows = [row | {"chart": self._chart_id_of(row["id"])} for row in letter.get("rows", [])]
        return letter | {"rows": rows} if letter else {}

    def _chart_id_of(self, drawn: int | str) -> str:
        """Empty where there is nothing to draw."""
        return self._chart_id(drawn) if drawn in self._charts else ""

    def _chart_id(self, alert_id: int | str) -> str:
        return f"chart-{alert_id}.{self.message.id}"

    def _inline(self, alert_id: int | str, image: bytes) -> MIMEImage:
        part = MIMEImage(image, "png")
        part.add_header("Content-ID", f"<{self._chart_id(alert_id)}>")
        part.add_header("Content-Disposition", "inline", filename=f"alert-{alert_id}.png")
        return part


def _charts(alerts: list[dict[str, Any]]) -> dict[int | str, bytes]:
    drawn = {a["id"]: sparkline.png(a.get("history", []), limit=a["threshold"]) for a in alerts}
    return {alert_id: image for alert_id, image in drawn.items() if image}
