"""What a caller may do: the permission a view names for the method, and the scope of the token."""

from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from dataops.web.models import ApiToken, TokenScope

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


class MayCall(BasePermission):
    """Needs ``view.permissions[method]``; unsafe methods also need a token that may write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        token = request.auth
        if (
            isinstance(token, ApiToken)
            and token.scope == TokenScope.READ
            and request.method not in SAFE_METHODS
        ):
            self.message = "This token may only read."
            return False
        needed = getattr(view, "permissions", {}).get(request.method)
        if needed is not None and not request.user.has_perm(needed):
            self.message = f"This needs the permission {needed}."
            return False
        return True
