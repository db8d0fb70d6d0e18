"""Choosing the words of messages: every version is kept, the newest counts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext

from alerts.channels import ChannelKind
from alerts.enums import SubjectType
from alerts.models import MessageTemplate
from alerts.services import phrases, wording
from alerts.services.channels import kind_of
from alerts.services.identity import Evidence, Subject
from alerts.services.reporting import report
from dataops.engine.findings import Finding, FindingState
from dataops.engine.types import Severity
from dataops.web import audit
from dataops.web.words import lazy as _

FINDING = "system.template"


@transaction.atomic
def save_template(kind: str, *, subject: str, body: str, by: Any) -> MessageTemplate:
    """A new version; an empty part means the default. Raises ValidationError with part and line."""
    channel = _worded(kind)
    subject, body = _unless_default(subject.strip(), body.replace("\r\n", "\n").strip())
    check(subject=subject, body=body)
    template = MessageTemplate(kind=kind, number=_next(kind), subject=subject, body=body, created_by=by)
    template.full_clean()
    template.save()
    audit.record("template.saved", by=by, target=template, changes={"subject": subject, "body": body})
    report_fault(channel, "")
    return template


def reset_template(kind: str, *, by: Any) -> MessageTemplate:
    """Back to the words we came with; as a version, so that the others stay to be looked at."""
    return save_template(kind, subject="", body="", by=by)


def check(*, subject: str, body: str) -> None:
    """Raises ValidationError by part; each message names its line."""
    errors = {}
    for name, text in (("subject", subject), ("body", body)):
        try:
            phrases.compiled(text)
        except phrases.TemplateFault as fault:
            errors[name] = str(fault)
    if errors:
        raise ValidationError(errors)


def preview_template(kind: str, *, subject: str, body: str, message: wording.Message) -> wording.Words:
    """What a message would say. Raises ValidationError by part."""
    channel = _worded(kind)
    check(subject=subject, body=body)
    return wording.render(
        channel, message, subject=subject or wording.DEFAULT_SUBJECT, body=body or wording.DEFAULT_BODY
    )


def report_fault(kind: ChannelKind, fault: str) -> None:
    """Opens or ends the alert about a template that does not work; an empty fault ends it."""
    finding = Finding(
        kind=FINDING,
        method=kind.key,
        state=FindingState.BREACH if fault else FindingState.OK,
        severity=Severity.WARNING,
        title=f"The message template of {kind.label} does not work",
        message=f"{fault}. Messages go out in the default words." if fault else "",
    )
    subject = Subject(
        type=SubjectType.SYSTEM, id="product", name="DataOps Inspector", url=f"/alerts/templates/{kind.key}/"
    )
    evidence = Evidence(label="Message templates", url=subject.url, sequence=None)
    report(subject=subject, findings=[finding], evidence=evidence)


def _worded(kind: str) -> ChannelKind:
    found = kind_of(kind)
    if not wording.takes_templates(found):
        known = ", ".join(each.key for each in wording.kinds())
        raise ValidationError(
            {
                "kind": _("What %(label)s gets has a fixed form. Templates: %(known)s.")
                % {"label": gettext(found.label), "known": known}
            }
        )
    return found


def _unless_default(subject: str, body: str) -> tuple[str, str]:
    """What was left as it was shown goes on to follow the default, which may get better."""
    return (
        "" if subject == wording.DEFAULT_SUBJECT.strip() else subject,
        "" if body == wording.DEFAULT_BODY.strip() else body,
    )


def _next(kind: str) -> int:
    return (MessageTemplate.objects.of(kind).aggregate(last=Max("number"))["last"] or 0) + 1
