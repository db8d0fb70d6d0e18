"""What the registry refuses, beyond wrong values in a request."""

from dataops.engine.errors import InspectionError


class NotPossible(InspectionError):  # noqa: N818 - the name is the message
    """The model or version is not in a state for this; answered with 409 by the API."""

    default_code = "not_possible"


class NotAccepted(InspectionError):  # noqa: N818 - the name is the message
    """The request as a whole is not one we take; answered with 422."""

    default_code = "not_accepted"
