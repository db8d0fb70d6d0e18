"""How numbers are sorted and counted, whatever the processor and however many there are."""

import numpy as np
import pytest

from dataops.engine import sort_without_avx512
from dataops.engine.profile.ranked import Ranked
from dataops.engine.profilers.keys import Keys

SWITCH = "NPY_DISABLE_CPU_FEATURES"


@pytest.mark.parametrize(
    ("vendor", "flags", "found"),
    [
        ("AuthenticAMD", "avx2 avx512f avx512dq", "X86_V4"),
        ("AuthenticAMD", "avx2 bmi2", None),
        ("GenuineIntel", "avx2 avx512f avx512dq", None),
    ],
)
def test_numpy_sorts_without_avx512_where_that_is_slow(tmp_path, monkeypatch, vendor, flags, found):
    processors = tmp_path / "cpuinfo"
    processors.write_text(f"vendor_id\t: {vendor}\nflags\t\t: fpu {flags} \n")
    monkeypatch.setattr("os.environ", environment := {})
    sort_without_avx512(processors)

    assert environment.get(SWITCH) == found


def test_what_numpy_was_told_by_hand_stays(tmp_path, monkeypatch):
    processors = tmp_path / "cpuinfo"
    processors.write_text("vendor_id\t: AuthenticAMD\nflags\t\t: avx512f \n")
    monkeypatch.setattr("os.environ", environment := {SWITCH: ""})
    sort_without_avx512(processors)
    sort_without_avx512(tmp_path / "no such file")

    assert environment == {SWITCH: ""}


@pytest.mark.parametrize("size", [1_000, 200_000])
@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_few_and_many_values_are_counted_alike(size, dtype):
    values = np.sort(np.random.default_rng(7).integers(-500, 500, size)).astype(dtype)
    bounds = [-501.0, -500.0, -0.5, 0.0, 17.0, 499.0, 500.0]
    column = Ranked(values, scale=1e-6)

    assert column.below(np.multiply(bounds, 1e-6)).tolist() == [(values < b).sum() for b in bounds]
    assert column.up_to(np.multiply(bounds, 1e-6)).tolist() == [(values <= b).sum() for b in bounds]


@pytest.mark.parametrize("heaviest", [9, 1_000_000])
def test_the_most_frequent_values_come_first_and_equal_ones_by_size(heaviest):
    counts = np.random.default_rng(7).integers(1, 9, 5_000)
    counts[1234] = heaviest
    values, found = Keys(np.arange(5_000), counts).top(100)

    ranked = sorted(zip((-counts).tolist(), range(5_000), strict=True))[:100]
    assert list(zip((-found).tolist(), values.tolist(), strict=True)) == ranked
