"""Every page of the product by the name of its URL, and where it stands over the sample data."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from alerts.services import links
from tests.browser.sample import Sample

# The arguments of each, as names of what the sample has.
PAGES: dict[str, tuple[str, ...]] = {
    "dashboard:home": (),
    "dashboard:search": (),
    "dashboard:help": (),
    "dashboard:report": (),
    "quality:source_list": (),
    "quality:upload": (),
    "quality:upload_look": ("held",),
    "quality:source_new": (),
    "quality:source_create": ("origin",),
    "quality:source_detail": ("source",),
    "quality:source_columns": ("source",),
    "quality:source_rules": ("source",),
    "quality:rule_add": ("source",),
    "quality:source_suggestions": ("source",),
    "quality:suggestion_edit": ("source", "suggestion"),
    "quality:backtest_detail": ("source", "backtest"),
    "quality:rule_edit": ("source", "rule"),
    "quality:source_contract": ("source",),
    "quality:contract_version": ("source", "contract"),
    "quality:source_trend": ("source",),
    "quality:source_schema": ("source",),
    "quality:source_runs": ("source",),
    "quality:source_settings": ("source",),
    "quality:source_delete": ("source",),
    "quality:run_detail": ("run",),
    "quality:run_compare": ("run",),
    "quality:run_column": ("run", "column"),
    "quality:run_reading": ("run",),
    "models:model_list": (),
    "models:deploy": (),
    "models:allowed_types": (),
    "models:model_detail": ("model",),
    "models:model_performance": ("model",),
    "models:model_costs": ("model",),
    "models:model_metrics": ("model",),
    "models:model_ingests": ("model",),
    "models:model_predictions": ("model",),
    "models:model_try": ("model",),
    "models:model_compare": ("model",),
    "models:model_scoring": ("model",),
    "models:model_versions": ("model",),
    "models:version_detail": ("model", "version"),
    "models:model_drift": ("model",),
    "models:drift_detail": ("model", "drift"),
    "models:model_settings": ("model",),
    "models:backtest_detail": ("model", "policy_backtest"),
    "alerts:alert_list": (),
    "alerts:alert_detail": ("alert",),
    "alerts:alert_assign": ("alert",),
    "alerts:alert_report": (),
    "alerts:analytics": (),
    "alerts:delivery_list": (),
    "alerts:inbox": (),
    "alerts:preferences": (),
    "alerts:channel_list": (),
    "alerts:channel_create": ("channel_kind",),
    "alerts:channel_edit": ("channel",),
    "alerts:route_list": (),
    "alerts:route_create": (),
    "alerts:route_edit": ("route",),
    "alerts:policy_list": (),
    "alerts:policy_create": (),
    "alerts:policy_edit": ("policy",),
    "alerts:retention": (),
    "alerts:template_list": (),
    "alerts:template_edit": ("channel_kind",),
    "alerts:silence_list": (),
    "alerts:silence_create": (),
    "alerts:silence_edit": ("silence",),
    "settings:home": (),
    "settings:every_setting": (),
    "settings:drift": (),
    "settings:samples": (),
    "settings:scoring": (),
    "settings:system": (),
    "settings:jobs": (),
    "settings:features": (),
    "settings:weekly_mail": (),
    "settings:token_list": (),
    "settings:user_list": (),
    "settings:user_invite": (),
    "settings:person_erase": (),
    "settings:user_edit": ("person",),
    "settings:audit_log": (),
    "settings:profile": (),
    "settings:password": (),
    "settings:set_password": ("person_code", "password_token"),
    "settings:session_list": (),
    "mfa_index": (),
    "mfa_activate_totp": (),
    "mfa_list_webauthn": (),
    "mfa_add_webauthn": (),
    "account_reauthenticate": (),
    "account_inactive": (),
    "socialaccount_login_cancelled": (),
    "login": (),
}
OPEN_TO_STRANGERS = ("settings:set_password", "login", "account_inactive", "socialaccount_login_cancelled")
# Other faces of the same pages.
FACES: dict[str, Callable[[Sample], str]] = {
    "a what-if": lambda sample: (
        f"{reverse('quality:run_detail', args=[sample.run])}?{urlencode({'fix': 'column:'})}"
    ),
    "a number of a column": lambda sample: (
        f"{reverse('quality:source_trend', args=[sample.source])}"
        f"?{urlencode({'column': 'dep_delay', 'metric': 'mean'})}"
    ),
    "a check at work": lambda sample: reverse("quality:run_detail", args=[sample.live_run]),
    "a check that failed": lambda sample: reverse("quality:run_detail", args=[sample.failed_run]),
    "a resolved alert": lambda sample: reverse("alerts:alert_detail", args=[sample.resolved_alert]),
    "an inbox that was read": lambda sample: f"{reverse('alerts:inbox')}?show=all",
    "a search over everything": lambda sample: f"{reverse('dashboard:search')}?{urlencode({'q': 'fli'})}",
    "alerts over time": lambda sample: f"{reverse('dashboard:home')}?{urlencode({'show': 'alerts'})}",
    "a search without result": lambda sample: (
        f"{reverse('quality:source_list')}?{urlencode({'q': 'nowhere'})}"
    ),
    "a link from an e-mail": lambda sample: links.acknowledge_link(
        sample.alert, "grace@example.com"
    ).removeprefix(settings.PUBLIC_URL),
    "a link to unsubscribe": lambda sample: links.unsubscribe_link("grace@example.com").removeprefix(
        settings.PUBLIC_URL
    ),
    "a page that is not there": lambda sample: "/nowhere/",
}


def address(page: str, sample: Sample) -> str:
    """The path of a page or of a face of one."""
    if page in FACES:
        return FACES[page](sample)
    return reverse(page, args=[getattr(sample, name) for name in PAGES[page]])
