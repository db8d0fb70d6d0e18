"""What the search finds, in the order in which people want it: places to go, then things."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dashboard.selectors.search import search
from dataops.web.explanations import Explanation, matching
from dataops.web.words import lazy as _

LEAST_LETTERS = 2
MOST_PLACES = 8
SEE_PEOPLE = "auth.change_user"


@dataclass(frozen=True, slots=True)
class Hit:
    """One line; ``hint`` says what it is in a few words, ``state`` how it stands."""

    title: str
    url: str
    icon: str
    hint: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Place:
    """A page or the start of a task; ``words`` are what else people call it, ``permission`` what it takes."""

    title: str
    route: str
    icon: str
    words: str = ""
    permission: str = ""

    def is_called(self, wanted: Iterable[str]) -> bool:
        """Whether each of these begins a word of it: "ord" is no password."""
        own = f"{self.title} {self.words}".lower().split()
        return all(any(word.startswith(start) for word in own) for start in wanted)


PLACES = (
    Place(_("Dashboard"), "dashboard:home", "dashboard", "home overview"),
    Place(_("Business report"), "dashboard:report", "chart", "summary week owner tag print"),
    Place(_("Weekly report by mail"), "settings:weekly_mail", "mail", "summary business"),
    Place(_("Data sources"), "quality:source_list", "quality", "quality datasets tables"),
    Place(_("Models"), "models:model_list", "models", "registry machine learning"),
    Place(_("Alerts"), "alerts:alert_list", "alerts", "incidents problems"),
    Place(_("My inbox"), "alerts:inbox", "mail", "notifications bell"),
    Place(_("Upload data"), "quality:upload", "upload", "file csv parquet check", "quality.upload_data"),
    Place(
        _("Connect a source"), "quality:source_new", "plus", "new add database url", "quality.add_datasource"
    ),
    Place(_("Deploy a model"), "models:deploy", "plus", "new add version", "models_registry.deploy_model"),
    Place(_("Report an alert"), "alerts:alert_report", "edit", "new incident", "alerts.handle_alert"),
    Place(_("Alert analytics"), "alerts:analytics", "activity", "noise reaction time"),
    Place(_("Deliveries"), "alerts:delivery_list", "history", "messages sent outbox"),
    Place(_("What the numbers mean"), "dashboard:help", "unknown", "help glossary formula statistics"),
    Place(_("Settings"), "settings:home", "settings", "preferences configuration"),
    Place(_("Thresholds and scoring"), "settings:scoring", "sliders", "weights limits"),
    Place(_("Drift policy"), "settings:drift", "gauge", "methods false alarms floor"),
    Place(_("Every setting"), "settings:every_setting", "search", "defaults reset environment"),
    Place(_("Retention"), "alerts:retention", "history", "how long kept days"),
    Place(_("Channels"), "alerts:channel_list", "mail", "slack teams webhook e-mail"),
    Place(_("Routes"), "alerts:route_list", "filter", "who is told"),
    Place(_("Policies"), "alerts:policy_list", "sliders", "open end severity"),
    Place(_("Silences"), "alerts:silence_list", "moon", "mute maintenance"),
    Place(_("Profile"), "settings:profile", "user", "password theme time zone language"),
    Place(_("What I am told"), "alerts:preferences", "alerts", "notification preferences quiet hours digest"),
    Place(_("API tokens"), "settings:token_list", "key", "script access"),
    Place(_("Users and roles"), "settings:user_list", "users", "people invite", SEE_PEOPLE),
    Place(_("Audit log"), "settings:audit_log", "history", "who changed what", "web.view_auditevent"),
    Place(
        _("Sample data"),
        "settings:samples",
        "download",
        "load remove demo",
        "web.change_globalsetting",
    ),
    Place(_("Features"), "settings:features", "sliders", "switch off allow"),
    Place(_("System"), "settings:system", "server", "health version disk worker"),
    Place(_("Jobs"), "settings:jobs", "history", "running queued progress work"),
    Place(_("API documentation"), "docs", "api", "swagger openapi"),
)


def groups(text: str, *, user: Any) -> list[Group]:
    """What a person may go to and see; without a text only the places."""
    text = text.strip()
    found = [Group(_("Go to"), list(_places(text, user)))]
    if len(text) >= LEAST_LETTERS:
        found += _things(text, user)
    return [group for group in found if group.hits]


def _places(text: str, user: Any) -> Iterator[Hit]:
    wanted = text.lower().split()
    open_to_them = (place for place in PLACES if not place.permission or user.has_perm(place.permission))
    fitting = [place for place in open_to_them if place.is_called(wanted)]
    fitting.sort(key=lambda place: not place.title.lower().startswith(text.lower()))
    for place in fitting[:MOST_PLACES]:
        yield Hit(place.title, reverse(place.route), place.icon)


def _things(text: str, user: Any) -> list[Group]:
    found = search(text, with_people=user.has_perm(SEE_PEOPLE))
    return [
        Group(
            _("Sources"), [Hit(s.name, s.get_absolute_url(), "quality", state=s.state) for s in found.sources]
        ),
        Group(
            _("Models"),
            [Hit(m.name, m.get_absolute_url(), "models", m.get_task_display()) for m in found.models],
        ),
        Group(
            _("Open alerts"),
            [Hit(a.title, a.get_absolute_url(), "alerts", a.subject_name, a.severity) for a in found.alerts],
        ),
        Group(
            _("People"),
            [
                Hit(p.username, reverse("settings:user_edit", args=[p.pk]), "user", p.get_full_name())
                for p in found.people
            ],
        ),
        Group(_("What it means"), [_meaning(explained) for explained in matching(text)]),
    ]


def _meaning(explained: Explanation) -> Hit:
    url = f"{reverse('dashboard:help')}#{explained.key}"
    return Hit(explained.label, url, "unknown", explained.meaning.partition(". ")[0])
