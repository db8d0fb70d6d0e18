"""Models as a data scientist would bring them: trained in a notebook, saved, handed in."""

import io
import zipfile
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from django.core.files.uploadedfile import SimpleUploadedFile
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

chance = np.random.default_rng(5)
ROWS = 1_500
FLATS = pd.DataFrame(
    {
        "area": chance.uniform(20, 150, ROWS).round(1),
        "rooms": chance.integers(1, 6, ROWS),
        "town": chance.choice(["Ulm", "Bonn", "Jena"], ROWS),
    }
)
DEAR = np.where(FLATS["area"] * (1 + (FLATS["town"] == "Bonn")) > 90, "dear", "cheap")
TRAINING = FLATS.assign(price=DEAR)
FLAT = {"area": 140.0, "rooms": 4, "town": "Bonn"}


def fitted() -> Any:
    prepare = make_column_transformer(
        (StandardScaler(), ["area", "rooms"]), (OneHotEncoder(handle_unknown="ignore"), ["town"])
    )
    return make_pipeline(prepare, LogisticRegression(max_iter=500)).fit(FLATS, DEAR)


def upload(content: bytes, name: str = "flats.skops") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def skops_file(estimator: Any = None) -> SimpleUploadedFile:
    return upload(skops.io.dumps(estimator or fitted()))


def reference_file(table: pd.DataFrame = TRAINING) -> SimpleUploadedFile:
    return upload(table.to_csv(index=False).encode(), "training.csv")


def packed(**members: bytes | str) -> bytes:
    """A ZIP file; a member's name is written with "__" for its dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return content.getvalue()
