"""The drift methods that come with the product, by the key that settings and reports keep."""

from dataops.engine.drift.chi_squared import ChiSquared
from dataops.engine.drift.jensen_shannon import JensenShannon
from dataops.engine.drift.ks import KolmogorovSmirnov
from dataops.engine.drift.measure import Method
from dataops.engine.drift.missing_rate import MissingRate
from dataops.engine.drift.new_category import NewCategory
from dataops.engine.drift.out_of_range import OutOfRange
from dataops.engine.drift.psi import PopulationStabilityIndex
from dataops.engine.drift.wasserstein import Wasserstein
from dataops.engine.registry import Registry

METHODS: Registry[Method] = Registry("drift method")
for _method in (
    KolmogorovSmirnov(),
    ChiSquared(),
    PopulationStabilityIndex(),
    JensenShannon(),
    Wasserstein(),
    MissingRate(),
    NewCategory(),
    OutOfRange(),
):
    METHODS.register(_method)
