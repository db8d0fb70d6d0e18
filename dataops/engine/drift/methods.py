"""The drift methods that come with the product, by the key that settings and reports keep."""

from dataops.engine.drift.anderson_darling import AndersonDarling
from dataops.engine.drift.chi_squared import ChiSquared
from dataops.engine.drift.cramer_von_mises import CramerVonMises
from dataops.engine.drift.energy import Energy
from dataops.engine.drift.hellinger import Hellinger
from dataops.engine.drift.jensen_shannon import JensenShannon
from dataops.engine.drift.ks import KolmogorovSmirnov
from dataops.engine.drift.kullback_leibler import KullbackLeibler
from dataops.engine.drift.measure import Method
from dataops.engine.drift.missing_rate import MissingRate
from dataops.engine.drift.mmd import MaximumMeanDiscrepancy
from dataops.engine.drift.new_category import NewCategory
from dataops.engine.drift.out_of_range import OutOfRange
from dataops.engine.drift.psi import PopulationStabilityIndex
from dataops.engine.drift.total_variation import TotalVariation
from dataops.engine.drift.unusual_values import UnusualValues
from dataops.engine.drift.wasserstein import Wasserstein
from dataops.engine.registry import Registry

METHODS: Registry[Method] = Registry("drift method")
for _method in (
    KolmogorovSmirnov(),
    CramerVonMises(),
    AndersonDarling(),
    ChiSquared(),
    PopulationStabilityIndex(),
    JensenShannon(),
    Hellinger(),
    KullbackLeibler(),
    TotalVariation(),
    Wasserstein(),
    Energy(),
    MaximumMeanDiscrepancy(),
    MissingRate(),
    NewCategory(),
    UnusualValues(),
    OutOfRange(),
):
    METHODS.register(_method)
