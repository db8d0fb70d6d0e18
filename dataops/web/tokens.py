"""API tokens: made once, shown once, known afterwards only by a keyed hash.

A caller comes many times a second, so what was read of its token, user and permissions is kept. A cheap
look at both rows, every time, says whether it still holds: a token that was revoked or a user that was
disabled, by whatever process, is told by the next request. What a role may do, and what is
kept to a team, is read again after ``KEPT_SECONDS``, at once when this process changed it.
"""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Model, Q
from django.db.models.base import ModelState
from django.http import HttpRequest
from django.utils import timezone

from dataops.web import audit, features, sight
from dataops.web.models import ApiToken, TokenScope
from dataops.web.prepared import Prepared, Row

SCHEMES = ("token", "bearer")
PREFIX = "doi_"
M = TypeVar("M", bound=Model)
LAST_USED_EVERY = timedelta(minutes=1)
KEPT_SECONDS = 5.0
MOST_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class _Kept:
    """A token with its user, whose permissions are read, as both rows stood when ``row`` was read."""

    token: ApiToken
    row: Row
    until: float


_kept: OrderedDict[str, _Kept] = OrderedDict()
_guard = threading.Lock()
_ROW = Prepared(
    lambda digest: ApiToken.objects.filter(digest=digest).values_list(
        "pk", "name", "scope", "expires_at", "last_used_at", "revoked_at",
        "user_id", "user__username", "user__is_active", "user__is_staff", "user__is_superuser",
    )
)  # fmt: skip


def brought(request: HttpRequest) -> str | None:
    """The text of the token that a request brings, good or not; None when it brings none."""
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return text.strip() if scheme.lower() in SCHEMES else None


def digest_of(token: str) -> str:
    """HMAC-SHA256 keyed with the secret key: a stolen table does not open the API."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), hashlib.sha256).hexdigest()


def issue(
    *,
    user: User,
    name: str,
    scope: str = TokenScope.WRITE,
    lifetime: timedelta | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; returns its row and the text to hand out, which is nowhere else.

    Raises SwitchedOff where people make no tokens.
    The text is ``doi_<hint>_<secret>``: by the prefix scanners know a leaked one, by the hint its owner does.
    """
    features.require(features.TOKENS)
    hint = secrets.token_hex(4)
    text = f"{PREFIX}{hint}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(text),
        hint=hint,
        scope=scope,
        expires_at=timezone.now() + (lifetime or timedelta(days=settings.TOKEN_LIFETIME_DAYS)),
    )
    audit.record("token.created", by=user, target=token, changes={"scope": scope})
    return token, text


def find(text: str) -> ApiToken | None:
    """The token of this text whatever its state, with its user; None when there is none.

    Token and user are the caller's own copies. One small query, three more when they have to be read.
    """
    digest = digest_of(text)
    if (row := _ROW.one(digest)) is None:
        return None
    with _guard:
        kept = _kept.get(digest)
    if kept is None or kept.row != row or monotonic() > kept.until:
        kept = _read(digest, row)
    if kept is None:
        return None
    token = _twin(kept.token)
    token.user = _twin(kept.token.user)
    return token


def _twin(row: M) -> M:
    """A copy that knows the same and is changed alone; what ``copy`` does, without its detours."""
    kind = type(row)
    twin = kind.__new__(kind)
    twin.__dict__.update(row.__dict__)
    twin._state = ModelState()
    twin._state.adding, twin._state.db = False, row._state.db
    return twin


def forget(**_signal: Any) -> None:
    """Read everything again: what people may do has changed in this process."""
    with _guard:
        _kept.clear()


def _read(digest: str, row: Row) -> _Kept | None:
    token = ApiToken.objects.select_related("user").filter(digest=digest).first()
    if token is None:  # removed just now
        return None
    if not token.user.is_superuser:  # who may do everything is not asked for a list
        token.user.get_all_permissions()  # Django keeps them with the user
    sight.hidden_from(token.user)  # so is what they may not see
    # The row was read before the token: should they differ, the next look reads again.
    kept = _Kept(token, row, monotonic() + KEPT_SECONDS)
    with _guard:
        _kept[digest] = kept
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return kept


def touch(token: ApiToken) -> None:
    """Remember the last use, at most once a minute, so that reading does not write."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_EVERY:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def revoke(token: ApiToken, *, by: User) -> None:
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("token.revoked", by=by, target=token)
