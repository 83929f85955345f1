"""Where values are first not finite: a step, and the value there."""


def earlier_not_finite(one: tuple[int, float] | None, other: tuple[int, float] | None) -> tuple[int, float] | None:
    """Of two places with values that are not finite the one at the lower step, the first where both are at the same."""
    if one is None or other is None:
        return one or other
    return other if other[0] < one[0] else one
