"""What somebody may do, read at once."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q


class RolesBackend(ModelBackend):
    """Asked before Django's own backend, which then finds what it would read in two queries: one.

    It signs nobody in.
    """

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **_: Any) -> None:
        return None

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        is_plain = user_obj.is_active and not user_obj.is_superuser and obj is None
        if is_plain and not hasattr(user_obj, "_perm_cache"):
            granted = Permission.objects.filter(Q(user=user_obj) | Q(group__user=user_obj)).order_by()
            names = granted.values_list("content_type__app_label", "codename").distinct()
            user_obj._perm_cache = {f"{app}.{name}" for app, name in names}
        return super().get_all_permissions(user_obj, obj)
