"""PyTorch's ATen ops that are known to have no multiply-accumulates, by what they do instead.

Every name is without its overload and without the underscore of in-place variants. An op that stands neither here nor
among the formulas of `cutaway.model.costs.torch_ops` is reported as uncounted, never silently as zero.
"""

from cutaway.model.costs.op_table import named


def _ops(names: str) -> frozenset[str]:
    return named("aten", names)


#: A result element from one element, or a fixed few, of each operand; activations, gates, resampling.
ELEMENTWISE = _ops(
    """
    __and__ __iand__ __ilshift__ __ior__ __irshift__ __ixor__ __lshift__ __or__ __rshift__ __xor__ _add_relu
    _fused_adam _fused_adamw _fused_dropout _masked_scale _prelu_kernel _prelu_kernel_backward
    _thnn_fused_gru_cell _thnn_fused_gru_cell_backward _thnn_fused_lstm_cell _thnn_fused_lstm_cell_backward_impl
    _upsample_bicubic2d_aa _upsample_bicubic2d_aa_backward _upsample_bilinear2d_aa
    _upsample_bilinear2d_aa_backward _upsample_lanczos2d_aa _upsample_lanczos2d_aa_backward
    _upsample_nearest_exact1d _upsample_nearest_exact1d_backward _upsample_nearest_exact2d
    _upsample_nearest_exact2d_backward _upsample_nearest_exact3d _upsample_nearest_exact3d_backward abs absolute
    acos acosh add addcdiv addcmul alpha_dropout angle arccos arccosh arcsin arcsinh arctan arctan2 arctanh asin
    asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor
    ceil celu clamp clamp_max clamp_min clip conj_physical copysign cos cosh deg2rad digamma div divide dropout
    elu elu_backward eq erf erfc erfinv exp exp2 expm1 float_power floor floor_divide fmax fmin fmod frac frexp
    gcd ge gelu gelu_backward glu glu_backward greater greater_equal grid_sampler_2d grid_sampler_2d_backward
    grid_sampler_3d grid_sampler_3d_backward gt hardshrink hardshrink_backward hardsigmoid hardsigmoid_backward
    hardswish hardswish_backward hardtanh hardtanh_backward heaviside hypot i0 igamma igammac
    infinitely_differentiable_gelu_backward isfinite isinf isnan isneginf isposinf lcm ldexp le leaky_relu
    leaky_relu_backward lerp less less_equal lgamma linalg_cross log log10 log1p log2 log_sigmoid_backward
    log_sigmoid_forward logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logit logit_backward
    lt masked_fill maximum minimum mish mish_backward mul multiply mvlgamma nan_to_num native_dropout
    native_dropout_backward ne neg negative nextafter not_equal polar polygamma positive pow prelu rad2deg
    reciprocal relu relu6 remainder round rrelu_with_noise rrelu_with_noise_backward rrelu_with_noise_functional
    rsqrt rsub selu sgn sigmoid sigmoid_backward sign signbit silu silu_backward sin sinc sinh softplus
    softplus_backward softshrink softshrink_backward special_airy_ai special_bessel_j0 special_bessel_j1
    special_bessel_y0 special_bessel_y1 special_chebyshev_polynomial_t special_chebyshev_polynomial_u
    special_chebyshev_polynomial_v special_chebyshev_polynomial_w special_entr special_erfcx
    special_hermite_polynomial_h special_hermite_polynomial_he special_i0e special_i1 special_i1e
    special_laguerre_polynomial_l special_legendre_polynomial_p special_log_ndtr special_modified_bessel_i0
    special_modified_bessel_i1 special_modified_bessel_k0 special_modified_bessel_k1 special_ndtr special_ndtri
    special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1 special_shifted_chebyshev_polynomial_t
    special_shifted_chebyshev_polynomial_u special_shifted_chebyshev_polynomial_v
    special_shifted_chebyshev_polynomial_w special_spherical_bessel_j0 special_xlog1py special_zeta sqrt square
    sub subtract tan tanh tanh_backward threshold threshold_backward true_divide trunc upsample_bicubic2d
    upsample_bicubic2d_backward upsample_bilinear2d upsample_bilinear2d_backward upsample_linear1d
    upsample_linear1d_backward upsample_nearest1d upsample_nearest1d_backward upsample_nearest2d
    upsample_nearest2d_backward upsample_nearest3d upsample_nearest3d_backward upsample_trilinear3d
    upsample_trilinear3d_backward where xlogy
    """
)

