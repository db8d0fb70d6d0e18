"""The allow-list of types: what was reviewed with the product, and what an administrator added."""

import re
import sys
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from dataops.web import audit
from dataops.web.words import lazy as _
from models_registry.formats.skops import installed, reviewed
from models_registry.models import AllowedType
from models_registry.services.errors import NotAccepted, NotPossible
from models_registry.services.reasons import told_reason

DOTTED_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", re.ASCII)


def allowed_types() -> frozenset[str]:
    """What an artifact may name with the libraries installed now; one query."""
    added = AllowedType.objects.in_force(installed()).values_list("name", flat=True)
    return reviewed() | frozenset(added)


def allow_type(*, name: str, reason: str, by: Any) -> AllowedType:
    """Let artifacts name a type, with the installed versions of the libraries only.

    Raises NotAccepted for what is no type of a model library, NotPossible when it is allowed already.
    """
    _refuse_bad_type(name)
    reason = told_reason(reason, missing=_("Say why this type is safe to load; it is kept in the audit log."))
    if name in allowed_types():
        raise NotPossible(_("%(name)s is on the list already.") % {"name": name})
    try:
        with transaction.atomic():
            row = AllowedType.objects.create(name=name, libraries=installed(), reason=reason, added_by=by)
            told = {"libraries": row.libraries, "reason": reason}
            audit.record("allowed_type.added", by=by, target=row, changes=told)
    except IntegrityError as taken:
        raise NotPossible(_("%(name)s is on the list already.") % {"name": name}) from taken
    return row


@transaction.atomic
def disallow_type(*, row: AllowedType, by: Any) -> bool:
    """Take a type off the list: artifacts that name it load no more. False when it was off already."""
    if not AllowedType.objects.filter(pk=row.pk, removed_at=None).update(removed_at=timezone.now()):
        return False
    audit.record("allowed_type.removed", by=by, target=row)
    return True


def _refuse_bad_type(name: str) -> None:
    if not DOTTED_NAME.fullmatch(name) or len(name) > 200:
        raise NotAccepted(
            _("%(name)s is no type; give its whole name, such as sklearn.neighbors._kd_tree.KDTree.")
            % {"name": f"{name[:80]!r}"}
        )
    package = name.partition(".")[0]
    if package in sys.stdlib_module_names or package in ("__main__", "dataops", "models_registry", "skops"):
        raise NotAccepted(
            _("Nothing of %(package)s may be named by an artifact: it can do more than hold a model.")
            % {"package": package}
        )
