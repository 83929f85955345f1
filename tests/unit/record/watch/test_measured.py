"""What a watch measures of a training, against what PyTorch says of the same tensors."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tests.watch_records import recorded
from torch import Tensor, nn

import cutaway
from cutaway.events.watch_layout import COLUMNS


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 4))


def columns_of(tensor: Tensor) -> dict[str, float]:
    wide = tensor.detach().double()
    return {
        "sum": wide.sum().item(),
        "sum_sq": wide.square().sum().item(),
        "min": wide.min().item(),
        "max": wide.max().item(),
        "zeros": (wide == 0).sum().item(),
        "nan": 0,
        "pos_inf": 0,
        "neg_inf": 0,
    }


def assert_row(found: dict[str, float], tensor: Tensor) -> None:
    for name, number in columns_of(tensor).items():
        assert found[name] == pytest.approx(number, rel=1e-4, abs=1e-5), name


def test_four_kinds_of_each_step(tmp_path: Path) -> None:
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    outputs: list[dict[str, Tensor]] = []
    for name, module in model.named_children():
        module.register_forward_hook(
            lambda module, arguments, output, name=name: outputs[-1].update({name: output.detach().clone()})
        )
    gradients, weights, updates = [], [], []
    with cutaway.SummaryWriter(tmp_path) as writer, writer.watch(model, optimizer, every=1) as watch:
        for step in range(5):
            outputs.append({})
            optimizer.zero_grad()
            model(torch.randn(32, 8)).square().sum().backward()
            gradients.append(
                {name: each.grad.clone() for name, each in model.named_parameters() if each.grad is not None}
            )
            weights.append({name: each.detach().clone() for name, each in model.named_parameters()})
            assert watch.step == step
            optimizer.step()
            updates.append({name: each.detach() - weights[-1][name] for name, each in model.named_parameters()})
    found = recorded(tmp_path)
    assert found.layouts["watch/activation"].rows == ("0", "1", "2", "3")
    assert found.layouts["watch/activation"].classes == ("Linear", "ReLU", "Dropout", "Linear")
    assert found.layouts["watch/activation"].columns == (*COLUMNS, "count")
    assert found.layouts["watch/activation"].numel == (512, 512, 512, 128)
    for kind in ("gradient", "weight", "update"):
        assert found.layouts[f"watch/{kind}"].rows == ("0.weight", "0.bias", "3.weight", "3.bias")
        assert found.layouts[f"watch/{kind}"].classes == ("Linear",) * 4
        assert found.layouts[f"watch/{kind}"].columns == COLUMNS
        assert found.layouts[f"watch/{kind}"].dtypes == ("float32",) * 4
    for step in range(5):
        for name, tensor in outputs[step].items():
            row = found.row("watch/activation", name, step)
            assert row["count"] == tensor.numel()
            assert_row(row, tensor)
        for name, tensor in gradients[step].items():
            assert_row(found.row("watch/gradient", name, step), tensor)
            assert_row(found.row("watch/weight", name, step), weights[step][name])
            assert_row(found.row("watch/update", name, step), updates[step][name])
        norm = torch.cat([each.flatten() for each in gradients[step].values()]).norm().item()
        assert found.scalars["watch/gradient_norm"][step] == pytest.approx(norm, rel=1e-4)
        weight = torch.cat([each.flatten() for each in weights[step].values()]).norm().item()
        update = torch.cat([each.flatten() for each in updates[step].values()]).norm().item()
        assert found.scalars["watch/weight_norm"][step] == pytest.approx(weight, rel=1e-4)
        assert found.scalars["watch/update_ratio"][step] == pytest.approx(update / weight, rel=1e-3)
        assert found.scalars["watch/lr"][step] == pytest.approx(0.01)
        assert found.scalars["watch/interval"][step] == 1
        assert found.scalars["watch/nonfinite"][step] == 0
    assert found.events == dict.fromkeys(range(5), 1)


def train(model: nn.Module, steps: int, inputs: Any = None, **options: Any) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        output = model(torch.randn(4, 8) if inputs is None else inputs)
        output.square().sum().backward()
        optimizer.step()


def test_magnitudes_are_of_every_tenth_logging_step(tmp_path: Path) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        train(model, 12)
    found = recorded(tmp_path)
    for kind in ("activation", "gradient", "weight"):
        magnitudes = found.arrays[f"watch/{kind}/magnitude"]
        assert sorted(magnitudes) == [0, 10]
        assert magnitudes[0].dtype.name == "uint16"
        layout, array = found.layouts[f"watch/{kind}/magnitude"], found.arrays[f"watch/{kind}"][0]
        finite = [row[-1] if kind == "activation" else size for row, size in zip(array, layout.numel, strict=True)]
        assert magnitudes[0].sum(axis=1).tolist() == [
            int(size - row[4]) for size, row in zip(finite, array, strict=True)
        ]
    assert "watch/update/magnitude" not in found.arrays


class Outputs(nn.Module):
    """Returns what its function makes."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.inner, self.function = nn.Linear(8, 8), function

    def forward(self, x: Tensor) -> Any:
        return self.function(self.inner(x))


