"""Statistics of tensors where they lie in memory, for the pure twin: see the functions of ``core`` for watches."""

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutaway.events.kernel_types import ELEMENT_TYPES, float8_values
from cutaway.events.watch_layout import LOWEST_EXPONENT, MAGNITUDE_BINS

#: Neighbours that are taken together where a tensor is sampled.
_RUN = 64
#: What NumPy takes the elements of each type for, before they are widened.
_STORED = (np.float32, np.float64, np.float16, np.uint16, np.uint8, np.uint8, np.uint8, np.uint8)
_BFLOAT16, _FLOAT8 = ELEMENT_TYPES.index("bfloat16"), ELEMENT_TYPES.index("float8_e4m3fn")


def measure_tensors(
    addresses: NDArray[np.int64],
    counts: NDArray[np.int64],
    types: NDArray[np.uint8],
    sample: int,
    statistics: NDArray[np.float64],
) -> None:
    """See ``core.measure_tensors``."""
    _check(addresses, counts, types, sample)
    for row in range(len(addresses)):
        measure_tensor(int(addresses[row]), int(counts[row]), int(types[row]), sample, statistics, row)


def measure_tensor(
    address: int,
    count: int,
    kind: int,
    sample: int,
    statistics: NDArray[np.float64],
    row: int,
) -> None:
    """See ``core.measure_tensor``."""
    statistics[row] = _statistics(_widened(_sampled(_stored(address, count, kind), sample), kind))


def count_magnitudes(
    addresses: NDArray[np.int64],
    counts: NDArray[np.int64],
    types: NDArray[np.uint8],
    sample: int,
    magnitudes: NDArray[np.uint16],
) -> None:
    """See ``core.count_magnitudes``."""
    _check(addresses, counts, types, sample)
    for row in range(len(addresses)):
        stored = _stored(int(addresses[row]), int(counts[row]), int(types[row]))
        value = _widened(_sampled(stored, sample), int(types[row]))
        _, exponents = np.frexp(value[np.isfinite(value) & (value != 0)])
        bins = np.clip(exponents - 1 - LOWEST_EXPONENT, 0, MAGNITUDE_BINS - 1)
        magnitudes[row] = np.minimum(np.bincount(bins, minlength=MAGNITUDE_BINS), 65535)


def keep_samples(
    addresses: NDArray[np.int64],
    counts: NDArray[np.int64],
    types: NDArray[np.uint8],
    sample: int,
    offsets: NDArray[np.int64],
    kept: NDArray[np.uint8],
) -> None:
    """See ``core.keep_samples``."""
    _check(addresses, counts, types, sample)
    for row in range(len(addresses)):
        data = _sampled(_stored(int(addresses[row]), int(counts[row]), int(types[row])), sample)
        room = kept[offsets[row] : offsets[row] + data.nbytes]
        if len(room) < data.nbytes:
            raise ValueError(f"kept has no room for tensor {row}")
        room[:] = data.view(np.uint8)


def measure_changes(
    addresses: NDArray[np.int64],
    counts: NDArray[np.int64],
    types: NDArray[np.uint8],
    sample: int,
    offsets: NDArray[np.int64],
    kept: NDArray[np.uint8],
    statistics: NDArray[np.float64],
) -> None:
    """See ``core.measure_changes``."""
    _check(addresses, counts, types, sample)
    for row in range(len(addresses)):
        stored = _sampled(_stored(int(addresses[row]), int(counts[row]), int(types[row])), sample)
        before = kept[offsets[row] : offsets[row] + stored.nbytes]
        if len(before) < stored.nbytes:
            raise ValueError(f"kept has no room for tensor {row}")
        with np.errstate(all="ignore"):
            change = _widened(stored, int(types[row])) - _widened(before.view(stored.dtype), int(types[row]))
        statistics[row] = _statistics(change)


def first_not_finite(
    addresses: NDArray[np.int64], counts: NDArray[np.int64], types: NDArray[np.uint8], sample: int
) -> int:
    """See ``core.first_not_finite``."""
    _check(addresses, counts, types, sample)
    for row in range(len(addresses)):
        stored = _stored(int(addresses[row]), int(counts[row]), int(types[row]))
        if not np.isfinite(_widened(_sampled(stored, sample), int(types[row]))).all():
            return row
    return -1


def _check(addresses: NDArray[np.int64], counts: NDArray[np.int64], types: NDArray[np.uint8], sample: int) -> None:
    if not len(addresses) == len(counts) == len(types):
        raise ValueError(
            f"tensors must have one count and one type each, got {len(addresses)}, {len(counts)} and {len(types)}"
        )
    if sample < 0 or sample % _RUN:
        raise ValueError(f"sample must be a multiple of {_RUN}, or 0, got {sample}")
    for row, (count, type_) in enumerate(zip(counts, types, strict=True)):
        if type_ >= len(ELEMENT_TYPES) or count < 0:
            raise ValueError(f"tensor {row} has the type {type_} and {count} elements")


def _stored(address: int, count: int, type_: int) -> NDArray[Any]:
    dtype: np.dtype[Any] = np.dtype(_STORED[type_])
    if not count:
        return np.empty(0, dtype)
    data = (ctypes.c_uint8 * (count * dtype.itemsize)).from_address(address)
    return np.frombuffer(memoryview(data), dtype)


def _sampled(stored: NDArray[Any], sample: int) -> NDArray[Any]:
    if not sample or len(stored) <= sample:
        return stored
    runs = sample // _RUN
    starts = np.arange(runs) * (len(stored) - _RUN) // max(runs - 1, 1)
    return np.take(stored, (starts[:, None] + np.arange(_RUN)).reshape(-1))


def _widened(stored: NDArray[Any], type_: int) -> NDArray[Any]:
    if type_ == _BFLOAT16:
        return (stored.astype(np.uint32) << 16).view(np.float32)
    if type_ >= _FLOAT8:
        return np.take(float8_values()[type_ - _FLOAT8], stored)
    return stored.astype(np.float64 if stored.dtype == np.float64 else np.float32)


def _statistics(value: NDArray[Any]) -> tuple[float, ...]:
    finite = value[np.isfinite(value)].astype(np.float64)
    least, most = (finite.min(), finite.max()) if len(finite) else (np.nan, np.nan)
    with np.errstate(over="ignore"):
        squares = (finite * finite).sum()
    return (
        finite.sum(),
        squares,
        least,
        most,
        (finite == 0).sum(),
        np.isnan(value).sum(),
        (value == np.inf).sum(),
        (value == -np.inf).sum(),
    )