#: Ops that read all of an operand for fewer results or for each: sums, norms, softmax, pooling, losses, sorting.
REDUCTIONS = _ops(
    """
    _adaptive_avg_pool2d _adaptive_avg_pool2d_backward _adaptive_avg_pool3d _adaptive_avg_pool3d_backward
    _ctc_loss _ctc_loss_backward _cudnn_ctc_loss _is_all_true _is_any_true
    _use_cudnn_ctc_loss allclose equal is_nonzero isclose
    _amp_foreach_non_finite_check_and_unscale _batch_norm_no_update _batch_norm_with_update
    _batch_norm_with_update_functional _cdist_backward _cdist_forward _embedding_bag _embedding_bag_forward_only
    _foreach_norm _fused_moving_avg_obs_fq_helper _fused_rms_norm _fused_rms_norm_backward _log_softmax
    _log_softmax_backward_data _native_batch_norm_legit _native_batch_norm_legit_functional
    _native_batch_norm_legit_no_training _pdist_backward _pdist_forward _safe_softmax _segment_reduce_backward
    _softmax _softmax_backward_data _spdiags _unique _unique2 _weight_norm_interface
    _weight_norm_interface_backward adaptive_max_pool2d adaptive_max_pool2d_backward adaptive_max_pool3d
    adaptive_max_pool3d_backward all amax amin aminmax any argmax argmin avg_pool2d avg_pool2d_backward avg_pool3d
    avg_pool3d_backward batch_norm_backward binary_cross_entropy binary_cross_entropy_backward
    binary_cross_entropy_with_logits bincount bucketize count_nonzero cudnn_batch_norm cudnn_batch_norm_backward
    cummax cummin cumprod cumsum dist fractional_max_pool2d hinge_embedding_loss histc huber_loss
    huber_loss_backward isin kthvalue linalg_vector_norm logcumsumexp logsumexp margin_ranking_loss max
    max_pool2d_with_indices max_pool2d_with_indices_backward max_pool3d_with_indices
    max_pool3d_with_indices_backward mean median min miopen_batch_norm miopen_batch_norm_backward mode mse_loss
    mse_loss_backward multi_margin_loss multilabel_margin_loss_forward nanmedian nansum native_batch_norm
    native_batch_norm_backward native_group_norm native_group_norm_backward native_layer_norm
    native_layer_norm_backward nll_loss nll_loss2d_backward nll_loss2d_forward nll_loss_backward nll_loss_forward
    nonzero nonzero_numpy nonzero_static norm pairwise_distance prod renorm searchsorted segment_reduce
    smooth_l1_loss smooth_l1_loss_backward soft_margin_loss soft_margin_loss_backward softmax sort std std_mean
    sum topk trace unique_consecutive unique_dim var var_mean
    """
)

#: Views, creation, random numbers, indexing, padding and copies.
DATA_MOVEMENT = _ops(
    """
    _assert_async _assert_scalar _assert_tensor_metadata _chunk_cat _dyn_quant_pack_4bit_weight
    _embedding_bag_backward _embedding_bag_dense_backward _embedding_bag_per_sample_weights_backward
    _functional_assert_async _jagged_to_padded_dense_forward _linalg_check_errors _list_to_tensor _local_scalar_dense
    _nested_tensor_from_tensor_list _nested_view_from_buffer _nested_view_from_buffer_copy _pack_padded_sequence
    _padded_dense_to_jagged_forward _philox_key_fold_in _philox_key_split _philox_normal _philox_uniform
    _pin_memory _reshape_alias _reshape_copy _resize_output _sparse_coo_tensor_with_dims_and_tensors
    _standard_gamma _to_copy _to_dense _unsafe_index _unsafe_index_put _unsafe_masked_index
    _unsafe_masked_index_put_accumulate _unsafe_view alias alias_copy arange as_strided as_strided_copy
    as_strided_scatter bernoulli block_diag broadcast_tensors cat cauchy channel_shuffle clone col2im complex conj
    constant_pad_nd copy dense_dim dequantize detach diag diag_embed diagonal diagonal_backward diagonal_copy
    diagonal_scatter dim embedding embedding_dense_backward empty empty_like empty_permuted empty_strided expand
    expand_copy exponential eye fft_fftshift fft_ifftshift fill fix flip full full_like gather geometric
    hann_window im2col imag index index_add index_copy index_fill index_put index_reduce index_select is_coalesced
    is_complex is_contiguous is_non_overlapping_and_dense is_pinned is_same_size is_strides_like_format item lift
    lift_fresh lift_fresh_copy linspace log_normal logspace masked_scatter masked_scatter_backward masked_select
    max_unpool2d max_unpool3d meshgrid multinomial narrow narrow_copy new_empty new_empty_strided new_full
    new_ones new_zeros normal numel one_hot ones ones_like pad_sequence permute permute_copy pin_memory
    pixel_shuffle pixel_unshuffle poisson quantize_per_tensor rand rand_like randint randint_like randn randn_like
    randperm real reflection_pad1d reflection_pad1d_backward reflection_pad2d reflection_pad2d_backward
    reflection_pad3d reflection_pad3d_backward repeat repeat_interleave replication_pad1d
    replication_pad1d_backward replication_pad2d replication_pad2d_backward replication_pad3d
    replication_pad3d_backward reshape resize resize_as roll rot90 scalar_tensor scatter scatter_add
    scatter_reduce select select_backward select_scatter set size slice slice_backward slice_scatter sparse_dim
    split split_with_sizes split_with_sizes_copy squeeze squeeze_copy stack storage_offset stride
    sym_constrain_range sym_constrain_range_for_size sym_numel sym_size sym_storage_offset sym_stride t t_copy
    take tensor_split to transpose transpose_copy tril tril_indices triu triu_indices unbind unbind_copy unfold
    unfold_backward unfold_copy uniform unsafe_chunk unsafe_split unsafe_split_with_sizes unsqueeze unsqueeze_copy
    value_selecting_reduction_backward view view_as_complex view_as_real view_copy zero zeros zeros_like
    """
)

ZERO_MAC_OPS = ELEMENTWISE | REDUCTIONS | DATA_MOVEMENT
