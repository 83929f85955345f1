"""The texts in the cells of a table, for every renderer that draws one."""

from dataclasses import asdict, dataclass

from cutaway.model.columns import Column
from cutaway.model.costs.flops import FLOPS_PER_MAC
from cutaway.model.costs.memory import Memory
from cutaway.model.counted import Counted, Formulas
from cutaway.model.records import Failure, Timing
from cutaway.model.values_text import shape_text, si, size_text, time_text
from cutaway.model.view import TableLine, TableView, columns_of, cost_of, lines

_METHODS = {
    "fake": "on shapes alone; nothing was computed",
    "real": "by running the forward on real tensors",
    "modules": "modules only; no forward was run",
    "file": "names, shapes and types from the file; no weights were read",
}


_FORMULAS = {
    "macs": (" MACs", ""),
    "backward_macs": (" backward", ""),
    "element_operations": (" element ops", ""),
    "saved_bytes": (" saved", "bytes"),
    "peak_bytes": (" peak memory", "bytes"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a view, its columns and the facts below it."""

    columns: list[Column]
    headings: list[str]
    lines: list[TableLine]
    facts: list[tuple[str, str]]

    def texts(self, line: TableLine, *, short: bool = False) -> list[str]:
        """The cells of a line; that of a share is its percentage."""
        texts = [self._text(line, idx, short) for idx in range(len(self.columns))]
        if line.note:
            first = next((idx for idx, column in enumerate(self.columns) if column.kind == "text"), None)
            if first is not None:
                texts[first] = line.note
        return texts

    def label(self, line: TableLine) -> str:
        """The line's name and type, with its note where no column has room for it."""
        if line.note and not any(column.kind == "text" for column in self.columns):
            return f"{line.label} ({line.note})"
        return line.label

    def _text(self, line: TableLine, idx: int, short: bool) -> str:
        column, cell = self.columns[idx], line.cells[idx]
        if column.kind == "bar":
            return percent(line.share)
        text = column.text(cell, short=short)
        if column.name == "parameters" and not cell and line.shared_parameters:
            # Counted in a row above.
            return f"({column.text(line.shared_parameters, short=short)})"
        if column.name in ("macs", "flops") and line.uncounted:
            return f"≥ {text if cell else '0'}"
        if column.name == "saved_bytes" and line.saved_is_least:
            return f"≥ {text if cell else '0 B'}"
        return text


def make_table(summary: Counted, view: TableView) -> Table:
    """The table of a view."""
    columns = columns_of(summary, view)
    share = f"% {cost_of(summary, view).heading}"
    headings = [share if column.kind == "bar" else column.heading for column in columns]
    return Table(columns, headings, lines(summary, view), facts(summary))


def percent(share: float | None) -> str:
    """A share in whole percents, and what is less than half of one as such."""
    if not share:
        return ""
    return "<1" if 0 < share < 0.005 else f"{share * 100:.0f}"


def facts(summary: Counted) -> list[tuple[str, str]]:
    """The lines below the table: totals, uncounted ops, how the model was captured and why it failed."""
    totals, trace = summary.totals, summary.trace
    trainable = f": {totals.trainable_parameters:,} trainable, {totals.frozen_parameters:,} frozen"
    parameters = f"{totals.parameters:,} ({si(totals.parameter_bytes, 'B')})"
    found = [("Parameters", parameters + (trainable if trace.knows_trainable else ""))]
    if totals.buffers:
        found.append(("Buffers", f"{totals.buffers:,} ({si(totals.buffer_bytes, 'B')})"))
    if trace.has_calls:
        bound = "≥ " if totals.uncounted_ops else ""
        count, flops = f"{bound}{totals.macs:,}", f"{bound}{si(totals.flops, 'FLOPs')}"
        if totals.fewest_macs is not None:
            fewest = FLOPS_PER_MAC * totals.fewest_macs
            count, flops = f"{totals.fewest_macs:,} to {count}", f"{si(fewest, 'FLOPs')} to {flops}"
        found.append(("MACs", f"{count} ({flops}, two for each MAC)"))
        if totals.backward_macs is not None:
            flops = si(totals.backward_flops or 0, "FLOPs")
            found.append(("Backward", f"{bound}{totals.backward_macs:,} MACs ({bound}{flops})"))
        if trace.counts_element_operations:
            found.append(("Element ops", f"{totals.element_operations:,}, element-wise and reductions"))
    if totals.saved_bytes is not None:
        least = "≥ " if totals.saved_is_least else ""
        found.append(("Saved", f"{least}{si(totals.saved_bytes, 'B')} kept for the backward pass"))
    if summary.memory is not None and (trace.backward == "" or not trace.gradients):
        found.append(("Peak memory", peak_text(summary.memory)))
    if summary.formulas is not None:
        found += formula_facts(summary, summary.formulas)
    if trace.timing is not None:
        found.append(("Time", timing_text(summary, trace.timing)))
    if totals.uncounted_ops:
        names = ", ".join(f"{name} × {count:,}" for name, count in totals.uncounted_ops.items())
        found.append(("Not counted", names))
    if trace.backward:
        found.append(("No backward", trace.backward))
    if trace.optimizer:
        found.append(("No optimizer", trace.optimizer))
    reason = f" ({trace.reason})" if trace.reason else ""
    mode = ""
    if trace.has_calls and trace.training is not None:
        mode = ", in training mode" if trace.training else ", in evaluation mode"
        mode += "" if trace.gradients or trace.method != "fake" else ", without gradients"
    found.append(("Read" if trace.method == "file" else "Captured", _METHODS[trace.method] + mode + reason))
    found += [("" if idx else "Noticed", finding.text) for idx, finding in enumerate(summary.noticed)]
    if trace.failure is not None:
        found += failure_facts(summary, trace.failure)
    return found


def peak_text(memory: Memory) -> str:
    """The peak, where it is, and what it consists of."""
    # The model itself has no path.
    where = f" in {memory.peak_layer}" if memory.peak_layer else ""
    parts = sorted(memory.at_peak.items(), key=lambda part: -part[1])
    uses = ", ".join(f"{use} {si(amount, 'B')}" for use, amount in parts)
    return f"{si(memory.peak, 'B')}{where}, {memory.peak_phase}: {uses}"


def formula_facts(summary: Counted, formulas: Formulas) -> list[tuple[str, str]]:
    """Each total as a formula, and at which sizes it was made and holds."""
    sizes = ", ".join(f"{letter}={size}" for letter, size in formulas.sizes.items())
    verified = ", ".join(f"{letter}={size}" for letter, size in formulas.verified.items())
    found = [("Formulas", f"through {len(formulas.fitted):,} captures, verified at {verified}; numbers are at {sizes}")]
    for name, (label, unit) in _FORMULAS.items():
        each = formulas.totals[name]
        if each is not None and each.terms:
            found.append((label, each.text(unit)))
    known = {**asdict(summary.totals), "peak_bytes": None if summary.memory is None else summary.memory.peak}
    missing = [label.strip() for name, (label, _) in _FORMULAS.items() if known[name] and formulas.totals[name] is None]
    if missing:
        found.append(("", f"no polynomial: {', '.join(missing)}"))
    return found


def timing_text(summary: Counted, timing: Timing) -> str:
    """The forward's time, what it achieves, and the device's limits."""
    seconds = timing.nanoseconds / 1e9
    flops, moved = summary.totals.flops, summary.rows[0].bytes_moved
    return (
        f"{time_text(timing.nanoseconds)}, the median of {timing.runs:,} forwards on {timing.device}: "
        f"{si(flops / seconds, 'FLOP/s')} of {si(timing.flops_per_second, 'FLOP/s')} in a matrix product, "
        f"{si(moved / seconds, 'B/s')} of {si(timing.bytes_per_second, 'B/s')} in a copy"
    )


def failure_facts(summary: Counted, failure: Failure) -> list[tuple[str, str]]:
    """The layer that failed, what it was given and made for, where, and what to change."""
    call = None if failure.call is None else summary.trace.calls[failure.call]
    found = [("Failed", " ".join(failure.message.split()) or failure.type)]
    if call is not None:
        place = f"{call.key} ({call.type})" if call.path else f"the forward of {call.type} itself"
        found.append(("in", place))
        found.append(("given", shape_text(call.inputs)))
    if failure.function is not None:
        shapes = ", ".join(map(size_text, failure.operands))
        found.append(("calling", f"{failure.function} with {shapes}" if shapes else failure.function))
    if failure.expects:
        found.append(("made for", ", ".join(f"{name}={value}" for name, value in failure.expects)))
    if failure.source is not None:
        found.append(("at", f"{failure.source}" + (f": {failure.code}" if failure.code else "")))
    if failure.advice:
        found.append(("Try", failure.advice))
    return found
