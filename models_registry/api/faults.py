"""Refusals of the services as problems."""

from collections.abc import Iterator
from contextlib import contextmanager

from dataops.web.api.problems import FieldError, Problem
from dataops.web.runs import Run
from models_registry.formats.base import ArtifactError, UnknownArtifact
from models_registry.formats.faults import Fault, InvalidRows
from models_registry.services import NotAccepted, NotPossible


@contextmanager
def as_problems(*within: str) -> Iterator[None]:
    """409 when the model is not in a state for it, 422 naming each wrong value; the rest as it comes.

    ``within`` is where in the body the fields are that a service names.
    """
    try:
        yield
    except InvalidRows as error:
        raise Problem(422, str(error), code=error.code, errors=[_entry(f) for f in error.faults]) from error
    except UnknownArtifact as error:
        place: FieldError = {"loc": ["body", "file"], "msg": str(error), "code": error.code}
        raise Problem(422, str(error), code=error.code, errors=[place]) from error
    except NotAccepted as error:
        if not error.location:
            raise
        named: FieldError = {"loc": ["body", *within, error.location], "msg": str(error), "code": error.code}
        raise Problem(422, str(error), code=error.code, errors=[named]) from error
    except (NotPossible, ArtifactError) as error:
        raise Problem(409, str(error), code=error.code) from error


def already_over(run: Run) -> Problem:
    return Problem(409, f"Run {run.pk} is over: it is {run.get_state_display().lower()}.", code="over")


def _entry(fault: Fault) -> FieldError:
    return {"loc": ["body", *fault.loc], "msg": fault.message, "code": fault.code}
