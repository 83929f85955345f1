"""The fields of a `cutaway.model.trace.Trace` as columns of plain JSON values, a versioned schema, and back."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, get_args

from cutaway.model.records import (
    Allocation,
    Failure,
    Method,
    Module,
    ModuleCall,
    Op,
    OpInput,
    OpOutput,
    Parameter,
    Shape,
    Tensor,
    Timing,
    TraceError,
    Value,
)
from cutaway.model.trace_versions import check_version, in_this_version

#: Fields that are values of the whole trace as JSON has them.
_PLAIN = (
    "framework",
    "model",
    "method",
    "reason",
    "knows_trainable",
    "counts_element_operations",
    "training",
    "gradients",
    "backward",
    "optimizer",
)
#: Such fields that are left out where they have their default.
_OPTIONAL: dict[str, Any] = {"fewest_macs": None, "without_gradient": (), "unregistered": ()}


def to_columns(trace: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `Trace` by name as columns; see `Trace.to_dict`."""
    failure, timing = trace["failure"], trace["timing"]
    return {
        "version": trace["version"],
        **{name: trace[name] for name in _PLAIN},
        **{name: _plain(trace[name]) for name, default in _OPTIONAL.items() if trace[name] != default},
        "failure": None if failure is None else _plain(failure),
        "timing": None if timing is None else _plain(timing),
        **{name: _columns(table, trace[name]) for name, table in _TABLES.items()},
    }


def from_columns(columns: dict[str, Any]) -> dict[str, Any]:
    """The fields of a `Trace` by name; see `Trace.from_dict`. Raises TraceError."""
    check_version(columns.get("version") if isinstance(columns, dict) else None)
    try:
        columns = in_this_version(columns)
        failure, timing = columns["failure"], columns["timing"]
        if columns["method"] not in get_args(Method):
            raise TraceError(f"method is {columns['method']!r}; one of {', '.join(get_args(Method))} is expected")
        return {
            **{name: columns[name] for name in _PLAIN},
            **{name: _frozen(columns.get(name, default)) for name, default in _OPTIONAL.items()},
            "failure": None if failure is None else _failure(failure),
            "timing": None if timing is None else Timing(**timing),
            **{name: _rows(table, columns[name]) for name, table in _TABLES.items()},
        }
    except TraceError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise TraceError(f"the columns are not a trace: {type(error).__name__}: {error}") from error


_TABLES: dict[str, type[Any]] = {
    "modules": Module,
    "calls": ModuleCall,
    "ops": Op,
    "parameters": Parameter,
    "allocations": Allocation,
}


def _plain(value: Any) -> Any:
    """Tuples become lists, records become dicts without the fields that have their default."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {
            field.name: _plain(item) for field in fields(value) if (item := getattr(value, field.name)) != field.default
        }
    return value


def _columns(table: type[Any], records: tuple[Any, ...]) -> dict[str, list[Any]]:
    return {field.name: [_plain(getattr(record, field.name)) for record in records] for field in fields(table)}


def _rows(table: type[Any], columns: dict[str, list[Any]]) -> tuple[Any, ...]:
    names = [field.name for field in fields(table)]
    if set(columns) != set(names):
        raise TraceError(f"{table.__name__} has the columns {sorted(columns)}; {sorted(names)} are expected")
    readers = [_READERS.get((table, name), _same) for name in names]
    return tuple(
        table(**{name: read(cell) for name, read, cell in zip(names, readers, cells, strict=True)})
        for cells in zip(*(columns[name] for name in names), strict=True)
    )


def _same(cell: Any) -> Any:
    return cell


def _strings(cell: list[str]) -> tuple[str, ...]:
    return tuple(cell)


def _shape(cell: list[int] | None) -> Shape | None:
    return None if cell is None else tuple(cell)


def _value(cell: dict[str, Any] | None) -> Value | None:
    if cell is None:
        return None
    tensor = cell.get("tensor")
    items = tuple((key, _value(item)) for key, item in cell.get("items", ()))
    return Value(
        **{
            **cell,
            "tensor": None if tensor is None else Tensor(**{**tensor, "shape": tuple(tensor["shape"])}),
            "items": items,
        }
    )


def _tensors(record: type[Any]) -> Callable[[list[dict[str, Any]]], tuple[Any, ...]]:
    return lambda cell: tuple(record(**{**item, "shape": tuple(item["shape"])}) for item in cell)


def _failure(cell: dict[str, Any]) -> Failure:
    expects = tuple((name, text) for name, text in cell.get("expects", ()))
    operands = tuple(tuple(shape) for shape in cell.get("operands", ()))
    return Failure(**{**cell, "expects": expects, "operands": operands})


def _arguments(cell: list[list[Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple((name, _frozen(value)) for name, value in cell)


def _times(cell: Any) -> int:
    if isinstance(cell, bool) or not isinstance(cell, int) or cell < 0:
        raise TraceError(f"an op runs {cell!r} times; a whole number is expected")
    return cell


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


_READERS: dict[tuple[type[Any], str], Callable[[Any], Any]] = {
    (Module, "aliases"): _strings,
    (ModuleCall, "inputs"): _value,
    (ModuleCall, "outputs"): _value,
    (Op, "inputs"): _tensors(OpInput),
    (Op, "outputs"): _tensors(OpOutput),
    (Op, "arguments"): _arguments,
    (Op, "times"): _times,
    (Parameter, "aliases"): _strings,
    (Parameter, "shape"): _shape,
}
