"""The costs of JAX's primitives: their multiply-accumulates, and those without any. Arguments are known by place."""

from math import prod

from cutaway.model.costs import formulas
from cutaway.model.costs.op_table import Formula, OpTable, named
from cutaway.model.records import Op


def _dot(op: Op) -> int:
    """`dimension_numbers` are the axes that are contracted and those of the batch, of both sides."""
    (contracted, _), _ = op.argument("dimension_numbers")
    left = op.shape("0")
    summed: int = prod(left[axis] for axis in contracted)
    return prod(op.outputs[0].shape) * summed


def _convolution(op: Op) -> int:
    """`dimension_numbers` say which axes of the kernel are its outputs, its inputs, and space, in this order."""
    _, kernel, _ = op.argument("dimension_numbers")
    weight = op.shape("1")
    ordered = tuple(weight[axis] for axis in kernel)
    if any(step > 1 for step in op.argument("lhs_dilation") or ()):
        # Transposed: what is put between the elements is zero and takes part in nothing.
        groups = int(op.argument("feature_group_count", 1))
        spread: int = prod(ordered[2:]) * ordered[0] // groups
        return prod(op.shape("0")) * spread
    return formulas.convolution(op.shape("0"), ordered, op.outputs[0].shape, transposed=False)


def _fft(op: Op) -> int:
    lengths = tuple(op.argument("fft_lengths"))
    shape = op.shape("0") if "complex" in op.inputs[0].dtype and len(op.outputs) == 1 else op.outputs[0].shape
    real = not all("complex" in each for each in (op.inputs[0].dtype, op.outputs[0].dtype))
    axes = tuple(range(-len(lengths), 0))
    full = (*shape[: len(shape) - len(lengths)], *lengths)
    return formulas.fourier(full, axes, real=real)


FORMULAS: dict[str, Formula] = {
    "jax.dot_general": _dot,
    "jax.conv_general_dilated": _convolution,
    "jax.fft": _fft,
}


ELEMENTWISE = named(
    "jax",
    """
    abs acos acosh add add_any and asin asinh atan atan2 atanh bessel_i0e bessel_i1e cbrt ceil clamp conj cos cosh
    digamma div eq erf erf_inv erfc exp exp2 expm1 floor ge gt igamma igammac is_finite le lgamma log log1p logistic lt
    max min mul ne neg nextafter not or polygamma population_count pow integer_pow regularized_incomplete_beta rem round
    rsqrt select_n shift_left shift_right_arithmetic shift_right_logical sign sin sinh sqrt square sub tan tanh xor zeta
    """,
)
REDUCTIONS = named(
    "jax",
    """
    argmax argmin cumlogsumexp cummax cummin cumprod cumsum reduce_and reduce_max reduce_min reduce_or reduce_precision
    reduce_prod reduce_sum reduce_window reduce_window_max reduce_window_min reduce_window_sum reduce_xor
    select_and_gather_add select_and_scatter select_and_scatter_add sort top_k approx_top_k
    """,
)
_MOVES = named(
    "jax",
    """
    axis_index bitcast_convert_type broadcast broadcast_in_dim clz complex concatenate convert_element_type copy copy_p
    create_token device_put dynamic_slice dynamic_update_slice expand_dims gather imag iota mesh_cast name
    optimization_barrier pad pvary random_bits random_clone random_fold_in random_seed random_split random_unwrap
    random_wrap real reshape reshard rev rng_bit_generator rng_uniform scatter scatter_add scatter_max scatter_min
    scatter_mul scatter_sub sharding_constraint slice split squeeze stack stop_gradient threefry2x32 tile transpose
    unstack
    """,
)
ZERO = ELEMENTWISE | REDUCTIONS | _MOVES

TABLE = OpTable(
    formulas=FORMULAS,
    zero=ZERO,
    elementwise=ELEMENTWISE,
    reductions=REDUCTIONS,
    counts_complex=frozenset({"jax.fft"}),
    look_ups=frozenset({"jax.gather"}),
)
