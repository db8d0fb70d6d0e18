"""What kind of artifact a file is, by its content; and why the usual pickles are not taken."""

from pathlib import Path

from models_registry.formats import FORMATS
from models_registry.formats.base import BrokenArtifact, UnknownArtifact
from models_registry.formats.mlflow import MLMODEL, refuse_other_flavours
from models_registry.formats.zips import names_in_zip

MLFLOW = "mlflow"
PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
PACKED = (*ZLIB, b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00\x00", b"\x04\x22\x4d\x18")
WHY_NO_PICKLE = (
    "This is a pickle (as joblib, cloudpickle and pickle write it): whoever loads one runs the code in it, "
    "so no server should take it. Convert it where it was trained:\n"
    "    import joblib, skops.io\n"
    '    skops.io.dump(joblib.load("model.joblib"), "model.skops")'
)


def recognise(path: Path) -> str:
    """Key of a registered format, or ``mlflow`` for a packed model directory.

    Raises UnknownArtifact, with the way out for pickles, MLflow's too.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(PICKLES) or head.startswith(PACKED):
        raise UnknownArtifact(WHY_NO_PICKLE, code="pickle_refused")
    if any(Path(name).name == MLMODEL for name in names_in_zip(path)):
        _refuse_other_flavours(path)
        return MLFLOW
    for kind in FORMATS:
        if kind.recognises(path):
            return kind.key
    known = ", ".join(kind.label for kind in FORMATS)
    raise UnknownArtifact(
        f"This is no model file that is known here; taken are {known}, MLflow directories as ZIP."
    )


def _refuse_other_flavours(path: Path) -> None:
    try:
        refuse_other_flavours(path)
    except BrokenArtifact as broken:
        raise UnknownArtifact(str(broken)) from broken
