"""How long what is over is kept."""

from dataclasses import asdict
from typing import Any

from django import forms

from alerts.services.retention import LEAST_DAYS, MOST_DAYS, Retention

_LABELS = {
    "history_days": (
        "Episodes and events",
        "After the end. Analytics and similar alerts reach back no further.",
    ),
    "log_days": ("Delivery log", "After a message was written. Analytics count the messages that are kept."),
    "inbox_days": ("Inbox", "Read or not. What is about an open alert stays."),
}


class RetentionForm(forms.Form):
    """A number of days for each; empty keeps for ever."""

    def __init__(self, *args: Any, now: Retention, **kwargs: Any) -> None:
        kwargs["initial"] = asdict(now)
        super().__init__(*args, **kwargs)
        for name, (label, help_text) in _LABELS.items():
            self.fields[name] = forms.IntegerField(
                min_value=LEAST_DAYS,
                max_value=MOST_DAYS,
                required=False,
                label=f"{label}: days",
                help_text=f"{help_text} Empty: for ever.",
            )
