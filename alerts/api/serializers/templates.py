"""Message templates as JSON."""

from typing import Any

from rest_framework import serializers

from alerts.channels import ChannelKind
from alerts.models import MessageTemplate, Notification
from alerts.models.template import MOST_BODY, MOST_SUBJECT
from alerts.services import wording


class TemplateSerializer(serializers.Serializer):
    """The words of one kind of channel; an empty part is the default."""

    kind = serializers.CharField(read_only=True)
    subject = serializers.CharField(max_length=MOST_SUBJECT, allow_blank=True, default="")
    body = serializers.CharField(max_length=MOST_BODY, allow_blank=True, default="", trim_whitespace=False)
    default_subject = serializers.CharField(read_only=True)
    default_body = serializers.CharField(read_only=True)
    version = serializers.IntegerField(read_only=True, help_text="0 while nobody chose words.")
    changed_by = serializers.CharField(read_only=True, allow_null=True)
    changed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class PreviewSerializer(serializers.Serializer):
    subject = serializers.CharField(max_length=MOST_SUBJECT, allow_blank=True, default="")
    body = serializers.CharField(max_length=MOST_BODY, allow_blank=True, default="", trim_whitespace=False)
    delivery = serializers.PrimaryKeyRelatedField(
        queryset=Notification.objects,
        required=False,
        allow_null=True,
        help_text="A message that was sent before, to say anew; without it a sample.",
    )


class WordsSerializer(serializers.Serializer):
    subject = serializers.CharField()
    text = serializers.CharField()


def shape(kind: ChannelKind, template: MessageTemplate | None) -> dict[str, Any]:
    return {
        "kind": kind.key,
        "subject": template.subject if template else "",
        "body": template.body if template else "",
        "default_subject": wording.DEFAULT_SUBJECT,
        "default_body": wording.DEFAULT_BODY,
        "version": template.number if template else 0,
        "changed_by": template.created_by.get_username() if template and template.created_by else None,
        "changed_at": template.created_at if template else None,
    }
