"""The model of a version, loaded once a process: its proven ONNX form, or what was deployed."""

from dataclasses import dataclass

from django.conf import settings

from dataops.web import storage
from dataops.web.words import lazy as _
from models_registry import formats
from models_registry.enums import Runtime
from models_registry.formats.base import Predictor
from models_registry.formats.cache import ModelCache
from models_registry.formats.instances import Gate
from models_registry.formats.signature import Signature
from models_registry.models import ModelVersion
from models_registry.services.allowing import allowed_types
from models_registry.services.errors import NotPossible


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that can be asked, and the promise its requests are held to."""

    predictor: Predictor
    signature: Signature
    gate: Gate


CACHE: ModelCache[Loaded] = ModelCache(lambda: settings.MODEL_CACHE_BYTES)


def loaded(version: ModelVersion) -> Loaded:
    """The model of a ready version. Raises NotPossible when it is not, ArtifactError when it is broken."""
    if not version.is_ready:
        raise NotPossible(
            _("%(version)s is %(state)s and cannot answer.") % {"version": version, "state": version.state}
        )
    # The storage is in the key, since a version is one of this installation.
    key = (version.pk, settings.MEDIA_ROOT, version.serving_sha256 or version.artifact_sha256)
    return CACHE.get(key, lambda: _load(version), version.memory_bytes)


def signature_of(version: ModelVersion) -> Signature:
    """The promise of a ready version. Raises what ``loaded`` does."""
    return loaded(version).signature


def _load(version: ModelVersion) -> Loaded:
    signature = Signature.from_dict(version.signature)
    if version.runtime == Runtime.ONNX and version.serving_name:
        file = ("onnx", storage.path_of(version.serving_name), version.serving_sha256)
    else:
        file = (version.format, storage.path_of(version.artifact_name), version.artifact_sha256)
    return Loaded(formats.load(*file, signature, allowed_types()), signature, Gate(signature))
