"""Reference pages made from what is registered, so that they cannot say anything else."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import groupby
from typing import Any

from django.utils.functional import Promise

from alerts.channels import CHANNELS, ChannelKind
from dataops.engine import score
from dataops.engine.checks import CHECKS, Check, Limits
from dataops.engine.drift import METHODS, DriftPolicy, Method
from dataops.engine.drift.evidence import COMBINED
from dataops.engine.readers import READERS
from dataops.management.markdown import default, parameters, prose, table
from dataops.web.environment import VARIABLES
from dataops.web.params import Declares, default_of, form_fields, secrets_of
from models_registry.formats import FORMATS
from models_registry.formats.templates import TEMPLATES
from models_registry.measures import MEASURES, Measure
from quality.origins import ORIGINS, Origin

NOTICE = "<!-- Written by `manage.py write_reference`: change the declarations, not this file. -->"
OURS = {"dataops", "quality", "models_registry", "alerts", "dashboard"}


def pages() -> dict[str, str]:
    """Every generated page by its file name under docs/reference."""
    made: dict[str, Callable[[], Iterable[str]]] = {
        "checks.md": _checks,
        "drift.md": _drift,
        "sources.md": _origins,
        "channels.md": _channels,
        "formats.md": _formats,
        "metrics.md": _metrics,
        "configuration.md": _configuration,
    }
    return {name: "\n".join([NOTICE, "", *lines()]).rstrip() + "\n" for name, lines in made.items()}


def built_in(strategies: Iterable[Any]) -> list[Any]:
    """Those that come with the product: a plug-in of this machine is no business of its documentation."""
    return [found for found in strategies if type(found).__module__.partition(".")[0] in OURS]


CHECKS_INTRODUCTION = """\
# Checks

A check measures one thing in a profile. Its limits turn the value into an outcome: past `fail` it fails,
past `warn` it warns, on a limit or short of it it passes. `no_data` means that there was nothing to measure,
`error` that the check itself broke.

Every new source gets those marked as default, which need no setting; the others are added where they are
wanted, for one column or for every column they fit: on the source's page under Rules, or with
`POST /api/v1/data-quality/sources/{id}/rules`. Everything can be changed for each source: parameters, limits,
severity, dimension, weight, and a filter (`when`) that leaves rows out. The value compared with the limits is
a share of the rows (or values) looked at unless the check says otherwise. Checks of validity leave missing
values out: completeness counts those. See [Rules](../how-to/rules.md).
"""


def _checks() -> Iterator[str]:
    found: list[Check] = built_in(CHECKS)
    yield CHECKS_INTRODUCTION
    yield from table(
        ("Check", "Key", "Looks at", "Dimension", "Warns", "Fails", "Default"),
        (
            (c.label, f"`{c.key}`", _scope(c), c.dimension, *_limits(c.default_limits), _yes(c.by_default))
            for c in found
        ),
    )
    for check in found:
        yield from (f"## {check.label} (`{check.key}`)", "", prose(check), "")
        yield from (f"Severity {check.severity}; counts in the score under {check.dimension}.", "")
        yield from parameters(fields(check.params))
    yield from ("## The score", "", prose(score.score), "")
    yield "Dimensions without a measurement are left out, and the others share their weight."
    yield from (f"The formula is called `{score.FORMULA}`.", "")
    yield from table(("Dimension", "Weight"), ((d, f"{w:g}") for d, w in score.DEFAULT_WEIGHTS.items()))


def _scope(check: Check) -> str:
    return "each column" if check.scope == "column" else "the table"


def _limits(limits: Limits) -> list[str]:
    return ["never" if v is None else f"{limits.direction} {v:g}" for v in (limits.warn, limits.fail)]


def _drift() -> Iterator[str]:
    yield from ("# Drift", "", prose(DriftPolicy), "", "## Settings of a comparison", "")
    yield from parameters(fields(DriftPolicy))
    yield from ("## What the default combines", "")
    yield from table(
        ("Columns", "Methods"), ((kind, ", ".join(f"`{k}`" for k in keys)) for kind, keys in COMBINED.items())
    )
    yield from ("`other` are dates, identifiers and free text: only their missing rate is compared.", "")
    found: list[Method] = built_in(METHODS)
    yield from ("## Methods", "")
    yield from table(
        ("Method", "Key", "Columns", "Gives", "Smallest effect that matters"),
        ((m.label, f"`{m.key}`", ", ".join(sorted(m.kinds)), _gives(m), f"{m.floor:g}") for m in found),
    )
    for method in found:
        yield from (f"### {method.label} (`{method.key}`)", "", prose(method), "")


def _gives(method: Method) -> str:
    return "p-value and effect" if method.is_test else "distance"


ORIGINS_INTRODUCTION = """\
# Sources

