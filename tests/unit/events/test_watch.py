"""Statistics of tensors in memory: both twins against NumPy and PyTorch."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.tensor_statistics import statistics_of

from cutaway.events.kernel import Kernel
from cutaway.events.kernel_types import ELEMENT_TYPES
from cutaway.events.watch_layout import COLUMNS, LOWEST_EXPONENT, MAGNITUDE_BINS

SIZES = st.sampled_from([0, 1, 2, 15, 16, 63, 64, 65, 1023, 1024, 1025, 4096, 4097, 10_000])


def columns_of(tensors: list[torch.Tensor]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    names = [str(tensor.dtype).removeprefix("torch.") for tensor in tensors]
    return (
        np.array([tensor.data_ptr() for tensor in tensors], np.int64),
        np.array([tensor.numel() for tensor in tensors], np.int64),
        np.array([ELEMENT_TYPES.index(name) for name in names], np.uint8),
    )


def measured(kernel: Kernel, *tensors: torch.Tensor, sample: int = 0) -> list[dict[str, float]]:
    statistics = np.zeros((len(tensors), len(COLUMNS)))
    kernel.measure_tensors(*columns_of(list(tensors)), sample, statistics)
    return [dict(zip(COLUMNS, row, strict=True)) for row in statistics.tolist()]


def assert_close(found: dict[str, float], tensor: torch.Tensor) -> None:
    wanted = statistics_of(tensor)
    # The error of a sum is one of the sum of magnitudes.
    slack = tensor.double()[tensor.double().isfinite()].abs().sum().item() * 1e-5
    assert found["sum"] == pytest.approx(wanted["sum"], rel=1e-5, abs=slack)
    assert found["sum_sq"] == pytest.approx(wanted["sum_sq"], rel=1e-4, abs=0)
    for name in COLUMNS[2:]:
        assert found[name] == wanted[name] or (found[name] != found[name] and wanted[name] != wanted[name]), name


def numbers(seed: int, size: int, dtype: torch.dtype, exponent: int, specials: list[float]) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(size, generator=generator, dtype=torch.float64) * 2.0**exponent
    for place, special in enumerate(specials):
        values[(place * 7919) % max(size, 1) :][:1] = special
    return values.to(dtype)


@given(
    seed=st.integers(0, 1000),
    size=SIZES,
    dtype=st.sampled_from(ELEMENT_TYPES),
    exponent=st.integers(-150, 130),
    specials=st.lists(st.sampled_from([0.0, -0.0, float("nan"), float("inf"), -float("inf"), 1e-42, 3e38]), max_size=8),
)
def test_statistics_are_those_of_torch(
    kernel: Kernel, seed: int, size: int, dtype: str, exponent: int, specials: list[float]
) -> None:
    tensor = numbers(seed, size, getattr(torch, dtype), exponent, specials)
    (found,) = measured(kernel, tensor)
    assert_close(found, tensor)


@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"])
def test_each_byte_is_what_torch_says(kernel: Kernel, dtype: str) -> None:
    for byte in range(256):
        tensor = torch.tensor([byte], dtype=torch.uint8).view(getattr(torch, dtype))
        assert_close(measured(kernel, tensor)[0], tensor)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_each_pair_of_bytes_is_what_torch_says(kernel: Kernel, dtype: str) -> None:
    tensor = torch.arange(1 << 16, dtype=torch.int32).to(torch.uint16).view(getattr(torch, dtype))
    pieces = list(torch.split(tensor, 1 << 8))
    for piece, found in zip(pieces, measured(kernel, *pieces), strict=True):
        assert_close(found, piece)


def sampled(tensor: torch.Tensor, sample: int) -> torch.Tensor:
    """The sample as `core` describes it."""
    if not sample or tensor.numel() <= sample:
        return tensor
    runs = sample // 64
    starts = [run * (tensor.numel() - 64) // max(runs - 1, 1) for run in range(runs)]
    return torch.cat([tensor[start : start + 64] for start in starts])


@given(
    size=SIZES,
    dtype=st.sampled_from(ELEMENT_TYPES),
    sample=st.sampled_from([0, 64, 128, 1024, 4096]),
    exponent=st.integers(-140, 120),
)
def test_samples(kernel: Kernel, size: int, dtype: str, sample: int, exponent: int) -> None:
    tensor = numbers(size, size, getattr(torch, dtype), exponent, [0.0, float("nan")])
    part = sampled(tensor, sample)
    assert_close(measured(kernel, tensor, sample=sample)[0], part)
    magnitudes = np.ones((1, MAGNITUDE_BINS), np.uint16)
    kernel.count_magnitudes(*columns_of([tensor]), sample, magnitudes)
    wide = part.double()
    counted = wide[wide.isfinite() & (wide != 0)].abs()
    bins = (torch.frexp(counted).exponent.long() - 1 - LOWEST_EXPONENT).clamp(0, MAGNITUDE_BINS - 1)
    assert magnitudes[0].tolist() == torch.bincount(bins, minlength=MAGNITUDE_BINS).tolist()


@given(size=SIZES, dtype=st.sampled_from(ELEMENT_TYPES), sample=st.sampled_from([0, 64, 1024, 4096]))
def test_changes_are_those_of_the_same_elements(kernel: Kernel, size: int, dtype: str, sample: int) -> None:
    tensor = numbers(size, size, getattr(torch, dtype), 0, [0.0])
    others = torch.ones(3, dtype=tensor.dtype)
    sizes = [sampled(each, sample).numel() * each.element_size() for each in (others, tensor)]
    offsets, kept = np.array([0, sizes[0] + 8]), np.zeros(sum(sizes) + 8, np.uint8)
    kernel.keep_samples(*columns_of([others, tensor]), sample, offsets, kept)
    before = tensor.clone()
    tensor.copy_((tensor.float() * 1.5 + 1).to(tensor.dtype))
    statistics = np.zeros((2, 8))
    kernel.measure_changes(*columns_of([others, tensor]), sample, offsets, kept, statistics)
    assert_close(dict(zip(COLUMNS, statistics[0], strict=True)), torch.zeros(3))
    wide = torch.float64 if tensor.dtype == torch.float64 else torch.float32
    change = sampled(tensor, sample).to(wide) - sampled(before, sample).to(wide)
    assert_close(dict(zip(COLUMNS, statistics[1], strict=True)), change)


@given(
    dtype=st.sampled_from(["float32", "float64", "float16", "bfloat16", "float8_e5m2"]),
    size=st.integers(1, 300),
    special=st.sampled_from([float("nan"), float("inf"), -float("inf")]),
    data=st.data(),
)
def test_the_first_tensor_that_is_not_finite(
    kernel: Kernel, dtype: str, size: int, special: float, data: st.DataObject
) -> None:
    tensors = [torch.ones(size).to(getattr(torch, dtype)) for _ in range(4)]
    assert kernel.first_not_finite(*columns_of(tensors), 0) == -1
    row, place = data.draw(st.integers(0, 3)), data.draw(st.integers(0, size - 1))
    values = torch.ones(size)
    values[place] = special
    tensors[row].copy_(values.to(tensors[row].dtype))
    assert kernel.first_not_finite(*columns_of(tensors), 0) == row


def test_more_elements_than_float32_counts(kernel: Kernel) -> None:
    size = (1 << 24) + 17
    tensor = torch.zeros(size, dtype=torch.uint8).view(torch.float8_e5m2)
    found = measured(kernel, tensor)[0]
    assert (found["zeros"], found["sum"], found["min"], found["max"]) == (size, 0, 0, 0)


def test_a_magnitude_ends_at_what_its_bin_holds(kernel: Kernel) -> None:
    magnitudes = np.zeros((1, MAGNITUDE_BINS), np.uint16)
    kernel.count_magnitudes(*columns_of([torch.ones(70_000)]), 0, magnitudes)
    assert magnitudes[0, -LOWEST_EXPONENT] == magnitudes.max() == 65535


def test_one_row(kernel: Kernel) -> None:
    tensor, statistics = torch.arange(5.0), np.full((3, 8), 7.0)
    kernel.measure_tensor(tensor.data_ptr(), 5, 0, 0, statistics, 1)
    assert statistics.tolist() == [[7.0] * 8, [10, 30, 0, 4, 1, 0, 0, 0], [7.0] * 8]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"counts": np.zeros(2, np.int64)}, "one count and one type each"),
        ({"types": np.array([len(ELEMENT_TYPES)], np.uint8)}, "has the type 8"),
        ({"counts": np.array([-1])}, "-1 elements"),
        ({"sample": 65}, "sample must be a multiple of 64"),
    ],
)
def test_what_is_not_accepted(kernel: Kernel, change: dict[str, Any], message: str) -> None:
    tensor = torch.zeros(4)
    addresses, counts, types = columns_of([tensor])
    arguments: dict[str, Any] = {"addresses": addresses, "counts": counts, "types": types, "sample": 0, **change}
    with pytest.raises(ValueError, match=message):
        kernel.measure_tensors(**arguments, statistics=np.zeros((1, 8)))
