"""Who may use a page: everybody signed in may look, the rest is named per view."""

from django.contrib.auth.decorators import permission_required


def require_permission(name: str):  # type: ignore[no-untyped-def]  # the decorator of Django has no short type
    """403 for a signed-in user without the permission."""
    return permission_required(name, raise_exception=True)
