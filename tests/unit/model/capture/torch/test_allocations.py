"""Blocks of memory as a capture sees them."""

from torch import nn

import cutaway


def test_what_goes_after_the_last_op_was_there_at_the_end() -> None:
    """When the frames of a call let go of its inputs is Python's affair: traces of equal calls are equal."""
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU())
    trace = cutaway.summary(model, input_size=(2, 4), verbose=False).trace
    assert all(block.freed is None or block.freed < len(trace.ops) for block in trace.allocations)
