"""The versions of a trace's columns that are read, and the fields that the older ones lack.

Event files keep traces for years, so an older version is read as long as its meaning can be told. This is the only
place where a framework's name decides anything: version 2 had no fields for what a capture knows.
"""

from typing import Any

from cutaway.model.records import SCHEMA_VERSION, TraceError

READABLE = (2, SCHEMA_VERSION)


def check_version(version: object) -> None:
    """TraceError for a version that this release does not read."""
    if isinstance(version, bool) or version not in READABLE:
        names = " and ".join(map(str, READABLE))
        raise TraceError(f"the trace has version {version!r}; this release reads versions {names}")


def in_this_version(columns: dict[str, Any]) -> dict[str, Any]:
    """Columns of a readable version as columns of this one. The argument stays as it is.

    Raises LookupError, TypeError, ValueError or AttributeError for columns that are not of the version that they name.
    """
    return _from_version_2(columns) if columns["version"] == 2 else columns


def _from_version_2(columns: dict[str, Any]) -> dict[str, Any]:
    framework, from_file = columns["framework"], columns["method"] == "file"
    return {
        **columns,
        "version": SCHEMA_VERSION,
        # Neither a file of tensors nor one of ONNX says which parameters are trained.
        "knows_trainable": not from_file and framework != "onnx",
        # Keras layers are seen from outside: their products were recorded, and nothing else.
        "counts_element_operations": framework != "keras",
        # All frameworks wrote a mode, and only modules of PyTorch have one.
        "training": columns["training"] if framework == "torch" and not from_file else None,
        "ops": _with_times(columns["ops"]),
    }


def _with_times(ops: dict[str, Any]) -> dict[str, Any]:
    """The rounds of JAX's loops stood behind the arguments of their ops."""
    arguments, times = [], []
    for name, given in zip(ops["name"], ops["arguments"], strict=True):
        looped = name.startswith("jax.") and bool(given) and given[-1][0] == "times"
        arguments.append(given[:-1] if looped else given)
        times.append(given[-1][1] if looped else 1)
    return {**ops, "arguments": arguments, "times": times}
