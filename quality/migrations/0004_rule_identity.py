"""A source may have several rules of one kind and column; those it has keep their alerts."""

import hashlib
import json

from django.db import migrations, models


def identify(apps, schema_editor):
    for rule in apps.get_model("quality", "Check").objects.all():
        told = json.dumps(
            [rule.kind, rule.column, rule.params, ""], sort_keys=True, ensure_ascii=False
        )
        rule.identity = hashlib.sha256(told.encode()).hexdigest()[:32]
        rule.save(update_fields=["identity"])


class Migration(migrations.Migration):
    dependencies = [("quality", "0003_sources_and_schedules")]

    operations = [
        migrations.RemoveConstraint("check", name="check_once_per_column"),
        migrations.AddField(
            "check",
            "when",
            models.TextField(
                blank=True,
                default="",
                max_length=4000,
                help_text="A condition in SQL, such as country = 'DE': other rows are left out. Empty takes all.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "check",
            "dimension",
            models.CharField(
                blank=True,
                default="",
                max_length=20,
                choices=[
                    ("completeness", "Completeness"),
                    ("validity", "Validity"),
                    ("uniqueness", "Uniqueness"),
                    ("consistency", "Consistency"),
                    ("timeliness", "Timeliness"),
                    ("volume", "Volume"),
                ],
                help_text="Where it counts in the score; empty takes the check's own.",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "check",
            "method",
            models.CharField(blank=True, default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(
            "check",
            "identity",
            models.CharField(default="", editable=False, max_length=32),
            preserve_default=False,
        ),
        migrations.RunPython(identify, migrations.RunPython.noop),
        migrations.AddConstraint(
            "check",
            models.UniqueConstraint(
                fields=["source", "identity"],
                name="check_once_per_source",
                violation_error_message="The source has this rule already: change that one.",
            ),
        ),
        migrations.AddConstraint(
            "check",
            models.UniqueConstraint(
                fields=["source", "kind", "column", "method"], name="check_alerts_told_apart"
            ),
        ),
    ]