Where a source gets its data from is its kind; it is chosen when the source is made and stays. The settings
are the fields of the form under New source, and of `config` in `POST /api/v1/data-quality/sources`. How they
are used is told in [Connect a source](../how-to/sources.md).
"""


def _origins() -> Iterator[str]:
    yield ORIGINS_INTRODUCTION
    found: list[Origin] = built_in(ORIGINS)
    for origin in found:
        yield from (f"## {origin.label} (`{origin.key}`)", "", prose(origin), "")
        if form_fields(origin):
            yield from _settings(origin)


CHANNELS_INTRODUCTION = """\
# Channels

A channel is a way to reach people; a route says which alerts go to which channels. Both are set up on the
pages under Alerts, or with `POST /api/v1/alerts/channels` and `POST /api/v1/alerts/routes`.
"""


def _channels() -> Iterator[str]:
    yield CHANNELS_INTRODUCTION
    found: list[ChannelKind] = built_in(CHANNELS)
    for kind in found:
        yield from (f"## {kind.label} (`{kind.key}`)", "")
        yield from _settings(kind)


def _settings(kind: Declares) -> Iterator[str]:
    return table(
        ("Setting", "Default", "Secret", "Meaning"),
        (
            (f"`{name}`", default(default_of(kind, name)), _yes(name in secrets_of(kind)), form.help_text)
            for name, form in form_fields(kind).items()
        ),
    )


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _formats() -> Iterator[str]:
    yield from ("# Formats", "", "## Data files", "", "Recognised by content, never by the file's name.", "")
    yield from table(("Format", "Key"), ((found.label, f"`{found.key}`") for found in built_in(READERS)))
    yield from ("## Model artifacts", "")
    yield from table(("Format", "Key"), ((found.label, f"`{found.key}`") for found in built_in(FORMATS)))
    yield from ("## Sample models", "", "Deployed by key, trained on data that comes with the product.", "")
    yield from table(
        ("Template", "Key", "Task", "Question it answers"),
        ((made.label, f"`{made.key}`", made.task, made.description) for made in built_in(TEMPLATES)),
    )


METRICS_INTRODUCTION = """\
# Metrics of models

Every model is measured by the metrics of its task, week by week once the truth of its predictions is
known: see [Performance](../how-to/performance.md). Those below are measured where somebody chose them for a
model, on its page under Performance, *Own metrics*, or with
`PUT /api/v1/model-monitoring/models/{name}/metrics`. More can come as
[plug-ins](../how-to/metric_plugins.md).
"""


def _metrics() -> Iterator[str]:
    yield METRICS_INTRODUCTION
    found: list[Measure] = built_in(MEASURES)
    for measure in found:
        yield from (f"## {measure.label} (`{measure.key}`)", "", prose(measure), "")
        yield from (f"For {', '.join(sorted(measure.tasks))}.", "")
        yield from _settings(measure)


CONFIGURATION_INTRODUCTION = """\
# Configuration

Everything is set by environment variables, and nothing has to be set. A file `.env` beside `manage.py` is
read too; what the environment says wins over it. `.env.example` is a file to start from. The page *Every
setting* shows administrators what is set, and since when.

Yes and no are written `1`, `true`, `yes` or `on`, and `0`. Lists are separated by commas.
A change takes effect at the next start.
"""


def _configuration() -> Iterator[str]:
    yield CONFIGURATION_INTRODUCTION
    for section, variables in groupby(VARIABLES, key=lambda one: one.section):
        yield from (f"## {section}", "")
        rows = ((f"`{one.name}`", _in_force(one.default), one.effect) for one in variables)
        yield from table(("Name", "Default", "Effect"), rows)


def _in_force(told: Any) -> str:
    """What counts without the variable: a value, or a sentence about it."""
    return str(told) if isinstance(told, Promise) else default(told)
