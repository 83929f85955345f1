"""torchinfo's names: its own results where they are right, the right ones elsewhere, its errors, its sub-modules."""

import importlib
import inspect
from typing import Any

import numpy as np
import pytest
import torch
import torchinfo as theirs
from tests.unit.model.networks import Convolutional, Repeated
from torch import Tensor, nn
from torch.nn.utils import prune

from cutaway.compat import torchinfo as ours


class Example(nn.Module):
    """Layers of many kinds, a shared one, functional calls, a frozen one."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 5)
        self.body = nn.Sequential(nn.ReLU(), nn.Conv2d(4, 8, 3, bias=False), nn.BatchNorm2d(8))
        self.drop = nn.Dropout2d()
        self.frozen = nn.Linear(8, 8).requires_grad_(False)
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Any:
        x = self.drop(self.body(self.conv(x))).mean((2, 3))
        return self.head(self.frozen(self.frozen(x)))


ALL_COLUMNS = ("kernel_size", "input_size", "output_size", "num_params", "params_percent", "trainable")


def table(result: Any) -> str:
    """The part above the totals of work and memory."""
    return str(result).split("Total mult-adds")[0]


@pytest.mark.parametrize("make", [Example, Convolutional, lambda: nn.LSTM(4, 5, 2), lambda: nn.Linear(4, 3)])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"col_names": ALL_COLUMNS, "col_width": 18},
        {"row_settings": ("var_names", "ascii_only")},
        {"depth": 1, "row_settings": ("depth", "var_names", "hide_recursive_layers")},
        {"verbose": 2, "col_names": ("kernel_size", "num_params")},
    ],
)
def test_the_same_table(make: Any, settings: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    sizes: dict[type, tuple[int, ...]] = {Example: (2, 1, 16, 16), Convolutional: (2, 3, 8, 8), nn.LSTM: (3, 2, 4)}
    model = make().eval()
    size = sizes.get(type(model), (2, 4))
    arguments = {"input_size": size, "verbose": 0, **settings}
    assert table(ours.summary(model, **arguments)) == table(theirs.summary(model, **arguments))
    capsys.readouterr()


def test_without_input() -> None:
    assert str(ours.summary(Example(), verbose=0)) == str(theirs.summary(Example(), verbose=0))


def test_the_same_layers() -> None:
    model = Example().eval()
    mine, other = (library.summary(model, (2, 1, 16, 16), verbose=0).summary_list for library in (ours, theirs))
    for one, two in zip(mine, other, strict=True):
        for name in (
            "layer_id", "module", "class_name", "depth", "depth_index", "executed", "is_leaf_layer", "is_recursive",
            "contains_lazy_param", "input_size", "output_size", "kernel_size", "num_params", "trainable_params",
            "param_bytes", "trainable",
        ):  # fmt: skip
            assert getattr(one, name) == getattr(two, name), (one, name)
        assert repr(one) == repr(two)
        assert [repr(child) for child in one.children] == [repr(child) for child in two.children]
        assert (one.parent_info is None) == (two.parent_info is None)


def test_the_right_numbers() -> None:
    result = ours.summary(nn.MultiheadAttention(16, 4, bias=False), input_data=[torch.rand(4, 2, 16)] * 3, verbose=0)
    assert result.total_mult_adds == 8 * 64 * 16 + 2 * 4 * (4 * 4 * 4) * 2
    result = ours.summary(Repeated(3), (2, 4), verbose=0)
    assert result.total_mult_adds == 3 * 2 * 4 * 4
    assert result.total_params == result.trainable_params == 20
    assert (result.total_input, result.total_param_bytes, result.total_output_bytes) == (32, 80, 96)
    # As measured by autograd: the input and what comes out of the first two calls.
    assert result.summary.totals.saved_bytes == 96


def test_pruned_weights_are_those_that_are_left() -> None:
    model = nn.Sequential(nn.Linear(10, 10))
    prune.random_unstructured(model[0], "weight", 0.5)  # type: ignore[no-untyped-call]
    mine, other = (library.summary(model, (1, 10), verbose=0) for library in (ours, theirs))
    assert mine.total_params == other.total_params == 60


def test_the_model_is_left_as_it_was() -> None:
    model = Example()
    model.drop.eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    state = torch.get_rng_state()
    ours.summary(model, (2, 1, 16, 16), mode="train", verbose=0)
    assert model.training
    assert not model.drop.training
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"input_size": 3}, TypeError, "recognized|no len"),
        ({"input_size": (2, -1)}, ValueError, "negative size"),
        ({"input_size": ()}, ValueError, "invalid"),
        ({"input_size": (1, 4), "input_data": torch.rand(1, 4)}, RuntimeError, "Only one of"),
        ({"input_size": (1, 4), "col_width": 0}, ValueError, "Column width must be greater than 0"),
        ({"input_size": (1, 4), "verbose": 4}, ValueError, "Verbose must be either 0"),
        ({"col_names": ("output_size",)}, ValueError, "You must pass input_data or input_size"),
        ({"input_size": (1, 4), "col_names": ("nope",)}, ValueError, "nope"),
        ({"input_size": (1, 4), "row_settings": ("nope",)}, ValueError, "nope"),
        ({"input_size": (1, 4), "mode": "nope"}, ValueError, "nope"),
        ({"input_size": (1, 5)}, RuntimeError, r"Executed layers up to: \[ReLU: 1\]"),
    ],
)
def test_the_same_errors(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    model = nn.Sequential(nn.ReLU(), nn.Linear(4, 2))
    for library in (ours, theirs):
        with pytest.raises(error, match=message):
            library.summary(model, **{"verbose": 0, **arguments})


def test_inputs_are_never_dropped() -> None:
    with pytest.raises(ValueError, match="dtypes has 1 entries for 2 inputs"):
        ours.summary(nn.Bilinear(2, 2, 2), [(1, 2), (1, 2)], dtypes=[torch.float], verbose=0)
    with pytest.raises(ValueError, match=r"Input_data type is not recognized: .*, not int\."):
        ours.summary(nn.ReLU(), input_data=3, verbose=0)


def test_batch_dim_and_cache() -> None:
    model = nn.Linear(4, 2)
    result = ours.summary(model, (4,), batch_dim=0, cache_forward_pass=True, verbose=0)
    assert result.summary_list[0].output_size == [1, 2]
    again = ours.summary(model, (9, 9), cache_forward_pass=True, verbose=0)
    assert again.summary is result.summary
    ours.clear_cached_forward_pass()
    assert ours.summary(model, (3, 4), cache_forward_pass=True, verbose=0).summary is not result.summary


def test_units_can_be_chosen() -> None:
    result = ours.summary(Example(), (2, 1, 16, 16), verbose=0)
    assert "Total mult-adds (k): " in str(result)
    result.formatting.macs_units = ours.Units.NONE
    result.formatting.params_count_units = ours.Units.KILOBYTES
    assert f"Total mult-adds: {result.total_mult_adds:,}" in str(result)
    assert f"Total params (k): {result.total_params / 1e3:.2f}" in str(result)
    assert ours.ModelStatistics.to_readable(2_000_000) == (ours.Units.MEGABYTES, 2.0)
    assert ours.ModelStatistics.float_to_megabytes(1_000_000) == 4.0


def test_printing(capsys: pytest.CaptureFixture[str]) -> None:
    result = ours.summary(Example(), (2, 1, 16, 16))
    assert capsys.readouterr().out == f"{result}\n"
    ours.summary(Example(), (2, 1, 16, 16), verbose=0)
    assert capsys.readouterr().out == ""


def test_names_and_arguments() -> None:
    for name in ("enums", "formatting", "layer_info", "model_statistics", "torchinfo"):
        mine = importlib.import_module(f"cutaway.compat.torchinfo.{name}")
        other = importlib.import_module(f"torchinfo.{name}")
        classes = {
            key for key, value in vars(other).items() if inspect.isclass(value) and value.__module__ == other.__name__
        }
        assert classes <= set(vars(mine))
    assert set(theirs.__all__) <= set(ours.__all__)
    assert list(inspect.signature(ours.summary).parameters) == list(inspect.signature(theirs.summary).parameters)
    for enum in ("ColumnSettings", "RowSettings", "Mode", "Verbosity"):
        assert {each.name: each.value for each in getattr(theirs, enum)}.items() <= {
            each.name: each.value for each in getattr(ours, enum)
        }.items()


class Scaled(nn.Module):
    """Two inputs, of which one may be a single number."""

    def forward(self, x: Tensor, factor: Tensor) -> Tensor:
        return x * factor


@pytest.mark.parametrize(
    "size", [[2, 4], (2, 4), torch.Size([2, 4]), tuple(np.array([2, 4])), [(2, 4)], [[2, 4]], [[(2, 4)]]]
)
def test_sizes_in_every_form(size: Any) -> None:
    mine, other = (library.summary(nn.Linear(4, 3), size, verbose=0) for library in (ours, theirs))
    assert table(mine) == table(other)


def test_a_size_without_dimensions_is_a_number() -> None:
    result = ours.summary(Scaled(), [(2, 4), ()], verbose=0)
    assert result.summary_list[0].output_size == [2, 4]


@pytest.mark.parametrize("size", [4, "4", {"x": (2, 4)}, (2.0, 4), (True, 4), np.array([2, 4])])
def test_what_is_not_a_size(size: Any) -> None:
    with pytest.raises(TypeError):
        ours.summary(nn.Linear(4, 3), size, verbose=0)


@pytest.mark.parametrize("dtype", [torch.LongTensor, torch.long, torch.int64, "long"])
def test_types_by_classes_of_tensors(dtype: Any) -> None:
    mine = ours.summary(nn.Embedding(4, 3), (2, 5), dtypes=[dtype], verbose=0)
    assert mine.summary_list[0].output_size == [2, 5, 3]
    assert table(mine) == table(theirs.summary(nn.Embedding(4, 3), (2, 5), dtypes=[torch.long], verbose=0))


def test_one_type_for_all_is_no_list() -> None:
    with pytest.raises(TypeError, match="a list with one for each input"):
        ours.summary(nn.Embedding(4, 3), (2, 5), dtypes=torch.long, verbose=0)  # type: ignore[arg-type]


@pytest.mark.parametrize("place", [-1, 0, 1, 2])
def test_the_batch_may_stand_anywhere(place: int) -> None:
    size = [2, 4]
    size.insert(place if place >= 0 else 2, 1)
    result = ours.summary(nn.Identity(), (2, 4), batch_dim=place, verbose=0)
    assert result.summary_list[0].output_size == size


def test_scripts_have_all_their_rows() -> None:
    jit: Any = torch.jit
    model = jit.script(nn.Sequential(nn.Linear(4, 4), nn.ReLU()))
    mine, other = (library.summary(model, (2, 4), verbose=0) for library in (ours, theirs))
    names = [(layer.class_name, layer.depth, layer.num_params) for layer in mine.summary_list]
    assert names == [("Sequential", 0, 20), ("Linear", 1, 20), ("ReLU", 1, 0)]
    assert names == [(layer.class_name, layer.depth, layer.num_params) for layer in other.summary_list]


class Sharing(nn.Module):
    """A layer that the model holds three times."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Linear(4, 4)
        self.again = self.first
        self.inside = nn.Sequential(self.first, nn.ReLU())


