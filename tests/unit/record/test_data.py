"""Histograms, texts, curves, hyper-parameters and layouts: what is kept, and what is refused."""

import math
import operator
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import cutaway
from cutaway.events import messages
from cutaway.events.histogram_message import counted_apart, histogram_message
from cutaway.events.schema import decode
from cutaway.record.arrays import to_array
from cutaway.record.histogram import histogram_value, tensorflow_edges

if TYPE_CHECKING:
    from cutaway.events.kernel import Kernel

NATIVE, PURE = (cast("Kernel", import_module(f"cutaway.events.{name}")) for name in ("_core", "_pure"))

numbers = st.lists(st.floats() | st.floats(-3, 3) | st.sampled_from(tensorflow_edges().tolist()), max_size=50)
edge_lists = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=9).map(sorted)


@given(numbers, st.none() | edge_lists, st.booleans())
def test_both_twins_count_alike(values: list[float], edges: list[float] | None, single: bool) -> None:
    with np.errstate(over="ignore"):
        array: Any = np.array(values, np.float32 if single else np.float64)
    places = tensorflow_edges() if edges is None else np.array(edges)
    native, pure = NATIVE.histogram(array, places), PURE.histogram(array, places)
    np.testing.assert_array_equal(native.counts, pure.counts)
    assert native.counts.dtype == pure.counts.dtype
    np.testing.assert_array_equal([native.lowest, native.highest], [pure.lowest, pure.highest])
    assert (native.nan, native.pos_inf, native.neg_inf) == (pure.nan, pure.pos_inf, pure.neg_inf)
    written = NATIVE.histogram_value("tag", array, places)
    assert written == histogram_message("tag", native, places, counted_apart(array, places, native))
    finite = array[np.isfinite(array)].astype(np.float64)
    assert int(native.counts.sum()) == len(finite)
    if len(finite) and np.abs(finite).max() < 1e100:
        tolerance = 1e-12 * float(np.abs(finite).sum())
        assert abs(native.sum - pure.sum) <= tolerance
        np.testing.assert_allclose(native.sum_squares, pure.sum_squares, rtol=1e-12)


@given(st.integers(0, 2**32), st.integers(0, 2500), st.booleans())
def test_sums_are_those_of_eight_lanes_to_the_last_bit(seed: int, count: int, single: bool) -> None:
    array: Any = np.random.default_rng(seed).normal(size=count).astype(np.float32 if single else np.float64)
    if seed % 3 == 0:
        array[::97] = np.inf
    total = squares = 0.0
    for start in range(0, count, 1024):
        block = array[start : start + 1024].tolist()
        lanes = [[0.0, 0.0] for _ in range(8)]
        in_lanes = len(block) // 8 * 8
        for place, number in enumerate(block):
            lane = lanes[place % 8 if place < in_lanes else 0]
            lane[0] += number
            lane[1] += number * number
        if math.isfinite(reduce(operator.add, (lane[0] for lane in lanes), 0.0)):
            total += reduce(operator.add, (lane[0] for lane in lanes), 0.0)
            squares = reduce(operator.add, (lane[1] for lane in lanes), squares)
        else:
            total = reduce(operator.add, filter(math.isfinite, block), total)
            squares = reduce(operator.add, (number * number for number in block if math.isfinite(number)), squares)
    found = NATIVE.histogram(array, tensorflow_edges())
    assert (found.sum, found.sum_squares) == (total, squares)


def test_bins_as_fine_as_can_be() -> None:
    edges: Any = 1 + np.arange(2000) * 2.0**-52
    values = np.repeat(edges, 2)
    assert NATIVE.histogram(values, edges).counts.tolist() == [0] + [2] * 2000
    assert NATIVE.histogram_value("tag", values, edges) == PURE.histogram_value("tag", values, edges)


def test_many_numbers_are_counted_by_two_threads_as_by_one() -> None:
    values = np.random.default_rng(0).normal(size=300_001).astype(np.float32)
    values[::1000], values[7], values[-1] = 0, np.nan, -np.inf
    found, exact = (
        decode(messages.VALUE, data)
        for data in (
            histogram_value("tag", values, "tensorflow", None),
            PURE.histogram_value("tag", values, tensorflow_edges()),
        )
    )
    assert found["exact"] == exact["exact"]
    for name, expected in exact["histo"].items():
        np.testing.assert_allclose(found["histo"][name], expected, rtol=1e-12 if "sum" in name else 0, atol=0)


def test_a_tag_may_be_of_a_class_of_its_own() -> None:
    tag: Any = np.str_("layer/\ud800")
    for twin in (NATIVE, PURE):
        assert twin.histogram_value(tag, np.zeros(1), tensorflow_edges()).startswith(b"\x0a\x07layer/?")


@pytest.mark.parametrize(
    "value",
    [
        [1, 2],
        (1.0, 2.0),
        np.float32(3),
        torch.tensor([1.0, 2.0], requires_grad=True),
        torch.tensor([1, 0]).to_sparse(),
        [torch.tensor(1.0), torch.tensor(2.0)],
        torch.tensor([1 + 2j]).conj(),
        torch.tensor([1.0], dtype=torch.float8_e4m3fn),
        True,
    ],
)
def test_arrays_of_every_kind(value: Any) -> None:
    array = to_array(value, "x")
    assert array.dtype.kind in "fiubc"
    if isinstance(value, list) and hasattr(value[0], "item"):
        np.testing.assert_array_equal(array, [item.item() for item in value])


