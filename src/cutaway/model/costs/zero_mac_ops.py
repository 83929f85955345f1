"""Ops that are known to have no multiply-accumulates of their own kind: element-wise, reductions, data movement.

Every name is a PyTorch ATen op without its overload and without the underscore of in-place variants. Whatever stands
neither here nor among the formulas of `cutaway.model.costs.flops` is reported as uncounted, never silently as zero.
"""

#: One result element from one element of each operand, a reduction of them, or another view of the same memory.
_ELEMENTWISE_REDUCTIONS_AND_VIEWS = """
    __ilshift__ __ixor__ __lshift__ __rshift__ __xor__ _nested_view_from_buffer _reshape_alias abs acos acosh add
    addcdiv addcmul alias all amax amin aminmax angle any argmax argmin as_strided asin asinh atan atan2 atanh
    bitwise_and bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor ceil celu clamp
    clamp_max clamp_min clip clone conj conj_physical copy copysign cos cosh count_nonzero deg2rad detach diagonal
    digamma div elu eq erf erfc erfinv exp exp2 expand expm1 float_power floor fmax fmin fmod frac frexp gcd ge
    gelu gt hardshrink hardsigmoid hardtanh heaviside hypot i0 igamma igammac imag isfinite isinf isnan isneginf
    isposinf lcm ldexp le leaky_relu lerp lgamma lift_fresh linalg_vector_norm log log10 log1p log2 logaddexp
    logaddexp2 logical_and logical_not logical_or logical_xor logit logsumexp lt masked_fill max maximum mean min
    minimum mish mul mvlgamma nan_to_num nansum narrow ne neg nextafter norm permute pin_memory polygamma positive
    pow prod rad2deg real reciprocal relu relu6 remainder reshape round rsqrt rsub select selu sgn sigmoid sign
    signbit silu sin sinc sinh slice softmax softplus softshrink special_airy_ai special_bessel_j0
    special_bessel_j1 special_bessel_y0 special_bessel_y1 special_chebyshev_polynomial_t
    special_chebyshev_polynomial_u special_chebyshev_polynomial_v special_chebyshev_polynomial_w special_entr
    special_erfcx special_hermite_polynomial_h special_hermite_polynomial_he special_i0e special_i1 special_i1e
    special_laguerre_polynomial_l special_legendre_polynomial_p special_log_ndtr special_modified_bessel_i0
    special_modified_bessel_i1 special_modified_bessel_k0 special_modified_bessel_k1 special_ndtri
    special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1 special_shifted_chebyshev_polynomial_t
    special_shifted_chebyshev_polynomial_u special_shifted_chebyshev_polynomial_v
    special_shifted_chebyshev_polynomial_w special_spherical_bessel_j0 special_xlog1py special_zeta split
    split_with_sizes sqrt square squeeze std std_mean sub sum t tan tanh tensor_split threshold to transpose
    true_divide trunc unbind unfold unsqueeze var var_mean view view_as_complex view_as_real where xlogy
"""

