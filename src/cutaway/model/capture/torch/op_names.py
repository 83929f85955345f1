"""Facts about an op from PyTorch's schemas: names, arguments, what it writes and what its outputs share memory with."""

from dataclasses import dataclass
from typing import Any

import torch

#: Bookkeeping of the framework that is not an operation of the model; a detached tensor stands for its original.
_TRANSPARENT = frozenset({"aten.detach.default", "aten.lift_fresh.default", "aten.alias.default"})
_IGNORED_PREFIXES = ("prim.", "profiler.", "aten.sym_", "aten._assert")
#: Views that autograd takes for copies.
_UNDECLARED_VIEWS = frozenset(
    {
        "aten._unsafe_view.default",
        "aten.unsafe_chunk.default",
        "aten.unsafe_split.Tensor",
        "aten.unsafe_split_with_sizes.default",
    }
)
#: Their outputs follow from more than the types of their inputs.
_BY_VALUES_TAGS = ("data_dependent_output", "dynamic_output_shape")
_UNCACHED_TAGS = (*_BY_VALUES_TAGS, "inplace_view")


@dataclass(frozen=True, slots=True)
class OpFacts:
    """One op: its `name` as ``aten.addmm.default`` and what can be known of it without running it.

    `arguments` are the names of the positional arguments (none for a higher-order op, which has no schema), `aliases`
    for each output the argument whose memory it shares, `writes` position and name of the arguments changed in place.
    An output of a view shares memory with an argument. An `ignored` op is not part of the model, a `transparent` one
    returns what it was given, and the shapes that a `cacheable` one makes follow from those of its inputs and its other
    arguments alone. Those of one `by_values`, or its result, may follow from values.
    """

    name: str
    arguments: tuple[str, ...] = ()
    aliases: tuple[str | None, ...] = ()
    writes: tuple[tuple[int, str], ...] = ()
    ignored: bool = False
    is_view: bool = False
    transparent: bool = False
    cacheable: bool = False
    by_values: bool = False


#: Schemas are slow to read, models run the same few ops over and over, and an op stays as it is. By id: an op's own
#: hash takes longer than the look-up.
_KNOWN: dict[int, tuple[Any, OpFacts]] = {}


def facts_of(op: Any) -> OpFacts:
    """The facts about `op`."""
    known = _KNOWN.get(id(op))
    if known is None:
        known = _KNOWN[id(op)] = (op, _read(op))
    return known[1]


def _read(op: Any) -> OpFacts:
    schema = getattr(op, "_schema", None)
    if schema is None:
        return OpFacts(str(op))
    name = str(op)
    owners = {
        alias: argument.name
        for argument in schema.arguments
        if argument.alias_info is not None
        for alias in argument.alias_info.before_set
    }
    aliases = tuple(
        next((owners[alias] for alias in result.alias_info.before_set if alias in owners), None)
        if result.alias_info is not None
        else None
        for result in schema.returns
    )
    return OpFacts(
        name=name,
        arguments=tuple(argument.name for argument in schema.arguments),
        aliases=aliases,
        is_view=name in _UNDECLARED_VIEWS or any(alias is not None for alias in aliases),
        writes=tuple(
            (idx, argument.name)
            for idx, argument in enumerate(schema.arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
        ),
        ignored=name.startswith(_IGNORED_PREFIXES),
        transparent=name in _TRANSPARENT,
        cacheable=op.namespace in ("aten", "prims")
        and not _has_tag(op, _UNCACHED_TAGS)
        and name != "aten.lift_fresh.default",
        by_values=_has_tag(op, _BY_VALUES_TAGS),
    )


def _has_tag(op: Any, names: tuple[str, ...]) -> bool:
    return any(getattr(torch.Tag, name, None) in op.tags for name in names)
