"""The chart in an e-mail: a PNG that readers of the format take, with the line where the values are."""

import struct
import zlib

import numpy as np
import pytest

from alerts.channels import sparkline


def decoded(image: bytes) -> np.ndarray:
    """Pixels of a PNG as ``sparkline`` writes it, shape (height, width, 4); checks its frame and sums."""
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, rest = {}, image[8:]
    while rest:
        (length,) = struct.unpack(">I", rest[:4])
        kind, data = rest[4:8], rest[8 : 8 + length]
        assert struct.unpack(">I", rest[8 + length : 12 + length]) == (zlib.crc32(kind + data),)
        chunks[kind], rest = data, rest[12 + length :]
    width, height, *form = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert form == [8, 6, 0, 0, 0]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + 4 * width)
    return rows[:, 1:].reshape(height, width, 4)


def height_of_line(image: bytes, x: int) -> float:
    """Mean row of what is drawn in one column of pixels; NaN where nothing is."""
    rows = np.flatnonzero(decoded(image)[:, x, 3] > 128)
    return float(rows.mean()) if len(rows) else float("nan")


def test_goes_from_the_first_value_to_the_last() -> None:
    image = sparkline.png([0, 1, 0.5])

    left, middle, right = (height_of_line(image, x) for x in (sparkline.PAD, 240, 480 - sparkline.PAD))
    assert left > right > middle
    assert right == pytest.approx(sparkline.HEIGHT / 2, abs=1)


def test_a_missing_value_is_a_gap() -> None:
    image = sparkline.png([1, 1, None, 1, 1])

    assert np.isnan(height_of_line(image, 240))
    assert not np.isnan(height_of_line(image, 40))


def test_the_limit_is_drawn_in_its_own_colour_where_it_is() -> None:
    pixels = decoded(sparkline.png([0.9, 0.9], limit=0.1))

    reds = np.argwhere((pixels[..., :3] == sparkline.LIMIT).all(axis=2) & (pixels[..., 3] > 200))
    assert reds[:, 0].mean() == pytest.approx(sparkline.HEIGHT - sparkline.PAD, abs=1)


@pytest.mark.parametrize("values", [[], [1.0], [None, 2.0], [float("nan"), 1.0]])
def test_less_than_two_values_are_no_chart(values) -> None:
    assert sparkline.png(values) == b""


@pytest.mark.parametrize("values", [[3, 3, 3], [1e300, -1e300], [float("inf"), 1, 2]])
def test_draws_whatever_values_there_are(values) -> None:
    assert decoded(sparkline.png(values)).shape == (sparkline.HEIGHT, sparkline.WIDTH, 4)
