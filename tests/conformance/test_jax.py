"""JAX functions and Flax modules: what XLA counts, what the layers of other frameworks have, and nothing computed."""

import importlib
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn as torch_nn

from cutaway.model.summary import summary

pytestmark = pytest.mark.slow

FUNCTIONS = ("product", "batched", "vectors", "inner jit", "of a batch", "checkpoint")


@pytest.fixture(scope="module")
def models() -> Any:
    """Imported when a test runs: where JAX is missing these tests fail, and collecting them does not."""
    return importlib.import_module("tests.conformance.jax_models")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_products_are_what_xla_counts(models: Any, name: str) -> None:
    function, sizes = models.FUNCTIONS[name]
    found = summary(function, sizes, verbose=False)
    counted = models.jax.jit(function).lower(*(models.shape(*size) for size in sizes)).cost_analysis()
    assert found.totals.flops == pytest.approx(counted["flops"], rel=0.02)
    assert not found.totals.uncounted_ops


@pytest.mark.parametrize(
    ("settings", "layer"),
    [
        ({}, torch_nn.Conv2d(4, 8, 3, bias=False)),
        ({"feature_group_count": 2}, torch_nn.Conv2d(4, 8, 3, groups=2, bias=False)),
        ({"window_strides": (2, 2)}, torch_nn.Conv2d(4, 8, 3, stride=2, bias=False)),
    ],
)
def test_convolutions(models: Any, settings: dict[str, Any], layer: torch_nn.Module) -> None:
    weight = tuple(layer.weight.shape)  # type: ignore[arg-type]
    arguments = {"window_strides": (1, 1), "padding": "VALID", **settings}
    found = summary(
        lambda x, w: models.jax.lax.conv_general_dilated(x, w, **arguments), [(2, 4, 9, 9), weight], verbose=False
    )
    assert found.totals.macs == summary(layer, (2, 4, 9, 9), verbose=False).totals.macs


def test_transposed_convolutions(models: Any) -> None:
    """As many as PyTorch has: what lies between the elements takes part in nothing."""
    found = summary(
        lambda x, w: models.jax.lax.conv_transpose(x, w, (2, 2), "VALID"), [(2, 5, 5, 4), (3, 3, 4, 8)], verbose=False
    )
    expected = summary(torch_nn.ConvTranspose2d(4, 8, 3, 2, bias=False), (2, 4, 5, 5), verbose=False)
    assert found.totals.macs == expected.totals.macs


def test_a_scan_counts_every_round(models: Any) -> None:
    def loop(x: Any, w: Any) -> Any:
        return models.jax.lax.scan(lambda carry, each: (carry @ w + each, carry.sum()), models.jnp.zeros((3, 4)), x)

    found = summary(loop, [(10, 3, 4), (4, 4)], verbose=False)
    assert found.totals.macs == 10 * 3 * 4 * 4
    assert [tensor.shape for tensor in found.rows[0].outputs.tensors()] == [(3, 4), (10,)]  # type: ignore[union-attr]


def test_what_has_no_known_length_is_said(models: Any) -> None:
    found = summary(
        lambda x: models.jax.lax.while_loop(lambda y: y.sum() < 9, lambda y: y @ y, x), (4, 4), verbose=False
    )
    assert found.totals.uncounted_ops == {"jax.while": 1}
    assert found.totals.macs == 64
    branches = summary(
        lambda x: models.jax.lax.cond(x.sum() > 0, lambda y: y @ y, lambda y: y, x), (4, 4), verbose=False
    )
    assert branches.totals.uncounted_ops == {"jax.cond": 1}


@pytest.mark.parametrize("train", [False, True])
def test_linen(models: Any, train: bool) -> None:
    given = {"x": models.shape(2, 8, 8, 3), "train": train}
    found = summary(models.Linen(), input_data=given, verbose=False)
    rows = {row.path: row for row in found.rows}
    assert rows["Conv_0"].macs == 2 * 6 * 6 * 8 * 27
    assert rows["Dense_0"].macs == 2 * 288 * 10
    assert rows["Dense_0"].parameters == 2890
    assert (rows["BatchNorm_0"].parameters, rows["BatchNorm_0"].buffers) == (16, 16)
    variables = models.jax.eval_shape(models.Linen().init, models.jax.random.key(0), models.shape(2, 8, 8, 3))
    assert found.totals.parameters == sum(np.prod(leaf.shape) for leaf in models.jax.tree.leaves(variables["params"]))
    counted = models.jax.jit(lambda v, x: models.Linen().apply(v, x)).lower(variables, models.shape(2, 8, 8, 3))
    assert found.totals.flops <= counted.cost_analysis()["flops"] <= found.totals.flops * 1.3
    text = found.to_text(100)
    assert "Conv_0: Conv" in text
    assert "BatchNorm_0: BatchNorm" in text


def test_nnx(models: Any) -> None:
    model = models.Nnx(models.nnx.Rngs(0))
    before = models.jax.tree.map(np.asarray, models.nnx.state(model, models.nnx.Param))
    call = models.Block.__call__
    found = summary(model, (4, 5, 8), verbose=False)
    assert models.Block.__call__ is call
    assert models.jax.tree.all(models.jax.tree.map(np.array_equal, before, models.nnx.state(model, models.nnx.Param)))
    rows = {row.key: row for row in found.rows}
    assert rows["blocks.0.linear"].macs == 20 * 64
    assert rows["blocks.0#2"].macs == 20 * 64
    assert rows["blocks.0#2"].shared_parameters == 88
    assert rows["attend"].macs == 4 * 20 * 64 + 2 * 4 * 5 * 5 * 8
    assert found.totals.buffers == 16
    assert "blocks" in found.to_text(100)
    listed = summary(model, verbose=False)
    assert listed.trace.method == "modules"
    assert listed.totals.parameters == found.totals.parameters
    assert {row.type for row in listed.rows} >= {"Block", "Linear", "BatchNorm"}


def test_nothing_is_computed(models: Any) -> None:
    model = models.nnx.eval_shape(lambda: models.nnx.Linear(100_000, 100_000, rngs=models.nnx.Rngs(0)))
    assert summary(model, (8, 100_000), verbose=False).totals.macs == 8 * 10**10


def test_letters(models: Any) -> None:
    found = summary(lambda x, y: x @ y, {"x": ("B", 4), "y": (4, 5)}, verbose=False)
    assert found.formulas is not None
    assert str(found.formulas.totals["macs"]) == "20·B"


@pytest.mark.parametrize(
    ("make", "size", "message"),
    [
        (lambda _: lambda x: x, None, "a JAX function has no shapes without inputs"),
        (lambda models: models.Linen(), None, "a Linen module has no parameters before it is called"),
        (lambda _: lambda x, y: x @ y, [(2, 3), (4, 5)], "<lambda> failed: TypeError"),
        (lambda models: models.Linen(), (2, 3), "Linen failed"),
    ],
)
def test_what_is_refused(models: Any, make: Any, size: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        summary(make(models), size, verbose=False)


@pytest.mark.usefixtures("models")
def test_a_torch_model_is_still_one() -> None:
    assert summary(torch_nn.Linear(3, 4), (2, 3), verbose=False).trace.framework == "torch"
    assert torch.is_tensor(torch.ones(1))