class Whole(nn.Module):
    def __init__(self, part: nn.Module, back: Any) -> None:
        super().__init__()
        self.part, self.back = part, back

    def forward(self, x: Tensor) -> Tensor:
        return self.back(self.part(x))  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("function", "back", "rows"),
    [
        (lambda x: (x * 2, x * 3), lambda y: y[0] + y[1], ("part", "part[1]")),
        (lambda x: {"out": x * 2, "ids": x.long()}, lambda y: y["out"] * 1, ("part[out]",)),
        (lambda x: [x * 2, {"a": (x * 3, None)}], lambda y: y[0] * 1, ("part", "part[1][a]")),
        (lambda x: ("a text", x * 2), lambda y: y[1] * 1, ("part[1]",)),
        # What a container hands on is measured once.
        (lambda x: x, lambda y: y, ()),
        (lambda x: x, lambda y: y * 2, ("",)),
    ],
)
def test_what_modules_return(tmp_path: Path, function: Any, back: Any, rows: tuple[str, ...]) -> None:
    model = Whole(Outputs(function), back)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        train(model, 1)
    found = recorded(tmp_path).layouts["watch/activation"].rows
    assert found[: 1 + len(rows)] == ("part.inner", *rows)
    assert found[1 + len(rows) :] in ((), ("",))