#: Creation, indexing, sorting, padding, pooling, resampling, normalisation, softmax, losses and random numbers.
_MEMORY_AND_NORMALISATION = """
    __and__ __iand__ __ior__ __irshift__ __or__ _adaptive_avg_pool2d _adaptive_avg_pool3d _add_relu
    _amp_foreach_non_finite_check_and_unscale _assert_async _assert_scalar
    _assert_tensor_metadata _batch_norm_no_update _batch_norm_with_update _batch_norm_with_update_functional
    _chunk_cat _dyn_quant_pack_4bit_weight _embedding_bag _embedding_bag_forward_only _foreach_norm
    _functional_assert_async _fused_adam _fused_adamw _fused_dropout _fused_moving_avg_obs_fq_helper
    _fused_rms_norm _jagged_to_padded_dense_forward _list_to_tensor _local_scalar_dense _log_softmax _masked_scale
    _native_batch_norm_legit _native_batch_norm_legit_functional _native_batch_norm_legit_no_training
    _nested_tensor_from_tensor_list _nested_view_from_buffer_copy _pack_padded_sequence
    _padded_dense_to_jagged_forward _philox_key_fold_in _philox_key_split _philox_normal _philox_uniform
    _pin_memory _prelu_kernel _reshape_copy _resize_output _safe_softmax _softmax
    _sparse_coo_tensor_with_dims_and_tensors _spdiags _standard_gamma _thnn_fused_gru_cell _thnn_fused_lstm_cell
    _to_copy _to_dense _unique _unique2 _unsafe_index _unsafe_index_put _unsafe_masked_index
    _unsafe_masked_index_put_accumulate _unsafe_view _upsample_bicubic2d_aa _upsample_bilinear2d_aa
    _upsample_lanczos2d_aa
    _upsample_nearest_exact1d _upsample_nearest_exact2d _upsample_nearest_exact3d _weight_norm_interface absolute
    adaptive_max_pool2d adaptive_max_pool3d alias_copy alpha_dropout arange arccos arccosh arcsin arcsinh arctan
    arctan2 arctanh as_strided_copy as_strided_scatter avg_pool2d avg_pool3d bernoulli binary_cross_entropy
    binary_cross_entropy_with_logits bincount block_diag broadcast_tensors bucketize cat cauchy channel_shuffle
    col2im complex constant_pad_nd cudnn_batch_norm cummax cummin cumprod cumsum dense_dim diag diag_embed
    diagonal_copy diagonal_scatter dim dist divide dropout embedding empty empty_like empty_permuted empty_strided
    expand_copy exponential eye fft_fftshift fft_ifftshift fill fix flip floor_divide fractional_max_pool2d full
    full_like gather geometric glu greater greater_equal grid_sampler_2d grid_sampler_3d hann_window hardswish
    hinge_embedding_loss histc huber_loss im2col index index_add index_copy index_fill index_put index_reduce
    index_select is_coalesced is_complex is_contiguous is_non_overlapping_and_dense is_pinned is_same_size
    is_strides_like_format isin item kthvalue less less_equal lift lift_fresh_copy linalg_cross linspace
    log_normal log_sigmoid_forward logcumsumexp logspace margin_ranking_loss masked_scatter masked_select
    max_pool2d_with_indices max_pool3d_with_indices max_unpool2d max_unpool3d median meshgrid miopen_batch_norm
    mode mse_loss multi_margin_loss multilabel_margin_loss_forward multinomial multiply nanmedian narrow_copy
    native_batch_norm native_dropout native_group_norm native_layer_norm negative new_empty new_empty_strided
    new_full new_ones new_zeros nll_loss nll_loss2d_forward nll_loss_forward nonzero nonzero_numpy nonzero_static
    normal not_equal numel one_hot ones ones_like pad_sequence pairwise_distance permute_copy pixel_shuffle
    pixel_unshuffle poisson polar prelu quantize_per_tensor rand rand_like randint randint_like randn randn_like
    randperm reflection_pad1d reflection_pad2d reflection_pad3d renorm repeat repeat_interleave replication_pad1d
    replication_pad2d replication_pad3d resize resize_as roll rot90 rrelu_with_noise rrelu_with_noise_functional
    scalar_tensor scatter scatter_add scatter_reduce searchsorted segment_reduce select_scatter set size
    slice_scatter smooth_l1_loss soft_margin_loss sort sparse_dim special_ndtr split_with_sizes_copy squeeze_copy
    stack storage_offset stride subtract sym_constrain_range sym_constrain_range_for_size sym_numel sym_size
    sym_storage_offset sym_stride t_copy take topk trace transpose_copy tril tril_indices triu triu_indices
    unbind_copy unfold_copy uniform unique_consecutive unique_dim unsafe_chunk unsafe_split
    unsafe_split_with_sizes unsqueeze_copy upsample_bicubic2d upsample_bilinear2d upsample_linear1d upsample_nearest1d
    upsample_nearest2d upsample_nearest3d upsample_trilinear3d view_copy zero zeros zeros_like
"""

ZERO_MAC_OPS = frozenset(
    f"aten.{name}" for name in (_ELEMENTWISE_REDUCTIONS_AND_VIEWS + _MEMORY_AND_NORMALISATION).split()
)
