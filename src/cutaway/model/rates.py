"""Numbers of several rows that are not plain sums: peaks, formulas, rates that were achieved and their bounds."""

from collections.abc import Sequence

from cutaway.model.rows import Row

#: Where work and traffic at the device's best would take less of the time than this, neither holds it back.
_EXPLAINED = 0.1


def most_of(rows: Sequence[Row]) -> int | None:
    """The highest peak."""
    return max((row.peak_bytes for row in rows if row.peak_bytes is not None), default=None)


def macs_formula(rows: Sequence[Row]) -> str:
    """The sum of their formulas for MACs; empty where there are no letters, ? where one has none."""
    return _formula(rows, "macs", "")


def saved_formula(rows: Sequence[Row]) -> str:
    """The sum of their formulas for the memory that autograd keeps, in the same way."""
    return _formula(rows, "saved_bytes", "bytes")


def _formula(rows: Sequence[Row], name: str, unit: str) -> str:
    found = [None if row.formulas is None else row.formulas.get(name) for row in rows]
    known = [each for each in found if each is not None]
    if not known or len(known) < len(found):
        return "" if rows[0].formulas is None or getattr(rows[0], name) is None else "?"
    total = known[0]
    for each in known[1:]:
        total = total + each
    return total.text(unit) if total.terms else ""


def flops_per_second(rows: Sequence[Row]) -> float | None:
    """FLOPs by the time that they took; None where neither is known."""
    seconds, flops = _seconds(rows), sum(row.flops for row in rows)
    return flops / seconds if seconds and flops else None


def bytes_per_second(rows: Sequence[Row]) -> float | None:
    """Bytes that ops read and wrote, by the time that it took."""
    seconds, moved = _seconds(rows), sum(row.bytes_moved for row in rows)
    return moved / seconds if seconds and moved else None


def bound(rows: Sequence[Row]) -> str:
    """``compute`` or ``memory``, whichever would take longer at the device's best; else ``overhead``.

    That is the roofline model (Williams, Waterman and Patterson, 2009) with limits that were measured here: below the
    ridge, FLOPs for each byte, traffic takes longer than work. Where both would take less than a tenth of the time, it
    is spent on neither: on calls, on small operations, or on kernels that are far from the best.
    """
    seconds, timing = _seconds(rows), rows[0].timing
    if not seconds or timing is None:
        return ""
    work = sum(row.flops for row in rows) / timing.flops_per_second
    traffic = sum(row.bytes_moved for row in rows) / timing.bytes_per_second
    if not work and not traffic:
        return ""
    if max(work, traffic) < _EXPLAINED * seconds:
        return "overhead"
    return "compute" if work >= traffic else "memory"


def _seconds(rows: Sequence[Row]) -> float:
    return sum(row.nanoseconds or 0 for row in rows) / 1e9
