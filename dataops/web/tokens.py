"""API tokens: made once, shown once, known afterwards only by a keyed hash."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from dataops.web import audit
from dataops.web.models import ApiToken, TokenScope

PREFIX = "doi_"
LAST_USED_EVERY = timedelta(minutes=1)


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
    """Make a token; returns its row and the text to hand out, which is nowhere else."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(text),
        hint=text[-4:],
        scope=scope,
        expires_at=timezone.now() + (lifetime or timedelta(days=settings.TOKEN_LIFETIME_DAYS)),
    )
    audit.record("token.created", by=user, target=token, changes={"scope": scope})
    return token, text


def find(text: str) -> ApiToken | None:
    """The token of this text whatever its state, with its user; None when there is none."""
    return ApiToken.objects.select_related("user").filter(digest=digest_of(text)).first()


def touch(token: ApiToken) -> None:
    """Remember the last use, at most once a minute, so that reading does not write."""
    now = timezone.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - LAST_USED_EVERY)
    if token.last_used_at is None or token.last_used_at < now - LAST_USED_EVERY:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def revoke(token: ApiToken, *, by: User) -> None:
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        audit.record("token.revoked", by=by, target=token)
