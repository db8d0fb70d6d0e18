"""The engine: reads tables, profiles and checks them; needs no framework and no database."""

import os
from contextlib import suppress
from pathlib import Path


def sort_without_avx512(processors: Path = Path("/proc/cpuinfo")) -> None:
    """On AMD processors let numpy sort with AVX2 instead of AVX-512.

    They compress stores in microcode, so that the AVX-512 sort takes six times as long as the AVX2 one
    (ten million float64 on an EPYC: 0.66 s and 0.10 s). numpy looks at the environment once, when it is
    imported: the engine comes first, in this process and in those it starts. What is set by hand stays.
    """
    with suppress(OSError), processors.open() as file:
        processor = file.read(4096)
        if "AuthenticAMD" in processor and " avx512f " in processor:
            os.environ.setdefault("NPY_DISABLE_CPU_FEATURES", "X86_V4")


sort_without_avx512()