def test_repeated_modules_without_an_input() -> None:
    mine, other = (library.summary(Sharing(), verbose=0, row_settings=("var_names",)) for library in (ours, theirs))
    names = [(layer.class_name, layer.var_name, layer.depth, layer.is_recursive) for layer in mine.summary_list]
    assert names == [
        ("Sharing", "Sharing", 0, False),
        ("Linear", "first", 1, False),
        ("Linear", "again", 1, True),
        ("Sequential", "inside", 1, False),
        ("Linear", "0", 2, True),
        ("ReLU", "1", 2, False),
    ]
    assert [(layer.class_name, layer.depth) for layer in other.summary_list] == [(name, at) for name, _, at, _ in names]
    # Once each; torchinfo counts it again.
    assert (mine.total_params, other.total_params) == (20, 40)


@pytest.mark.parametrize("kernel", [torch.tensor([3, 5]), torch.tensor(3)])
def test_a_tensor_as_kernel_size(kernel: Tensor) -> None:
    model = nn.Linear(4, 4)
    model.kernel_size = kernel
    result = ours.summary(model, (2, 4), col_names=("kernel_size",), verbose=0)
    assert result.summary_list[0].kernel_size == kernel.tolist()


def test_a_device_that_is_none() -> None:
    with pytest.raises(RuntimeError, match="nope"):
        ours.summary(nn.Linear(4, 3), (2, 4), device="nope", verbose=0)


@pytest.mark.parametrize(
    "arguments",
    [
        {"input_size": (2, 4)},
        {"input_size": [2, 4]},
        {"input_size": [(2, 4)]},
        {"input_size": [torch.Size([4])], "batch_dim": 0},
        {"input_data": torch.rand(2, 4)},
        {"input_data": [torch.rand(2, 4)]},
        {"input_data": {"input": torch.rand(2, 4)}},
    ],
)
def test_the_sizes_as_they_were_given(arguments: dict[str, Any]) -> None:
    mine, other = (library.summary(nn.Linear(4, 3), verbose=0, **arguments) for library in (ours, theirs))
    assert mine.input_size == other.input_size
