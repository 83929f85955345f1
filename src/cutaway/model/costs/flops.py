"""Multiply-accumulates of an op, from its shapes.

One MAC is one multiplication and the addition behind it, and counts as two FLOPs; of complex numbers it is four.
Counted is the work of matrix products, convolutions, attention, recurrent layers and Fourier transforms, in forward and
backward. Element-wise work and reductions have no MACs, they are `element_operations`. An op in none of the tables has
an unknown cost: `macs` is None, and code that adds up must report it.
"""

from math import prod

from cutaway.model.costs.frameworks import OPS
from cutaway.model.costs.op_table import Formula, base_name
from cutaway.model.records import Op

FLOPS_PER_MAC = 2
_PER_COMPLEX_MAC = 4

#: Formulas of the user's, by base name.
_REGISTERED: dict[str, Formula] = {}


def register_macs(op: object, formula: Formula | None) -> None:
    """Say how many multiply-accumulates an op has, for every summary from now on.

    `op` is its name, as ``mylib::attention`` or ``mylib.attention.default`` (all overloads count alike), or the object
    ``torch.ops.mylib.attention``. `formula` is given the recorded `cutaway.model.trace.Op`, which has shapes by
    argument (``op.shape("query")``), other arguments (``op.argument("causal")``) and ``op.outputs``, and returns a
    whole number, that of one run. It goes before a formula of our own; None removes it. TypeError for a formula that
    cannot be called.
    """
    if formula is not None and not callable(formula):
        raise TypeError(f"formula is of type {type(formula).__name__}; a function of an Op is expected")
    name = base_name(str(op).replace("::", "."))
    if formula is None:
        _REGISTERED.pop(name, None)
    else:
        _REGISTERED[name] = formula


def macs(op: Op) -> int | None:
    """The MACs of `op`: 0 for an op known to have none, None for an op or sizes that are not known."""
    name = base_name(op.name)
    registered = _REGISTERED.get(name)
    if registered is not None:
        return op.times * registered(op)
    formula = OPS.formulas.get(name)
    if formula is None:
        return 0 if name in OPS.zero else None
    if any(-1 in item.shape for item in op.inputs) or any(-1 in item.shape for item in op.outputs):
        return None
    try:
        count = formula(op)
    except (KeyError, IndexError, ValueError, TypeError):
        return None  # An overload with other arguments than the formula reads.
    count *= op.times
    if name not in OPS.counts_complex and all(item.dtype.startswith("complex") for item in op.inputs):
        return _PER_COMPLEX_MAC * count
    return count


def element_operations(op: Op) -> int:
    """Work other than MACs: one for each element that an element-wise op makes, or that a reduction reads.

    Reductions are also normalisations, softmax, pooling, losses and sorting, whatever they do with an element. Moving
    data counts as no work.
    """
    name = base_name(op.name)
    if name in OPS.elementwise:
        return op.times * max((prod(output.shape) for output in op.outputs if -1 not in output.shape), default=0)
    if name in OPS.reductions:
        return op.times * max((prod(item.shape) for item in op.inputs if -1 not in item.shape), default=0)
    return 0
