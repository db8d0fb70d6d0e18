"""The profile: a small summary of a table, and the values it is made of."""

from dataops.engine.profile.column import ColumnProfile
from dataops.engine.profile.dataset import Profile
from dataops.engine.profile.frequent import Frequent
from dataops.engine.profile.histogram import Histogram
from dataops.engine.profile.lengths import Lengths
from dataops.engine.profile.margins import Margins
from dataops.engine.profile.merging import merge_columns, merge_profiles
from dataops.engine.profile.moments import Moments
from dataops.engine.profile.outliers import Outliers
from dataops.engine.profile.packed import PackedProfile
from dataops.engine.profile.quantiles import Quantiles
from dataops.engine.profile.ranked import Ranked
from dataops.engine.profile.sketches import DistinctSketch, NumberSketch, Sketches

__all__ = [
    "ColumnProfile",
    "DistinctSketch",
    "Frequent",
    "Histogram",
    "Lengths",
    "Margins",
    "Moments",
    "NumberSketch",
    "Outliers",
    "PackedProfile",
    "Profile",
    "Quantiles",
    "Ranked",
    "Sketches",
    "merge_columns",
    "merge_profiles",
]
