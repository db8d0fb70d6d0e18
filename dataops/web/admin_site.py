"""The admin: whatever changes something there asks once more who it is."""

from typing import Any

from django.contrib.admin import AdminSite

from dataops.web.confirming import identity_proven_to_change


class Site(AdminSite):
    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        return identity_proven_to_change(super().admin_view(view, cacheable))
