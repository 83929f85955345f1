"""Multiply-accumulates from shapes: one pure function for each kind of work."""

from math import ceil, log2, prod

from cutaway.model.records import Shape


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


def attention_backward(query: Shape, key: Shape, value: Shape) -> int:
    """The gradients of fused attention: the scores once more, then those of v, the scores, q and k: five products."""
    return prod(query[:-1]) * key[-2] * (3 * query[-1] + 2 * value[-1])


def packed_attention(sequences: int, query: Shape, key: Shape, value: Shape, longest: tuple[int, int]) -> int:
    """Attention over [tokens, heads, d] of `sequences` sequences, each taken as long as the longest."""
    return sequences * query[-2] * longest[0] * longest[1] * (query[-1] + value[-1])


def multi_head_attention(query: Shape, key: Shape, weights: tuple[Shape, Shape]) -> int:
    """Projections, attention, projection, for [batch, s, e] operands, a weight of [3e, e] and one of [e, e]."""
    batch, source, width = query
    target = key[-2]
    tokens_in = batch * source + 2 * batch * target
    heads = attention(query, (batch, target, width), (batch, target, width))
    return tokens_in * prod(weights[0]) // 3 + heads + batch * source * prod(weights[1])


def recurrent(steps: int, weights: list[Shape]) -> int:
    """RNN, GRU and LSTM layers: each of `steps` (time * batch) meets every matrix among the weights once."""
    return steps * sum(prod(weight) for weight in weights if len(weight) == 2)


def einsum(equation: str, shapes: list[Shape]) -> int:
    """Operands are contracted from the left to the right: each pair meets in all axes that either of them has."""
    inputs, _, output = equation.replace(" ", "").partition("->")
    names = inputs.split(",")
    sizes: dict[str, int] = {}
    operands: list[str] = []
    for labels, shape in zip(names, shapes, strict=True):
        # An ellipsis gets labels of its own for its axes, from the right.
        more = len(shape) - len(labels.replace("...", ""))
        labels = labels.replace("...", "".join(chr(0x100 + more - idx - 1) for idx in range(more)))
        operands.append(labels)
        sizes.update({label: max(size, sizes.get(label, 1)) for label, size in zip(labels, shape, strict=True)})
    kept = set(output.replace("...", "")) | {label for labels in operands for label in labels if label >= "\u0100"}
    total, left = 0, set(operands[0])
    for idx, labels in enumerate(operands[1:], 2):
        left |= set(labels)
        total += prod(sizes[label] for label in left)
        left &= kept.union(*map(set, operands[idx:])) if output or idx < len(operands) else left
    return total


def trilinear(operands: list[tuple[Shape, tuple[int, ...]]]) -> int:
    """The sum of products of three operands, each broadcast along the axes named with it: bilinear layers."""
    shapes = []
    for shape, axes in operands:
        sizes = list(shape)
        for axis in sorted(axes):
            sizes.insert(axis, 1)
        shapes.append(sizes)
    return prod(map(max, zip(*shapes, strict=True)))


def fourier(shape: Shape, axes: tuple[int, ...], *, real: bool) -> int:
    """Transforms along `axes` of a signal of `shape`: 5 n log2 n FLOPs for n complex numbers, half of it for real ones.

    The operation count of the radix-2 algorithm (Cooley and Tukey, 1965), as FFT benchmarks use it.
    """
    length = prod(shape[axis] for axis in axes)
    if length < 2:
        return 0
    return ceil(prod(shape) * log2(length) * 2.5 / (2 if real else 1))
