"""Functions and modules for test_jax.py, apart because their classes need JAX and Flax to be defined at all."""

import importlib
from typing import Any

jax: Any = importlib.import_module("jax")
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
