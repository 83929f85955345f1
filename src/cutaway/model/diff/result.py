"""The results of `cutaway.diff`: differences that print themselves."""

from html import escape
from typing import Any

from cutaway.model.diff.records import LayerDifferences, TensorDifferences
from cutaway.model.diff.text import checkpoint_diff_text, model_diff_text


class ModelDiff(LayerDifferences):
    """The result of `diff` for two models: the differences of their layers, which print themselves."""

    __slots__ = ()

    def to_text(self, width: int | None = None) -> str:
        """The differences as a table of at most `width` characters (default: the terminal's)."""
        return model_diff_text(self, width)

    def to_dict(self) -> dict[str, Any]:
        """All rows and the totals as JSON values."""
        return {
            "before": self.before.trace.model,
            "after": self.after.trace.model,
            "different": bool(self),
            "totals": {name: list(pair) for name, pair in self.totals.items()},
            "rows": [
                {
                    "status": row.status,
                    "path": row.path,
                    "before": None if row.before is None else self.before.rows[row.before].key,
                    "after": None if row.after is None else self.after.rows[row.after].key,
                    "changes": {name: list(pair) for name, pair in row.changes.items()},
                }
                for row in self.rows
            ],
        }

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        counts = {status: sum(row.status == status for row in self.rows) for status in ("added", "removed", "changed")}
        found = ", ".join(f"{count:,} {status}" for status, count in counts.items())
        return f"<ModelDiff of {self.before.trace.model} and {self.after.trace.model}: {found}>"


class CheckpointDiff(TensorDifferences):
    """The result of `diff` where a side is a file: the differences of their tensors, which print themselves."""

    __slots__ = ()

    def to_text(self, width: int | None = None) -> str:
        """The tensors that do not fit, in lines of at most `width` characters (default: the terminal's)."""
        return checkpoint_diff_text(self, width)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values; ``renamed`` maps names before to names after."""
        return {
            "before": self.before.model,
            "after": self.after.model,
            "different": bool(self),
            "matched": list(self.matched),
            "wrong_shape": {name: [list(shape) for shape in pair] for name, pair in self.wrong_shape.items()},
            "other_dtype": {name: list(pair) for name, pair in self.other_dtype.items()},
            "renamed": {old: new for renaming in self.renamed for old, new in renaming.names},
            "missing": list(self.missing),
            "unexpected": list(self.unexpected),
        }

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return (
            f"<CheckpointDiff of {self.before.model} and {self.after.model}: {len(self.matched):,} matched, "
            f"{sum(len(each.names) for each in self.renamed):,} renamed, {len(self.wrong_shape):,} of another shape, "
            f"{len(self.missing):,} missing, {len(self.unexpected):,} unexpected>"
        )
