"""The rows as plain records, for JSON, CSV and data frames: every row, whatever a table folds or leaves out."""

import csv
import importlib
import io
import json
from dataclasses import asdict
from typing import Any

from cutaway.model.columns import COLUMNS
from cutaway.model.counted import Counted
from cutaway.model.records import Value
from cutaway.model.rows import Row

_PLAIN = (
    "path",
    "type",
    "depth",
    "parent",
    "call_number",
    "own_parameters",
    "trainable_parameters",
    "shared_parameters",
    "uncounted_ops",
    "saved_is_least",
    "weights_used",
    "contains_calls",
    "failed",
)


def to_dict(summary: Counted) -> dict[str, Any]:
    """The totals and the rows as JSON values; shapes are lists, unknown sizes in them are -1."""
    totals = summary.totals
    return {
        "model": summary.trace.model,
        "method": summary.trace.method,
        "reason": summary.trace.reason,
        "training": summary.trace.training,
        "totals": {
            **asdict(totals),
            "frozen_parameters": totals.frozen_parameters,
            "flops": totals.flops,
            "backward_flops": totals.backward_flops,
        },
        "noticed": [asdict(finding) for finding in summary.noticed],
        "rows": [
            {
                **record(row),
                "call": row.call,
                "aliases": list(row.aliases),
                "inputs": _shapes(row.inputs),
                "outputs": _shapes(row.outputs),
            }
            for row in summary.rows
        ],
    }


def record(row: Row) -> dict[str, Any]:
    """One row as flat values: shapes as text, sizes in bytes, None for a number that was not measured."""
    return {
        "key": row.key,
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: column.read(row) for name, column in COLUMNS.items() if column.kind != "bar"},
    }


def to_json(summary: Counted, indent: int | None = None) -> str:
    """`to_dict` as text."""
    return json.dumps(to_dict(summary), indent=indent, ensure_ascii=False)


def to_csv(summary: Counted) -> str:
    """One line for each row behind a line of names, as RFC 4180 has it; empty where nothing was measured."""
    records = [record(row) for row in summary.rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def to_dataframe(summary: Counted) -> Any:
    """A `pandas.DataFrame` of the rows, indexed by `key`. ModuleNotFoundError without pandas."""
    try:
        pandas = importlib.import_module("pandas")
    except ModuleNotFoundError as error:
        if error.name != "pandas":
            raise
        raise ModuleNotFoundError("to_dataframe needs pandas: pip install pandas", name="pandas") from None
    return pandas.DataFrame([record(row) for row in summary.rows]).set_index("key")


def _shapes(value: Value | None) -> list[list[int]]:
    return [] if value is None else [list(tensor.shape) for tensor in value.tensors()]