def test_a_module_that_is_called_twice(tmp_path: Path) -> None:
    class Twice(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(8, 8)

        def forward(self, x: Tensor) -> Tensor:
            return torch.mul(self.layer(self.layer(x) * 2), 1)

    model = Twice()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        train(model, 2)
    found = recorded(tmp_path)
    assert found.layouts["watch/activation"].rows == ("layer", "layer#2", "")
    assert len(found.layouts) == 4 + 3


@pytest.mark.parametrize(
    ("output", "zeros"),
    [
        (lambda x: x.t(), None),
        (lambda x: x[:, ::2], None),
        (lambda x: x[:1].expand(5, 8), None),
        (lambda x: x.double(), None),
        (lambda x: x.bfloat16(), None),
        (lambda x: x.half(), None),
        (lambda x: x.reshape(1, 1, 4, 8).repeat(2, 3, 1, 1).contiguous(memory_format=torch.channels_last), None),
        (lambda x: x[:0], 0),
    ],
)
def test_elements_in_any_order_and_of_any_type(tmp_path: Path, output: Any, zeros: Any) -> None:
    class Last(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            self.seen = output(x).detach().clone()
            return output(x)  # type: ignore[no-any-return]

    last = Last()
    model = nn.Sequential(nn.Linear(8, 8), last)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        train(model, 1)
    found = recorded(tmp_path).row("watch/activation", "1", 0)
    assert found["count"] == last.seen.numel()
    if last.seen.numel():
        assert found["sum_sq"] == pytest.approx(last.seen.double().square().sum().item(), rel=1e-4)
        assert found["max"] == last.seen.max().item()


def test_an_operation_in_place_after_the_hook_changes_nothing(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Linear(8, 8), nn.ReLU(inplace=True))
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        train(model, 1)
    found = recorded(tmp_path)
    assert found.row("watch/activation", "0", 0)["min"] < 0 == found.row("watch/activation", "1", 0)["min"]


def test_sparse_gradients_count_what_is_not_stored_as_zero(tmp_path: Path) -> None:
    model = nn.Embedding(10, 4, sparse=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, optimizer, every=1)
        (model(torch.tensor([1, 1, 3])) + 1).sum().backward()
        optimizer.step()
    row = recorded(tmp_path).row("watch/gradient", "weight", 0)
    assert (row["zeros"], row["sum"], row["min"], row["max"]) == (32, 12, 0, 2)


def test_a_large_weight_is_sampled_and_says_so(tmp_path: Path) -> None:
    model = nn.Linear(512, 100)
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1)
        train(model, 1, torch.randn(2, 512))
    layouts = recorded(tmp_path).layouts
    assert layouts["watch/gradient"].sampled == layouts["watch/gradient"].numel == (51200, 100)
    assert layouts["watch/gradient"].exact_extremes
    for kind in ("weight", "update"):
        assert layouts[f"watch/{kind}"].sampled == (4096, 100)
        assert not layouts[f"watch/{kind}"].exact_extremes


def test_modules_are_chosen(tmp_path: Path) -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.attn, self.mlp = nn.Linear(8, 8), nn.Sequential(nn.Linear(8, 8), nn.ReLU())

        def forward(self, x: Tensor) -> Tensor:
            return x + self.mlp(x + self.attn(x))  # type: ignore[no-any-return]

    model = nn.Sequential(Block(), Block())
    choices: list[tuple[Any, tuple[str, ...], tuple[str, ...]]] = [
        (["*.attn"], ("0.attn", "1.attn"), ("0.attn.weight", "0.attn.bias", "1.attn.weight", "1.attn.bias")),
        ([model[0].mlp], ("0.mlp.0", "0.mlp.1"), ("0.mlp.0.weight", "0.mlp.0.bias")),
        (lambda path, module: isinstance(module, nn.ReLU), ("0.mlp.1", "1.mlp.1"), ()),
    ]
    for place, (modules, activations, parameters) in enumerate(choices):
        with cutaway.SummaryWriter(tmp_path / str(place)) as writer:
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
            with writer.watch(model, optimizer if parameters else None, every=1, modules=modules):
                model(torch.randn(4, 8)).sum().backward()
                optimizer.step()
        found = recorded(tmp_path / str(place))
        if parameters:
            assert found.layouts["watch/activation"].rows == activations
            assert found.layouts["watch/gradient"].rows == parameters


def test_any_tensor_is_logged_under_its_module(tmp_path: Path) -> None:
    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(8, 8)

        def forward(self, x: Tensor) -> Tensor:
            scores = self.layer(x)
            watch.log_tensor("scores", scores * 2)
            return torch.softmax(scores, -1)

    model = nn.Sequential(Attention())
    with cutaway.SummaryWriter(tmp_path) as writer:
        watch = writer.watch(model, every=1)
        train(model, 2)
        with pytest.raises(TypeError, match=r"tensor must be a torch\.Tensor, got float"):
            watch.log_tensor("loss", 1.0)  # type: ignore[arg-type]
    layout = recorded(tmp_path).layouts["watch/activation"]
    assert layout.rows == ("0.layer", "0.scores", "0")
    assert layout.classes == ("Linear", "Tensor", "Attention")


def test_one_kind_alone(tmp_path: Path) -> None:
    model = network()
    with cutaway.SummaryWriter(tmp_path) as writer:
        writer.watch(model, every=1, kinds=["gradient"], tag="stats")
        train(model, 2)
    found = recorded(tmp_path)
    assert set(found.layouts) == {"stats/gradient", "stats/gradient/magnitude"}
    assert set(found.scalars) == {f"stats/{name}" for name in ("gradient_norm", "lr", "nonfinite", "interval", "cost")}
