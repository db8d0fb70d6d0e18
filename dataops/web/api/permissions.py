"""What a caller may do: the permission a view names for the method, and the scope of the token."""

from typing import TYPE_CHECKING

from django.urls import reverse
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from dataops.web.confirming import is_proven
from dataops.web.models import ApiToken, TokenScope

if TYPE_CHECKING:  # DRF imports this module while it imports its views
    from rest_framework.views import APIView


class MayCall(BasePermission):
    """Needs ``view.permissions[method]``, and of a token one of the scopes ``view.scopes[method]``.

    Where a view names no scopes, a token has to be one that may read or write, as the method does.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken) and not self._reaches(request.auth, request, view):
            return False
        is_dangerous = request.method in getattr(view, "dangerous", ())
        if request.auth is None and is_dangerous and not is_proven(request):
            self.message = f"Confirm that it is you first, at {reverse('account_reauthenticate')}."
            return False
        needed = getattr(view, "permissions", {}).get(request.method)
        if needed is not None and not request.user.has_perm(needed):
            self.message = f"This needs the permission {needed}."
            return False
        return True

    def _reaches(self, token: ApiToken, request: Request, view: "APIView") -> bool:
        usual = TokenScope.READ if request.method in SAFE_METHODS else TokenScope.WRITE
        enough = getattr(view, "scopes", {}).get(request.method, (usual,))
        scope = TokenScope(token.scope)
        if any(scope.covers(each) for each in enough):
            return True
        self.message = f"The scope of this token is {scope}; this needs {' or '.join(enough)}."
        return False
