"""Bytes that an op reads and writes, from the shapes and types of its operands.

Each operand counts once, as if the caches of the device held nothing before it: the least that has to be moved. A view
moves nothing, and of a table that is looked up only what is found is read.
"""

from math import prod

from cutaway.model.costs.frameworks import OPS
from cutaway.model.costs.op_table import base_name
from cutaway.model.records import Op

_DIGITS = ("8", "16", "32", "64", "128")


def bytes_moved(op: Op) -> int:
    """The bytes that `op` reads and writes."""
    if op.outputs and all(output.alias_of is not None for output in op.outputs) and not writes_in_place(op):
        return 0
    made = sum(output.bytes for output in op.outputs)
    inputs = op.inputs
    if base_name(op.name) in OPS.look_ups and inputs:
        inputs, made = inputs[1:], 2 * made
    read = sum(prod(item.shape) * element_bytes(item.dtype) for item in inputs if -1 not in item.shape)
    return op.times * (made + read)


def element_bytes(dtype: str) -> int:
    """Bytes of one element of a type by its name: 4 for float32 and 1 for bool."""
    known = _SIZES.get(dtype)
    if known is None:
        name = dtype.partition("_")[0]
        bits = next((digits for digits in reversed(_DIGITS) if name.endswith(digits)), "8")
        known = _SIZES[dtype] = int(bits) // 8
    return known


_SIZES: dict[str, int] = {"bool": 1}


def writes_in_place(op: Op) -> bool:
    """Whether it changes its argument."""
    return op.name.partition(".")[2].partition(".")[0].endswith("_")
