"""The costs of ONNX's operators: their multiply-accumulates, and those without any. Arguments are known by place."""

from math import prod

from cutaway.model.costs import formulas
from cutaway.model.costs.op_table import Formula, OpTable, named
from cutaway.model.records import Op


def _convolution(weight: str) -> Formula:
    return lambda op: formulas.convolution(op.shape("0"), op.shape(weight), op.outputs[0].shape, transposed=False)


def _transposed(op: Op) -> int:
    return formulas.convolution(op.shape("0"), op.shape("1"), op.outputs[0].shape, transposed=True)


def _product(right: str) -> Formula:
    """Any number of axes, with those in front repeated where one side has fewer: as NumPy's matmul."""
    return lambda op: prod(op.outputs[0].shape) * op.shape("0")[-1] if op.shape(right) else 0


def _gemm(op: Op) -> int:
    inner = op.shape("0")[0] if op.argument("transA", 0) else op.shape("0")[-1]
    return prod(op.outputs[0].shape) * inner


def _recurrent(op: Op) -> int:
    """X is [time, batch, input]; W and R are [directions, gates * hidden, input or hidden]."""
    return prod(op.shape("0")[:2]) * (prod(op.shape("1")) + prod(op.shape("2")))


def _einsum(op: Op) -> int:
    return formulas.einsum(str(op.argument("equation")), [item.shape for item in op.inputs])


def _attention(op: Op) -> int:
    query, key, value = op.shape("0"), op.shape("1"), op.shape("2")
    if len(query) == 3:  # [batch, s, heads * d]
        heads = int(op.argument("q_num_heads")), int(op.argument("kv_num_heads"))
        query, key, value = (
            (shape[0], count, shape[1], shape[2] // count)
            for shape, count in ((query, heads[0]), (key, heads[1]), (value, heads[1]))
        )
    return formulas.attention(query, key, value)


FORMULAS: dict[str, Formula] = {
    "onnx.Conv": _convolution("1"),
    "onnx.ConvInteger": _convolution("1"),
    "onnx.QLinearConv": _convolution("3"),
    "onnx.ConvTranspose": _transposed,
    "onnx.MatMul": _product("1"),
    "onnx.MatMulInteger": _product("1"),
    "onnx.QLinearMatMul": _product("3"),
    "onnx.Gemm": _gemm,
    "onnx.Einsum": _einsum,
    "onnx.LSTM": _recurrent,
    "onnx.GRU": _recurrent,
    "onnx.RNN": _recurrent,
    "onnx.Attention": _attention,
}


ELEMENTWISE = named(
    "onnx",
    """
    Abs Acos Acosh Add And Asin Asinh Atan Atanh BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor Ceil Celu
    Clip Cos Cosh Div Elu Equal Erf Exp Floor Gelu Greater GreaterOrEqual HardSigmoid HardSwish IsInf IsNaN
    LeakyRelu Less LessOrEqual Log Max Mean Min Mish Mod Mul Neg Not Or PRelu Pow Reciprocal Relu Round
    RotaryEmbedding Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Sub Sum Swish Tan Tanh
    SwiGLU ThresholdedRelu Where Xor
    """,
)
REDUCTIONS = named(
    "onnx",
    """
    ArgMax ArgMin AveragePool BatchNormalization CumProd CumSum GlobalAveragePool GlobalLpPool GlobalMaxPool
    GroupNormalization Hardmax InstanceNormalization LRN LayerNormalization LogSoftmax LpNormalization LpPool
    MaxPool MeanVarianceNormalization NegativeLogLikelihoodLoss RMSNormalization ReduceL1 ReduceL2 ReduceLogSum
    ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Softmax
    SoftmaxCrossEntropyLoss TopK
    """,
)
_MOVES = named(
    "onnx",
    """
    Bernoulli BitCast Cast CastLike CenterCropPad Col2Im Compress Concat ConcatFromSequence Constant ConstantOfShape
    DepthToSpace DequantizeLinear Dropout DynamicQuantizeLinear Expand EyeLike Flatten Gather GatherElements
    GatherND GridSample Identity ImageDecoder MaxRoiPool MaxUnpool Multinomial NonMaxSuppression NonZero OneHot
    Optional OptionalGetElement OptionalHasElement Pad QuantizeLinear RandomNormal RandomNormalLike
    RandomUniform RandomUniformLike Range Reshape Resize ReverseSequence RoiAlign Scatter ScatterElements
    ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength Shape Size
    Slice SpaceToDepth Split SplitToSequence Squeeze TensorScatter Tile Transpose Trilu Unique Unsqueeze
    Upsample
    """,
)
ZERO = ELEMENTWISE | REDUCTIONS | _MOVES

TABLE = OpTable(
    formulas=FORMULAS,
    zero=ZERO,
    elementwise=ELEMENTWISE,
    reductions=REDUCTIONS,
    look_ups=named("onnx", "Gather GatherElements GatherND"),
)
