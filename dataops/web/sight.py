"""What is kept to a team stays out of every query that is made for somebody else.

A source or a model is seen by everybody signed in, until it is kept to a team: then by its members, and by
whoever may read the audit log, which tells of everything. The middleware says for whom a request asks;
``SightedManager`` leaves out what hangs on something hidden from them, so that no page, export, count or
search can forget to. Jobs, commands and the outbox ask for nobody, and see everything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from hashlib import sha256
from typing import Any, ClassVar

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, Q, Value
from django.http import HttpRequest, HttpResponse

from dataops.web.accounts import ROLES
from dataops.web.teams import teams
from dataops.web.words import lazy as _

SEES_EVERYTHING = "web.view_auditevent"

Hidden = Mapping[str, frozenset[int]]
"""By the type of subject the keys of what somebody may not see; types without any are left out."""

_asking: ContextVar[Any] = ContextVar("asking", default=None)
"""What has the person as its ``user``, who may become known only while the request is answered."""


def teams_only() -> Q:
    """A role is no team."""
    return ~Q(name__in=list(ROLES))


class Keepable(models.Model):
    """Something that may be kept to a team; ``subject_type`` is what alerts call its kind."""

    subject_type: ClassVar[str]

    kept_to = models.ForeignKey(
        Group,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to=teams_only,
        help_text="The team that alone sees it, besides administrators, and all that comes of it.",
    )

    class Meta:
        abstract = True

    def validate_unique(self, exclude: Any = None) -> None:
        with for_nobody():  # a name is taken also for those who do not see by what
            super().validate_unique(exclude)


class SightedManager(models.Manager):
    """Leaves out what is hidden from who asks: ``unseen`` of the model says which rows that are."""

    def get_queryset(self) -> models.QuerySet:
        rows = super().get_queryset()
        if not (hidden := hidden_from_asker()):
            return rows
        unseen: Q = self.model.unseen(hidden)  # type: ignore[attr-defined]  # its models have it
        return rows.exclude(unseen) if unseen else rows

    def hides(self, **lookup: Any) -> bool:
        """Whether there is such a row that who asks may not see."""
        found = self.model._base_manager.filter(**lookup)
        return bool(hidden_from_asker()) and found.exists() and not self.filter(**lookup).exists()


def hanging_on(**paths: str) -> Callable[[Hidden], Q]:
    """The rows that lead to something hidden, by the lookup of its key for each type of subject."""

    def unseen(hidden: Hidden) -> Q:
        found = Q()
        for subject_type, path in paths.items():
            if keys := hidden.get(subject_type):
                found |= Q(**{f"{path}__in": keys})
        return found

    return staticmethod(unseen)


def about(hidden: Hidden) -> Q:
    """The rows whose ``subject_type`` and ``subject_id`` name something hidden."""
    found = Q()
    for subject_type, keys in hidden.items():
        found |= Q(subject_type=subject_type, subject_id__in=[str(key) for key in keys])
    return found


def hidden_from_asker() -> Hidden:
    """What whoever asks may not see; nothing where nobody does."""
    asking = _asking.get()
    return hidden_from(asking.user) if asking else {}


def same_for() -> str:
    """One text for all who see the same: a part of the key of what is made once for several people."""
    hidden = hidden_from_asker()
    seen = sorted((kind, *sorted(keys)) for kind, keys in hidden.items())
    return sha256(repr(seen).encode()).hexdigest()[:16] if seen else "everything"


def hides_from_asker(row: Keepable) -> bool:
    """For rows that came by another road than a manager."""
    return row.pk in hidden_from_asker().get(row.subject_type, ())


def hides(hidden: Hidden, subject_type: str, subject_id: str) -> bool:
    """Whether this subject is among what is hidden."""
    return subject_id in map(str, hidden.get(subject_type, ()))


class SightMiddleware:
    """Whatever is read for a request is read for the person who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with _asked_by(request):
            return self.get_response(request)


class _Asking:
    def __init__(self, user: Any) -> None:
        self.user = user


@contextmanager
def _asked_by(asking: Any) -> Iterator[None]:
    before = _asking.set(asking)
    try:
        yield
    finally:
        _asking.reset(before)


def for_everybody() -> Any:
    """Inside, what is kept to any team is left out: for what goes to people we do not know."""
    return _asked_by(_Asking(AnonymousUser()))


def for_nobody() -> Any:
    """Inside, everything is there: for counts that name nothing, and for links that are signed."""
    return _asked_by(None)


def hidden_from(person: Any) -> Hidden:
    """What a person may not see, read once for each object that stands for them."""
    if getattr(person, "something_kept", True) is False:
        return {}
    if not hasattr(person, "_hidden"):
        person._hidden = _hidden_from_each([person])[person.pk]
    found: Hidden = person._hidden
    return found


def hidden_from_people(keys: Iterable[int]) -> dict[int, Hidden]:
    """The same for several people by their key; one query while nothing is kept to a team."""
    wanted = list(keys)
    if not _kept():
        return {key: {} for key in wanted}
    return _hidden_from_each(get_user_model()._default_manager.filter(pk__in=wanted))


def something_kept() -> Q:
    """Whether anything is kept to a team at all, as a column of a query that is made anyway."""
    found = Q()
    for kind in kinds():
        found |= Q(Exists(_kept_of(kind)))
    return found


def may_keep_to(person: Any, *, now: Group | None) -> models.QuerySet[Group]:
    """The teams a person may keep something to: their own, all for who sees everything; and where it is."""
    if person is None or person.has_perm(SEES_EVERYTHING):
        return teams()
    return teams().filter(Q(pk__in=person.groups.values("pk")) | Q(pk=now and now.pk))


def check_kept_to(row: Keepable, team: Group | None, *, by: Any) -> None:
    """Raises ValidationError for a team that is not one's own: what one keeps to it would be gone."""
    if team is not None and team not in may_keep_to(by, now=row.kept_to):
        raise ValidationError({"kept_to": _("You are in no team of this name.")})


def kinds() -> list[type[Keepable]]:
    return [model for model in apps.get_models() if issubclass(model, Keepable)]


def _hidden_from_each(people: Iterable[Any]) -> dict[Any, Hidden]:
    kept = _kept()
    return {person.pk: _hidden(person, kept) if kept else {} for person in people}


def _hidden(person: Any, kept: list[tuple[str, int, int]]) -> Hidden:
    if person.has_perm(SEES_EVERYTHING):
        return {}
    own = set(person.groups.values_list("pk", flat=True))
    found: dict[str, set[int]] = {}
    for subject_type, key, team in kept:
        if team not in own:
            found.setdefault(subject_type, set()).add(key)
    return {subject_type: frozenset(keys) for subject_type, keys in found.items()}


def _kept() -> list[tuple[str, int, int]]:
    """Type, key and team of all that is kept to one; one query."""
    first, *others = (
        _kept_of(kind).values_list(Value(kind.subject_type), "pk", "kept_to") for kind in kinds()
    )
    return list(first.union(*others, all=True))


def _kept_of(kind: type[Keepable]) -> models.QuerySet:
    return kind._base_manager.filter(kept_to__isnull=False).order_by()
