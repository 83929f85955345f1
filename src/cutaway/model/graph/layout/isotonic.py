"""Places on a line, for things that have a wanted place and a weight each, and keep their order and distances.

The sum of weight times squared distance from the wanted places is least: exact, by pooling neighbours that push each
other (pool adjacent violators), in linear time.
"""

from collections.abc import Sequence


def places_in_order(gaps: Sequence[float], wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The places of things from left to right. ``gaps[i]`` is the least distance of thing i from the one before it."""
    # Without the distances, the places have to ascend.
    means: list[float] = []
    totals: list[float] = []
    sizes: list[int] = []
    offset = 0.0
    offsets = []
    for idx, (gap, place, weight) in enumerate(zip(gaps, wanted, weights, strict=True)):
        if idx > 0:
            offset += gap
        offsets.append(offset)
        mean, total, size = place - offset, weight, 1
        while means and means[-1] >= mean:
            other = totals.pop()
            both = other + total
            mean = (means.pop() * other + mean * total) / both
            total = both
            size += sizes.pop()
        means.append(mean)
        totals.append(total)
        sizes.append(size)
    pooled = [mean for mean, size in zip(means, sizes, strict=True) for _ in range(size)]
    return [mean + each for mean, each in zip(pooled, offsets, strict=True)]