def test_histograms_of_every_rule(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=1000)
    with cutaway.SummaryWriter(tmp_path) as writer:
        for bins in ("tensorflow", "auto", "fd", "sturges", 7, [-1.0, 0.0, 1.0]):
            writer.add_histogram(f"bins {bins}", values, 0, bins=bins)
            writer.add_histogram("numbers", [1, 2, 2, 3], 0, bins=3)
    run = cutaway.open(tmp_path)["."]
    for tag in run.tags("histograms"):
        histogram = run.histograms(tag)[0]
        assert histogram.count == (4 if tag == "numbers" else 1000)
        assert (np.diff(histogram.edges) >= 0).all()
    assert run.histograms("bins 7")[0].counts.tolist() == np.histogram(values, 7)[0].tolist()
    beyond = run.histograms("bins [-1.0, 0.0, 1.0]")[0]
    inside = np.histogram(values, [-1, 0, 1])[0].tolist()
    assert beyond.counts.tolist() == [(values < -1).sum(), *inside, (values > 1).sum()]


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        ("add_histogram", ("t", ["a"]), "values must be a real number, got 'a'"),
        ("add_histogram", ("t", [1], 0, "nonsense"), "bins must be 'tensorflow', a rule of NumPy, a number or edges"),
        ("add_histogram", ("t", [1], 0, [2, 1]), "bins must be at least two ascending, finite edges"),
        ("add_histogram", ("t", [1, 2], 0, "tensorflow", None, 0), "max_bins must be at least 1"),
        ("add_histogram_raw", ("t", 0, 1, 2, 3, 4, [1], [1, 2]), "must be equally many, got 1 and 2"),
        ("add_text", ("t", 5), "text_string must be a text or an array of texts, got 5"),
        ("add_text", ("t", []), "text_string must be"),
        ("add_tensor", ("t", "text"), "tensor must be numbers"),
        ("add_pr_curve", ("t", [0, 1], [0.5]), "labels and predictions must be equally many, got 2 and 1"),
        ("add_pr_curve", ("t", [0, 2], [0.5, 0.5]), r"labels must be in \[0, 1\], got numbers from 0 to 2"),
        ("add_pr_curve", ("t", [0], [0.5], 0, 0), "num_thresholds must be an integer of at least 1, got 0"),
        ("add_pr_curve", ("t", [0], [0.5], 0, "9"), "num_thresholds must be an integer of at least 1, got '9'"),
        (
            "add_pr_curve_raw",
            ("t", [1, 2], *[[1]] * 5),
            "false_positive_counts must have as many numbers as the columns",
        ),
        ("add_pr_curve_raw", ("t", *[[[1, 2], [3, 4]]] * 6), "true_positive_counts must be one column"),
        ("add_pr_curve_raw", ("t", *[[]] * 6), "true_positive_counts must be one column"),
        ("add_hparams", ({"a": 1}, {"m": "x"}), r"metric_dict\['m'\] must be a real number, got 'x'"),
        ("add_hparams", ({"a": 1}, {"m": 1}, None, None, "x"), "global_step must be a real number, got 'x'"),
        ("add_hparams", (["a"], {}), "hparam_dict must be a mapping of names to values, got list"),
        ("add_hparams", ({"a": 1}, {}, {"b": [1]}), "hparam_domain_discrete names 'b', which is not in hparam_dict"),
        ("add_scalars", ("m", [1]), "tag_scalar_dict must be a mapping of keys to numbers, got list"),
        ("add_scalars", ("m", {"a": "x"}), r"tag_scalar_dict\['m'\]\['a'\] must be a real number"),
        ("add_custom_scalars", (["a"],), "layout must be a mapping of categories, got list"),
        ("add_custom_scalars", ({"c": {"t": ["Pie", ["a"]]}},), "layout must give chart 't' as"),
        ("add_custom_scalars", ({"c": {"t": ["Margin", ["a"]]}},), "layout must give chart 't' as"),
        ("add_embedding", (np.zeros(3),), r"mat must have the shape \[n, dimensions\]"),
        ("add_embedding", (np.zeros((3, 2)), ["a"]), "metadata must be as many as the rows of mat, 3, got 1"),
        ("add_embedding", (np.zeros((1, 2)), [["a"]], None, 0, "t", ["x", "y"]), "metadata must have 2 columns"),
        ("add_embedding", (np.zeros((1, 2)), None, np.zeros((1, 3, 9000, 1))), "label_img must fit into 8192 pixels"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_recorded(
    tmp_path: Path, method: str, arguments: tuple[Any, ...], message: str
) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer, pytest.raises((TypeError, ValueError), match=message):
        getattr(writer, method)(*arguments)
    assert cutaway.open(tmp_path)["."].kinds.keys() <= {"session_log"}
    assert len(list(tmp_path.iterdir())) == 1


def test_several_scalars_are_one_record(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.add_scalars("loss", {"train": 1.0, "val": torch.tensor(2.0)}, 5, walltime=100.0)
        writer.add_scalars("nothing", {})
    run = cutaway.open(tmp_path)["."]
    assert run.tags() == ["loss/train", "loss/val"]
    assert {tuple(run.scalars(tag).wall_time) for tag in run.tags()} == {(100.0,)}


def test_an_embedding_is_listed_once(tmp_path: Path) -> None:
    with cutaway.SummaryWriter(tmp_path) as writer:
        for _ in range(2):
            writer.add_embedding(torch.eye(2), tag='a "name"', global_step=3)
        writer.add_embedding(torch.eye(2), [["x", 1], ["y", 2]], metadata_header=["letter", "number"])
    first, second = cutaway.open(tmp_path)["."].embeddings()
    assert (first.name, second.name) == ('a "name":00003', "default:00000")
    assert second.labels() == [["letter", "number"], ["x", "1"], ["y", "2"]]
