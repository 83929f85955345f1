"""The record of one capture of a model: module calls, ops, parameters and how they relate.

Plain data without any framework (see `cutaway.model.records`), so that every reading (table, costs, graph) works on any
framework's models. A `Trace` turns into JSON-ready columns with `Trace.to_dict` and back with `Trace.from_dict`; the
columns are a versioned schema. What a reading must know of the framework is a field that the capture sets: no reading
asks which framework it was.
"""

from dataclasses import dataclass, fields
from typing import Any

from cutaway.model.records import (
    SCHEMA_VERSION,
    Allocation,
    Failure,
    Method,
    Module,
    ModuleCall,
    Op,
    Parameter,
    Timing,
)
from cutaway.model.trace_columns import from_columns, to_columns


@dataclass(frozen=True, slots=True)
class Trace:
    """One capture. `method` is how: ``fake`` (shapes only), ``real`` (a forward ran), ``modules`` (no forward) or
    ``file`` (parameters alone, read from a file: which of them are buffers, and trainable, is not known).

    `reason` says why it was not the first choice; empty when it was. `knows_trainable`: the capture knows which
    parameters take a gradient. `counts_element_operations`: every element-wise operation and reduction is among the
    `ops`, and not products alone. `training` is the model's own mode in the capture, None for a model without modes.
    `backward` is None when no backward was asked for, empty when its ops are among the `ops`, and else why they are
    not; so is `optimizer` for an optimizer's step. `gradients`: the forward was to be followed by a backward, so that
    what it keeps stayed. Where sizes that values decide were assumed, with everything chosen, `fewest_macs` are those
    of the forward with nothing chosen; else it is None. `without_gradient` are parameters that take a gradient and got
    none in the backward; `unregistered` the calls of modules that are not a part of the model and have trainable
    parameters of their own, with how many. Allocations are empty where they were not seen, and `timing` is
    None where no call was timed.
    """

    framework: str
    model: str
    method: Method
    reason: str
    modules: tuple[Module, ...]
    calls: tuple[ModuleCall, ...]
    ops: tuple[Op, ...]
    parameters: tuple[Parameter, ...]
    allocations: tuple[Allocation, ...] = ()
    failure: Failure | None = None
    knows_trainable: bool = True
    counts_element_operations: bool = True
    training: bool | None = None
    gradients: bool = False
    backward: str | None = None
    optimizer: str | None = None
    fewest_macs: int | None = None
    without_gradient: tuple[str, ...] = ()
    unregistered: tuple[tuple[str, int], ...] = ()
    timing: Timing | None = None
    version: int = SCHEMA_VERSION

    @property
    def has_calls(self) -> bool:
        """Whether a forward was captured, in part at least."""
        return self.method not in ("modules", "file")

    def to_dict(self) -> dict[str, Any]:
        """The trace as columns of JSON values: ``{"version": 3, ..., "calls": {"id": [...], "path": [...]}, ...}``."""
        return to_columns({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def from_dict(cls, columns: dict[str, Any]) -> "Trace":
        """Read what `to_dict` wrote, in this version or a readable older one; TraceError says why it cannot be read."""
        return cls(**from_columns(columns))
