"""JAX functions and Flax modules: what XLA counts, what the layers of other frameworks have, and nothing computed."""

import importlib
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn as torch_nn

from cutaway.model.summary import summary

pytestmark = pytest.mark.slow

jax: Any = pytest.importorskip("jax")
jnp: Any = importlib.import_module("jax.numpy")
linen: Any = importlib.import_module("flax.linen")
nnx: Any = importlib.import_module("flax.nnx")


def shape(*sizes: int) -> Any:
    return jax.ShapeDtypeStruct(sizes, jnp.float32)


FUNCTIONS: dict[str, tuple[Any, list[tuple[int, ...]]]] = {
    "product": (lambda x, y: x @ y, [(3, 4), (4, 5)]),
    "batched": (lambda x, y: jnp.einsum("bij,bjk->bik", x, y), [(2, 3, 4), (2, 4, 5)]),
    "vectors": (lambda x, y: jnp.dot(x, y), [(7,), (7,)]),
    "inner jit": (jax.jit(lambda x, y: jax.jit(jnp.matmul)(x, y)), [(3, 4), (4, 5)]),
    "of a batch": (jax.vmap(lambda x, y: x @ y), [(2, 3, 4), (2, 4, 5)]),
    "checkpoint": (lambda x, y: jax.checkpoint(jnp.matmul)(x, y), [(3, 4), (4, 5)]),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_products_are_what_xla_counts(name: str) -> None:
    function, sizes = FUNCTIONS[name]
    found = summary(function, sizes, verbose=False)
    counted = jax.jit(function).lower(*(shape(*size) for size in sizes)).cost_analysis()
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
def test_convolutions(settings: dict[str, Any], layer: torch_nn.Module) -> None:
    weight = tuple(layer.weight.shape)  # type: ignore[arg-type]
    arguments = {"window_strides": (1, 1), "padding": "VALID", **settings}
    found = summary(lambda x, w: jax.lax.conv_general_dilated(x, w, **arguments), [(2, 4, 9, 9), weight], verbose=False)
    assert found.totals.macs == summary(layer, (2, 4, 9, 9), verbose=False).totals.macs


def test_transposed_convolutions() -> None:
    """As many as PyTorch has: what lies between the elements takes part in nothing."""
    found = summary(
        lambda x, w: jax.lax.conv_transpose(x, w, (2, 2), "VALID"), [(2, 5, 5, 4), (3, 3, 4, 8)], verbose=False
    )
    expected = summary(torch_nn.ConvTranspose2d(4, 8, 3, 2, bias=False), (2, 4, 5, 5), verbose=False)
    assert found.totals.macs == expected.totals.macs


def test_a_scan_counts_every_round() -> None:
    def loop(x: Any, w: Any) -> Any:
        return jax.lax.scan(lambda carry, each: (carry @ w + each, carry.sum()), jnp.zeros((3, 4)), x)

    found = summary(loop, [(10, 3, 4), (4, 4)], verbose=False)
    assert found.totals.macs == 10 * 3 * 4 * 4
    assert [tensor.shape for tensor in found.rows[0].outputs.tensors()] == [(3, 4), (10,)]  # type: ignore[union-attr]


def test_what_has_no_known_length_is_said() -> None:
    found = summary(lambda x: jax.lax.while_loop(lambda y: y.sum() < 9, lambda y: y @ y, x), (4, 4), verbose=False)
    assert found.totals.uncounted_ops == {"jax.while": 1}
    assert found.totals.macs == 64
    branches = summary(lambda x: jax.lax.cond(x.sum() > 0, lambda y: y @ y, lambda y: y, x), (4, 4), verbose=False)
    assert branches.totals.uncounted_ops == {"jax.cond": 1}


class Linen(linen.Module):  # type: ignore[misc]
    @linen.compact  # type: ignore[untyped-decorator]
    def __call__(self, x: Any, train: bool = False) -> Any:
        x = linen.relu(linen.BatchNorm(use_running_average=not train)(linen.Conv(8, (3, 3), padding="VALID")(x)))
        x = linen.Dropout(0.5, deterministic=not train)(x.reshape(x.shape[0], -1))
        return {"logits": linen.Dense(10)(x)}


class Block(nnx.Module):  # type: ignore[misc]
    def __init__(self, width: int, rngs: Any) -> None:
        self.linear, self.norm = nnx.Linear(width, width, rngs=rngs), nnx.LayerNorm(width, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        return nnx.relu(self.norm(self.linear(x)))


class Nnx(nnx.Module):  # type: ignore[misc]
    def __init__(self, rngs: Any) -> None:
        self.blocks = nnx.List([Block(8, rngs) for _ in range(3)])
        self.attend = nnx.MultiHeadAttention(2, 8, rngs=rngs, decode=False)
        self.bn, self.drop = nnx.BatchNorm(8, rngs=rngs), nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        x = self.blocks[0](x)
        return self.drop(self.bn(self.attend(x)))


@pytest.mark.parametrize("train", [False, True])
def test_linen(train: bool) -> None:
    found = summary(Linen(), (2, 8, 8, 3), verbose=False, input_data=None, train=None)
    rows = {row.path: row for row in found.rows}
    assert rows["Conv_0"].macs == 2 * 6 * 6 * 8 * 27
    assert rows["Dense_0"].macs == 2 * 288 * 10
    assert rows["Dense_0"].parameters == 2890
    assert (rows["BatchNorm_0"].parameters, rows["BatchNorm_0"].buffers) == (16, 16)
    variables = jax.eval_shape(Linen().init, jax.random.key(0), shape(2, 8, 8, 3))
    assert found.totals.parameters == sum(np.prod(leaf.shape) for leaf in jax.tree.leaves(variables["params"]))
    counted = jax.jit(lambda v, x: Linen().apply(v, x)).lower(variables, shape(2, 8, 8, 3))
    assert found.totals.flops <= counted.cost_analysis()["flops"] <= found.totals.flops * 1.3
    text = found.to_text(100)
    assert "Conv_0: Conv" in text
    assert "BatchNorm_0: BatchNorm" in text


def test_nnx() -> None:
    model = Nnx(nnx.Rngs(0))
    before = jax.tree.map(np.asarray, nnx.state(model, nnx.Param))
    call = Block.__call__
    found = summary(model, (4, 5, 8), verbose=False)
    assert Block.__call__ is call
    assert jax.tree.all(jax.tree.map(np.array_equal, before, nnx.state(model, nnx.Param)))
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


def test_nothing_is_computed() -> None:
    model = nnx.eval_shape(lambda: nnx.Linear(100_000, 100_000, rngs=nnx.Rngs(0)))
    assert summary(model, (8, 100_000), verbose=False).totals.macs == 8 * 10**10


def test_letters() -> None:
    found = summary(lambda x, y: x @ y, {"x": ("B", 4), "y": (4, 5)}, verbose=False)
    assert found.formulas is not None
    assert str(found.formulas.totals["macs"]) == "20·B"


@pytest.mark.parametrize(
    ("model", "size", "message"),
    [
        (lambda x: x, None, "a JAX function has no shapes without inputs"),
        (Linen(), None, "a Linen module has no parameters before it is called"),
        (lambda x, y: x @ y, [(2, 3), (4, 5)], "<lambda> failed: TypeError"),
        (Linen(), (2, 3), "Linen failed"),
    ],
)
def test_what_is_refused(model: Any, size: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        summary(model, size, verbose=False)


def test_a_torch_model_is_still_one() -> None:
    assert summary(torch_nn.Linear(3, 4), (2, 3), verbose=False).trace.framework == "torch"
    assert torch.is_tensor(torch.ones(1))
