"""What a service may refuse.

ServiceError     the message says what to do
└── Conflict     the thing is not in the state the caller saw, or not in one that allows this
"""


class ServiceError(Exception):
    """Base of the refusals of this room."""


class Conflict(ServiceError):  # noqa: N818 - the name is the message
    """Somebody or something was faster, or the move is not possible now; answered with 409."""
