"""Figures in sentences."""

import math

#: Beyond these a figure has a power of ten.
_LEAST, _MOST = 1e-4, 1e6


def figure(value: float, digits: int = 3) -> str:
    """A number with so many digits that count: ``7,240``, ``0.012``, ``1.6e−10``."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    rounded = float(f"{value:.{digits}g}")
    if _LEAST <= abs(rounded) < _MOST:
        text = f"{rounded:,.15g}"
    else:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{int(exponent)}"
    # A hyphen is where a line may break.
    return text.replace("-", "−")
