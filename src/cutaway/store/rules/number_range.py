"""Number range: many elements are too small, or nearly too large, for their dtype."""

import numpy as np

from cutaway.events.watch_layout import ACTIVATION, GRADIENT, LOWEST_EXPONENT, MAGNITUDE_BINS
from cutaway.store.rules.episodes import Marks
from cutaway.store.rules.finding import Severity
from cutaway.store.rules.rule import About, LayerRule, Together
from cutaway.store.rules.settings import RuleSettings
from cutaway.store.rules.window import Window

#: By dtype: the exponents of the least number with all its digits, and of half the greatest number.
_RANGES = {"float16": (-14, 15), "float8_e4m3fn": (-6, 7), "float8_e5m2": (-14, 14)}


def marks(window: Window, settings: RuleSettings) -> Marks | None:
    """The share of magnitudes that are too large, or minus the share of those that are too small, if that is more."""
    layout = window.columns.layout
    if not any(dtype in _RANGES for dtype in layout.dtypes):
        return None
    if window.magnitudes is None:
        shape = window.columns.values.shape[:2]
        return Marks(np.zeros(shape, bool), np.full(shape, np.nan))
    exponents = np.arange(MAGNITUDE_BINS) + LOWEST_EXPONENT
    ranges = np.array([_RANGES.get(dtype, (-10000, 10000)) for dtype in layout.dtypes])
    counts = window.magnitudes.astype(np.float64)
    total = counts.sum(axis=-1)
    with np.errstate(all="ignore"):
        small = (counts * (exponents < ranges[:, :1])).sum(axis=-1) / total
        large = (counts * (exponents >= ranges[:, 1:])).sum(axis=-1) / total
    value = np.where(large >= small, large, -small)
    value[:, ranges[:, 0] < -1000] = np.nan
    return Marks(np.abs(value) > settings.range_share, value)


def say(found: Together) -> tuple[Severity, str, float | None]:
    """The sentence."""
    dtype, value = found.layout.dtypes[found.first.row], found.first.value
    what = "above half the greatest number" if value > 0 else "below the least number with all its digits"
    noun = "outputs" if found.layout.kind == ACTIVATION else "elements of the gradient"
    sentence = f"{abs(value):.0%} of the {noun} of {found.names} are {what} of {dtype} {found.since}."
    return "warning", sentence, found.settings.range_share


RULE = LayerRule(
    About(
        "number-range",
        "Underflow and overflow",
        "Many elements are too small, or nearly too large, for their dtype.",
        "the share of magnitudes below the least normal number, or above half the greatest, > {range_share}: of "
        "float16 2⁻¹⁴ and 2¹⁵, of float8_e4m3fn 2⁻⁶ and 2⁷, of float8_e5m2 2⁻¹⁴ and 2¹⁴",
        "bfloat16 has the range of float32: its trouble is rounding (not updating). The scales of float8 tensors are "
        "not known.",
    ),
    (ACTIVATION, GRADIENT),
    marks,
    say,
    consecutive=2,
    least=lambda settings: 2,
    needs="magnitudes of activations or gradients",
    of_magnitudes=True,
)
