"""The numbers that boxes show: of a cost, in the box of a group, of several groups, or of a node with what it reads."""

from math import isnan, nan

import numpy as np

from cutaway.model.graph.costs import Cost
from cutaway.model.graph.parts import Part
from cutaway.model.graph.reading import GraphReading
from cutaway.model.values_text import si, time_text


def box_costs(reading: GraphReading, part: Part, cost: Cost | None) -> list[float]:
    """The cost of each box of a part; NaN where none is known, and without a cost."""
    if cost is None:
        return [nan] * len(part.group)
    groups, nodes = reading.costs.groups[cost.name], reading.costs.nodes[cost.name]
    found = []
    for box, node in enumerate(part.node.tolist()):
        if node >= 0:
            # What is tucked into a node has no box of its own.
            values = nodes[np.append(part.tucked_node[part.tucked_box == box], node)]
        else:
            values = groups[part.members[part.runs[box] : part.runs[box + 1]]]
        known = values[~np.isnan(values)]
        found.append(float(known.sum() if cost.adds else known.max()) if len(known) else nan)
    return found


def whole_cost(reading: GraphReading, cost: Cost) -> float:
    """What a full bar stands for."""
    return float(reading.costs.groups[cost.name][0])


def cost_text(cost: Cost, value: float) -> str:
    """A number of a cost with its unit; empty for NaN."""
    if isnan(value):
        return ""
    if cost.unit == "seconds":
        return time_text(round(value * 1e9))
    return si(value, "B" if cost.unit == "bytes" else "")
