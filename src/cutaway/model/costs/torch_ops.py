"""The costs of PyTorch's ATen ops: their multiply-accumulates, by the names of their arguments."""

from collections.abc import Callable
from math import prod

from cutaway.model.costs import formulas
from cutaway.model.costs.op_table import Formula, OpTable, base_name, named
from cutaway.model.costs.torch_op_kinds import ELEMENTWISE, REDUCTIONS, ZERO_MAC_OPS
from cutaway.model.records import Op, Shape


def _mkldnn_recurrent(op: Op) -> int:
    steps = prod(op.shape("input")[:-1])
    return formulas.recurrent(steps, [op.shape("weight0"), op.shape("weight1")])


def _mkldnn_recurrent_backward(op: Op) -> int:
    # Gradients of the inputs and of the weights.
    steps = prod(op.shape("input")[:-1])
    return 2 * formulas.recurrent(steps, [op.shape("weight1"), op.shape("weight2")])


def _whole_recurrent(weights: str) -> Formula:
    def formula(op: Op) -> int:
        shapes = [item.shape for item in op.inputs if item.argument.startswith(f"{weights}[")]
        return formulas.recurrent(prod(op.shape("input")[:-1]), shapes)

    return formula


def _quantized_recurrent(op: Op) -> int:
    """Weights are packed: they are known by the sizes of the input and of the hidden state."""
    gates = {"aten.quantized_lstm": 4, "aten.quantized_gru": 3}[base_name(op.name)]
    inputs, hidden = op.inputs[0].shape, op.inputs[1].shape[-1]
    directions = 2 if op.argument("bidirectional") else 1
    layers = op.argument("num_layers")
    widths = [inputs[-1], *(hidden * directions for _ in range(layers - 1))]
    return int(prod(inputs[:-1]) * directions * sum(gates * hidden * (width + hidden) for width in widths))


def _product(formula: Callable[[Shape, Shape], int], left: str, right: str) -> Formula:
    return lambda op: formula(op.shape(left), op.shape(right))


def _convolution(transposed: bool | None = None, inputs: str = "input") -> Formula:
    def formula(op: Op) -> int:
        swapped = bool(op.argument("transposed", False)) if transposed is None else transposed
        return formulas.convolution(op.shape(inputs), op.shape("weight"), op.outputs[0].shape, transposed=swapped)

    return formula


def _convolution_backward(op: Op) -> int:
    swapped = bool(op.argument("transposed", False))
    forward = formulas.convolution(op.shape("input"), op.shape("weight"), op.shape("grad_output"), transposed=swapped)
    of_inputs, of_weight, _ = op.argument("output_mask")
    return forward * (int(of_inputs) + int(of_weight))


def _attention(op: Op) -> int:
    return formulas.attention(op.shape("query"), op.shape("key"), op.shape("value"))


def _attention_backward(op: Op) -> int:
    return formulas.attention_backward(op.shape("query"), op.shape("key"), op.shape("value"))


def _flex_attention(op: Op) -> int:
    return formulas.attention(op.shape("0"), op.shape("1"), op.shape("2"))


def _multi_head_attention(op: Op) -> int:
    weights = op.shape("qkv_weight"), op.shape("proj_weight")
    return formulas.multi_head_attention(op.shape("query"), op.shape("key"), weights)


def _encoder_layer(op: Op) -> int:
    source = op.shape("src")
    inner = formulas.multi_head_attention(source, source, (op.shape("qkv_weight"), op.shape("proj_weight")))
    feed_forward = prod(op.shape("ffn_weight_1")) + prod(op.shape("ffn_weight_2"))
    return inner + prod(source[:-1]) * feed_forward


def _trilinear(op: Op) -> int:
    return formulas.trilinear([(op.shape(f"i{n}"), tuple(op.argument(f"expand{n}"))) for n in (1, 2, 3)])


def _packed_linear(op: Op) -> int:
    """Weights in a form of the kernel's own: every input element meets every output column."""
    return prod(op.inputs[0].shape) * op.outputs[0].shape[-1]


def _packed_convolution(op: Op) -> int:
    for _, value in op.arguments:
        if isinstance(value, tuple) and len(value) == 2 and value[0] == "packed":
            return prod(op.outputs[0].shape) * int(prod(value[1][1:]))
    raise KeyError("packed weight")


def _grouped_product(op: Op) -> int:
    """[m, k] rows or [k, n] columns that belong to groups: each element of left meets the columns of its own group."""
    left, right = op.shape("self"), op.shape("mat2")
    return prod(left) * right[-1]


def _packed_flash_attention(op: Op) -> int:
    query, key, value = op.shape("query"), op.shape("key"), op.shape("value")
    if len(query) == 4:  # [batch, s, heads, d]
        return formulas.packed_attention(query[0], query, key, value, (query[1], key[1]))
    sequences = op.shape("cum_seq_q")[0] - 1
    longest = int(op.argument("max_q")), int(op.argument("max_k"))
    return formulas.packed_attention(sequences, query, key, value, longest)


def _transform(real: bool, *, of_output: bool = False) -> Formula:
    def formula(op: Op) -> int:
        shape = op.outputs[0].shape if of_output else op.shape("self")
        axes = op.argument("dim")
        return formulas.fourier(shape, tuple(axes) if isinstance(axes, tuple) else (axes,), real=real)

    return formula


