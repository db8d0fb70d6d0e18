"""What two windows of given sizes can show at all."""

import math

from scipy.special import ndtri


def detectable_ks(reference: int, current: int, *, level: float, power: float = 0.8) -> float | None:
    """Smallest Kolmogorov-Smirnov distance that a test at ``level`` finds with chance ``power``.

    The critical distance plus what chance takes away: the gap between the distributions varies by
    a standard deviation of at most 1/2 over the root of n m / (n + m), the effective number of rows.
    None when a side has no rows.

    >>> round(detectable_ks(20_000, 2_000, level=0.01), 3)
    0.048
    """
    if not reference or not current:
        return None
    critical = math.sqrt(-math.log(level / 2) / 2)
    effective = reference * current / (reference + current)
    return min((critical + float(ndtri(power)) / 2) / math.sqrt(effective), 1.0)
