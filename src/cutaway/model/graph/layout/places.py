"""Where in its row each thing stands: among its neighbours, and below the others of its line where there is room."""

import itertools
from bisect import bisect_left

from cutaway.model.graph.layout.boxes import Boxes
from cutaway.model.graph.layout.isotonic import places_in_order
from cutaway.model.graph.layout.lines import Lines
from cutaway.model.graph.layout.rows import Neighbour, Rows

#: Pixels between boxes in a row, and between edges that pass through it.
BETWEEN_BOXES = 20
BETWEEN_BENDS = 10
_SWEEPS = 8
#: How much less a bend stays where it is than a box that is alone in its line.
_LIGHT = 0.25


def middles(boxes: Boxes, rows: Rows, lines: Lines) -> list[float]:
    """The middle of each thing. The leftmost edge of all of them is at 0."""
    count, things = len(boxes.width), len(rows.rank)
    half = [width / 2 for width in boxes.width] + [0.0] * (things - count)
    gaps = [_gaps(row, half, count) for row in rows.rows]
    centre = [0.0] * things
    for row, gap in zip(rows.rows, gaps, strict=True):
        for (left, right), space in zip(itertools.pairwise(row), gap[1:], strict=True):
            centre[right] = centre[left] + space
    _sweep(centre, rows, gaps, lines, count)
    _straighten(centre, rows, gaps, lines, count)
    leftmost = min((centre[thing] - half[thing] for thing in range(things)), default=0.0)
    return [each - leftmost for each in centre]


def _gaps(row: list[int], half: list[float], count: int) -> list[float]:
    """The least distance of each thing from the one before it."""
    return [
        0.0,
        *(
            half[left] + half[right] + (BETWEEN_BOXES if left < count or right < count else BETWEEN_BENDS)
            for left, right in itertools.pairwise(row)
        ),
    ]


def _sweep(centre: list[float], rows: Rows, gaps: list[list[float]], lines: Lines, count: int) -> None:
    """Bring lines to between their neighbours, row by row, down and up in turn."""
    weight = [float(len(lines.things[lines.of[box]])) for box in range(count)] + [_LIGHT] * (len(centre) - count)
    for sweep in range(_SWEEPS):
        #: Where each line would be that has been met.
        found: dict[int, float] = {}
        for idx in range(len(gaps)):
            number = idx if sweep % 2 == 0 else len(gaps) - 1 - idx
            row = rows.rows[number]
            for thing in row:
                if lines.of[thing] not in found:
                    found[lines.of[thing]] = _wanted(thing, centre, rows, lines, count)
            wanted = [found[lines.of[thing]] + lines.shift[thing] for thing in row]
            places = places_in_order(gaps[number], wanted, [weight[thing] for thing in row])
            for thing, place in zip(row, places, strict=True):
                centre[thing] = place


def _wanted(thing: int, centre: list[float], rows: Rows, lines: Lines, count: int) -> float:
    """Where the ends of a thing's line would have it; where it is where nothing is beyond them."""
    line, shift = lines.things[lines.of[thing]], lines.shift
    first, last = line[0], line[-1]
    # Of those above and below alike: by those above alone, rows would drift to one side. Not the built-in sum, which
    # adds more exactly from Python 3.12 on: which of two places is the left one must not depend on it.
    total = 0.0
    above, below = _beyond(first, rows.above[first], count), _beyond(last, rows.below[last], count)
    for other, at, _ in above:
        total += centre[other] + at - shift[first]
    for other, at, _ in below:
        total += centre[other] + at - shift[last]
    number = len(above) + len(below)
    return total / number if number else centre[thing] - shift[thing]


def _beyond(end: int, neighbours: list[Neighbour], count: int) -> list[Neighbour]:
    """The neighbours that an end of a line looks to: a box to boxes, where it has any."""
    near = [each for each in neighbours if each[0] < count] if end < count else neighbours
    return near or neighbours


def _straighten(centre: list[float], rows: Rows, gaps: list[list[float]], lines: Lines, count: int) -> None:
    """Put the things of each line below each other, in as long pieces as there is room; boxes first, and long lines.

    What has its place leaves as much room as all things need that are still to come.
    """
    place = [0] * len(centre)
    offset = [0.0] * len(centre)
    for row, gap in zip(rows.rows, gaps, strict=True):
        total = 0.0
        for idx, thing in enumerate(row):
            total += gap[idx]
            place[thing], offset[thing] = idx, total
    #: Of each row the places of the things that have theirs, from left to right.
    placed: list[list[int]] = [[] for _ in rows.rows]

    def room(thing: int) -> tuple[float, float]:
        """How far to the left and to the right its line may be."""
        row, here = rows.rows[rows.rank[thing]], placed[rows.rank[thing]]
        at = bisect_left(here, place[thing])
        left, right = -float("inf"), float("inf")
        if at > 0:
            other = row[here[at - 1]]
            left = centre[other] + (offset[thing] - offset[other])
        if at < len(here):
            other = row[here[at]]
            right = centre[other] - (offset[other] - offset[thing])
        return left - lines.shift[thing], right - lines.shift[thing]

    order = sorted(
        range(len(lines.things)), key=lambda each: (lines.things[each][0] >= count, -len(lines.things[each]))
    )
    for number in order:
        line, shift = lines.things[number], lines.shift
        total = 0.0
        for thing in line:
            total += centre[thing] - shift[thing]
        wanted = total / len(line)
        first = 0
        while first < len(line):
            low, high = room(line[first])
            end = first + 1
            while end < len(line):
                left, right = room(line[end])
                if max(low, left) > min(high, right):
                    break
                low, high, end = max(low, left), min(high, right), end + 1
            at = min(max(wanted, low), high)
            for thing in line[first:end]:
                centre[thing] = at + shift[thing]
                here = placed[rows.rank[thing]]
                here.insert(bisect_left(here, place[thing]), place[thing])
            first = end