FORMULAS: dict[str, Formula] = {
    "aten.mm": _product(formulas.matrix_product, "self", "mat2"),
    "aten._int_mm": _product(formulas.matrix_product, "self", "mat2"),
    "aten._scaled_mm": _product(formulas.matrix_product, "self", "mat2"),
    "aten.addmm": _product(formulas.matrix_product, "mat1", "mat2"),
    "aten._addmm_activation": _product(formulas.matrix_product, "mat1", "mat2"),
    "aten.mv": _product(formulas.matrix_product, "self", "vec"),
    "aten.addmv": _product(formulas.matrix_product, "mat", "vec"),
    "aten.dot": _product(formulas.matrix_product, "self", "tensor"),
    "aten.vdot": _product(formulas.matrix_product, "self", "other"),
    "aten.addr": lambda op: prod(op.shape("vec1")) * prod(op.shape("vec2")),
    "aten.bmm": _product(formulas.batched_matrix_product, "self", "mat2"),
    "aten.baddbmm": _product(formulas.batched_matrix_product, "batch1", "batch2"),
    "aten.addbmm": _product(formulas.batched_matrix_product, "batch1", "batch2"),
    "aten._grouped_mm": _grouped_product,
    "aten._scaled_grouped_mm": _grouped_product,
    "aten._trilinear": _trilinear,
    "aten.linear": _product(formulas.linear, "input", "weight"),
    "aten._weight_int8pack_mm": _product(formulas.linear, "self", "mat2"),
    "aten._weight_int4pack_mm": _packed_linear,
    "aten._weight_int4pack_mm_for_cpu": _packed_linear,
    "aten._dyn_quant_matmul_4bit": _packed_linear,
    "quantized.linear": _packed_linear,
    "quantized.linear_relu": _packed_linear,
    "quantized.linear_dynamic": _packed_linear,
    "quantized.linear_dynamic_fp16": _packed_linear,
    "quantized.linear_relu_dynamic": _packed_linear,
    "onednn.qlinear_pointwise": _packed_linear,
    "mkldnn._linear_pointwise": _packed_linear,
    **{f"quantized.conv{n}d": _packed_convolution for n in (1, 2, 3)},
    **{f"quantized.conv{n}d_relu": _packed_convolution for n in (1, 2, 3)},
    "aten.convolution": _convolution(),
    "aten._convolution": _convolution(),
    "aten.convolution_overrideable": _convolution(),
    "aten.cudnn_convolution": _convolution(transposed=False, inputs="self"),
    "aten.cudnn_convolution_transpose": _convolution(transposed=True, inputs="self"),
    "aten.cudnn_convolution_relu": _convolution(transposed=False, inputs="self"),
    "aten.miopen_convolution": _convolution(transposed=False, inputs="self"),
    "aten.mkldnn_convolution": _convolution(transposed=False, inputs="self"),
    "torchvision.deform_conv2d": _convolution(transposed=False),
    "aten._slow_conv2d_forward": _convolution(transposed=False, inputs="self"),
    "aten.convolution_backward": _convolution_backward,
    "aten._scaled_dot_product_attention_math": _attention,
    "aten._scaled_dot_product_attention_math_for_mps": _attention,
    "aten._scaled_dot_product_cudnn_attention": _attention,
    "aten._scaled_dot_product_efficient_attention": _attention,
    "aten._scaled_dot_product_flash_attention": _attention,
    "aten._scaled_dot_product_flash_attention_for_cpu": _attention,
    "aten._scaled_dot_product_fused_attention_overrideable": _attention,
    "aten.scaled_dot_product_attention": _attention,
    "aten._scaled_dot_product_cudnn_attention_backward": _attention_backward,
    "aten._scaled_dot_product_efficient_attention_backward": _attention_backward,
    "aten._scaled_dot_product_flash_attention_backward": _attention_backward,
    "aten._scaled_dot_product_flash_attention_for_cpu_backward": _attention_backward,
    "aten._scaled_dot_product_fused_attention_overrideable_backward": _attention_backward,
    "aten._flash_attention_forward": _packed_flash_attention,
    "flex_attention": _flex_attention,
    "aten._native_multi_head_attention": _multi_head_attention,
    "aten._transformer_encoder_layer_fwd": _encoder_layer,
    "aten.mkldnn_rnn_layer": _mkldnn_recurrent,
    "aten.mkldnn_rnn_layer_backward": _mkldnn_recurrent_backward,
    "aten._cudnn_rnn": _whole_recurrent("weight"),
    "aten.lstm": _whole_recurrent("params"),
    "aten.gru": _whole_recurrent("params"),
    "aten.rnn_tanh": _whole_recurrent("params"),
    "aten.rnn_relu": _whole_recurrent("params"),
    "aten.quantized_lstm": _quantized_recurrent,
    "aten.quantized_gru": _quantized_recurrent,
    "aten._fft_c2c": _transform(real=False),
    "aten._fft_r2c": _transform(real=True),
    "aten._fft_c2r": _transform(real=True, of_output=True),
}

#: Torchvision's own: cut-outs of feature maps by interpolation, and comparisons of boxes.
_RESAMPLING = named("torchvision", "roi_align roi_pool ps_roi_align ps_roi_pool")
_BOXES = _RESAMPLING | named("torchvision", "nms")

TABLE = OpTable(
    formulas=FORMULAS,
    zero=ZERO_MAC_OPS | _BOXES,
    elementwise=ELEMENTWISE | _RESAMPLING,
    reductions=REDUCTIONS,
    counts_complex=frozenset({"aten._fft_c2c", "aten._fft_r2c", "aten._fft_c2r"}),
    look_ups=named("aten", "embedding index index_select gather take take_along_dim _unsafe_index"),
)
