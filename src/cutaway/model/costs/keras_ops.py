"""The costs of the products of `keras.ops`: their multiply-accumulates, from shapes of operands by their places."""

from math import prod

from cutaway.model.costs import formulas
from cutaway.model.costs.op_table import Formula, OpTable
from cutaway.model.records import Op


def _matmul(op: Op) -> int:
    left, right = op.shape("0"), op.shape("1")
    # The product of two vectors is one sum.
    return prod(op.outputs[0].shape) * (left[-1] if left and right else 1)


def _tensordot(op: Op) -> int:
    """Every element of the left side meets what is left of the right one: the sizes that are contracted meet once."""
    left, right = prod(op.shape("0")), prod(op.shape("1"))
    made = prod(op.outputs[0].shape)
    # left = kept * contracted, right = contracted * kept', made = kept * kept'.
    return round((left * right * made) ** 0.5) if made else 0


def _einsum(op: Op) -> int:
    return formulas.einsum(str(op.argument("equation")), [item.shape for item in op.inputs])


def _convolution(op: Op) -> int:
    """The kernel is [*space, in / groups, out], wherever the images have their channels."""
    return prod(op.outputs[0].shape) * prod(op.shape("1")[:-1])


def _transposed(op: Op) -> int:
    """The kernel is [*space, out, in]: every input element is spread over out * space output elements."""
    return prod(op.shape("0")) * prod(op.shape("1")[:-1])


def _depthwise(op: Op) -> int:
    """The kernel is [*space, in, multiplier]: every output element is of one channel."""
    return prod(op.outputs[0].shape) * prod(op.shape("1")[:-2])


def _separable(op: Op) -> int:
    """Depthwise, then a product at each place: [*space, in, multiplier] and [1, ..., in * multiplier, out]."""
    output, depthwise, pointwise = op.outputs[0].shape, op.shape("1"), op.shape("2")
    places = prod(output) // pointwise[-1]
    return places * (prod(depthwise) + prod(pointwise))


def _attention(op: Op) -> int:
    """[batch, length, heads, width]."""
    query, key, value = ((s[0], s[2], s[1], s[3]) for s in (op.shape("0"), op.shape("1"), op.shape("2")))
    return formulas.attention(query, key, value)


def _recurrent(op: Op) -> int:
    """[batch, time, input] and the cell's two matrices."""
    return prod(op.shape("0")[:2]) * sum(prod(item.shape) for item in op.inputs[1:])


#: By their names in `keras.ops`.
PRODUCTS: dict[str, Formula] = {
    "matmul": _matmul,
    "dot": _matmul,
    "inner": _tensordot,
    "vdot": _matmul,
    "outer": lambda op: prod(op.outputs[0].shape),
    "tensordot": _tensordot,
    "einsum": _einsum,
    "conv": _convolution,
    "conv_transpose": _transposed,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    "dot_product_attention": _attention,
}
FORMULAS: dict[str, Formula] = {f"keras.{name}": formula for name, formula in PRODUCTS.items()}
FORMULAS["keras.rnn"] = _recurrent
TABLE = OpTable(formulas=FORMULAS)
