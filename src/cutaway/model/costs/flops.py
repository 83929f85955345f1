"""Multiply-accumulates of an op, from its shapes.

One MAC is one multiplication and the addition behind it, and counts as two FLOPs. Counted is the work of matrix
products, convolutions, attention and recurrent layers; element-wise work, reductions and data movement have no MACs
(`ZERO_MAC_OPS`). An op that is in neither table has an unknown cost: `macs` says None, and whoever adds up must say so.
"""

from collections.abc import Callable
from math import prod

from cutaway.model.costs.zero_mac_ops import ZERO_MAC_OPS
from cutaway.model.trace import Op, Shape

FLOPS_PER_MAC = 2


def macs(op: Op) -> int | None:
    """The MACs of `op`: 0 for an op known to have none, None for an op that is not known."""
    name = base_name(op.name)
    formula = _FORMULAS.get(name)
    if formula is None:
        return 0 if name in ZERO_MAC_OPS else None
    try:
        return formula(op)
    except (KeyError, IndexError):
        return None  # An overload with other arguments than the formula reads.


def base_name(name: str) -> str:
    """The name without its overload and the underscore of in-place ops: aten.add_.Tensor is aten.add."""
    namespace, _, rest = name.partition(".")
    packet = rest.partition(".")[0]
    if not packet.startswith("__"):
        packet = packet.rstrip("_")
    return f"{namespace}.{packet}"


def matrix_product(left: Shape, right: Shape) -> int:
    """[..., m, k] @ [k, n], or a vector [k] on either side: every element of left meets each of right's n columns."""
    return prod(left) * (right[-1] if len(right) > 1 else 1)


def batched_matrix_product(left: Shape, right: Shape) -> int:
    """[b, m, k] @ [b, k, n]."""
    return prod(left) * right[-1]


def linear(inputs: Shape, weight: Shape) -> int:
    """[..., k] with a weight of [n, k], or [k] for one output without an axis."""
    return prod(inputs) * (weight[0] if len(weight) > 1 else 1)


def convolution(inputs: Shape, weight: Shape, output: Shape, *, transposed: bool) -> int:
    """A convolution in any number of dimensions, grouped or not, batched or not.

    The weight is [out, in / groups, *kernel]: every output element sums in / groups * kernel products. Transposed it
    is [in, out / groups, *kernel]: every input element is spread over out / groups * kernel output elements.
    """
    return prod(inputs if transposed else output) * prod(weight[1:])


def attention(query: Shape, key: Shape, value: Shape) -> int:
    """softmax(q @ k^T) @ v with [..., s, d] operands: full squares, whatever a mask leaves out.

    Query heads count when keys and values have fewer (grouped-query attention).
    """
    return prod(query[:-1]) * key[-2] * (query[-1] + value[-1])


def recurrent(steps: int, weights: list[Shape]) -> int:
    """RNN, GRU and LSTM layers: each of `steps` (time * batch) meets every matrix among the weights once."""
    return steps * sum(prod(weight) for weight in weights if len(weight) == 2)


def bilinear(output: Shape, weight: Shape) -> int:
    """x @ weight[n] @ y for every output n, with a weight of [out, in1, in2]: in1 * in2 products each."""
    return prod(output) * prod(weight[1:])


def _mkldnn_recurrent(op: Op) -> int:
    steps = prod(op.shape("input")[:-1])
    return recurrent(steps, [op.shape("weight0"), op.shape("weight1")])


def _whole_recurrent(weights: str) -> Callable[[Op], int]:
    def formula(op: Op) -> int:
        shapes = [item.shape for item in op.inputs if item.argument.startswith(f"{weights}[")]
        return recurrent(prod(op.shape("input")[:-1]), shapes)

    return formula


def _product(formula: Callable[[Shape, Shape], int], left: str, right: str) -> Callable[[Op], int]:
    return lambda op: formula(op.shape(left), op.shape(right))


def _convolution(transposed: bool | None = None) -> Callable[[Op], int]:
    def formula(op: Op) -> int:
        swapped = bool(op.argument("transposed", False)) if transposed is None else transposed
        return convolution(op.shape("input"), op.shape("weight"), op.outputs[0].shape, transposed=swapped)

    return formula


def _own_convolution(op: Op) -> int:
    return convolution(op.shape("self"), op.shape("weight"), op.outputs[0].shape, transposed=False)


def _attention(op: Op) -> int:
    return attention(op.shape("query"), op.shape("key"), op.shape("value"))


_FORMULAS: dict[str, Callable[[Op], int]] = {
    "aten.mm": _product(matrix_product, "self", "mat2"),
    "aten._int_mm": _product(matrix_product, "self", "mat2"),
    "aten._scaled_mm": _product(matrix_product, "self", "mat2"),
    "aten.addmm": _product(matrix_product, "mat1", "mat2"),
    "aten._addmm_activation": _product(matrix_product, "mat1", "mat2"),
    "aten.mv": _product(matrix_product, "self", "vec"),
    "aten.addmv": _product(matrix_product, "mat", "vec"),
    "aten.dot": _product(matrix_product, "self", "tensor"),
    "aten.vdot": _product(matrix_product, "self", "other"),
    "aten.addr": lambda op: prod(op.shape("vec1")) * prod(op.shape("vec2")),
    "aten.bmm": _product(batched_matrix_product, "self", "mat2"),
    "aten.baddbmm": _product(batched_matrix_product, "batch1", "batch2"),
    "aten.addbmm": _product(batched_matrix_product, "batch1", "batch2"),
    "aten._trilinear": lambda op: bilinear(op.outputs[0].shape, op.shape("i2")),
    "aten.linear": _product(linear, "input", "weight"),
    "aten._weight_int8pack_mm": _product(linear, "self", "mat2"),
    "aten.convolution": _convolution(),
    "aten._convolution": _convolution(),
    "aten.convolution_overrideable": _convolution(),
    "aten.cudnn_convolution": _own_convolution,
    "aten.mkldnn_convolution": _own_convolution,
    "aten._slow_conv2d_forward": _own_convolution,
    "aten._scaled_dot_product_attention_math": _attention,
    "aten._scaled_dot_product_attention_math_for_mps": _attention,
    "aten._scaled_dot_product_cudnn_attention": _attention,
    "aten._scaled_dot_product_efficient_attention": _attention,
    "aten._scaled_dot_product_flash_attention": _attention,
    "aten._scaled_dot_product_flash_attention_for_cpu": _attention,
    "aten._scaled_dot_product_fused_attention_overrideable": _attention,
    "aten.scaled_dot_product_attention": _attention,
    "aten.mkldnn_rnn_layer": _mkldnn_recurrent,
    "aten._cudnn_rnn": _whole_recurrent("weight"),
    "aten.lstm": _whole_recurrent("params"),
    "aten.gru": _whole_recurrent("params"),
    "aten.rnn_tanh": _whole_recurrent("params"),
    "aten.rnn_relu": _whole_recurrent("params"),
}
