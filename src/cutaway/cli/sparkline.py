"""A curve as one line of text."""

from typing import Any

_LEVELS = "▁▂▃▄▅▆▇█"
#: A curve whose greatest number is so many times its least is drawn by factors.
_BY_FACTORS = 100.0


def sparkline(values: Any, width: int) -> str:
    """At most ``width`` characters: of each part of the curve the greatest, ``×`` where one is not finite.

    ``values``: float64[n]. Empty where there are fewer than two.
    """
    import numpy as np

    numbers = np.asarray(values, np.float64)
    if len(numbers) < 2 or width < 2:
        return ""
    bad = ~np.isfinite(numbers)
    known = numbers[~bad]
    if len(known) and known.min() > 0 and known.max() / known.min() > _BY_FACTORS:
        numbers = np.log(np.where(bad, 1.0, numbers))
        known = numbers[~bad]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)
    parts = np.array_split(np.arange(len(numbers)), min(width, len(numbers)))
    line = ""
    for part in parts:
        if bad[part].any():
            line += "×"
        else:
            share = (numbers[part].max() - low) / (high - low) if high > low else 0.0
            line += _LEVELS[min(len(_LEVELS) - 1, int(share * len(_LEVELS)))]
    return line
