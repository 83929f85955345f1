"""The inputs of a forward: tensors described by shape and dtype, or the user's own values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

DTYPES = (
    "float16", "bfloat16", "float32", "float64", "complex64", "complex128",
    "uint8", "int8", "int16", "int32", "int64", "bool",
)  # fmt: skip
_ALIASES = {
    "half": "float16", "float": "float32", "double": "float64",
    "short": "int16", "int": "int32", "long": "int64",
    # Classes of tensors, by which older programs name their types.
    "HalfTensor": "float16", "BFloat16Tensor": "bfloat16", "FloatTensor": "float32", "DoubleTensor": "float64",
    "ByteTensor": "uint8", "CharTensor": "int8", "ShortTensor": "int16", "IntTensor": "int32", "LongTensor": "int64",
    "BoolTensor": "bool",
}  # fmt: skip


Shape = Sequence[int | str]
#: Shapes as users give them: one, several, or several by the names of arguments; a letter stands for a size.
InputSize = Shape | Sequence[Shape] | Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """A tensor to be made. Without a dtype it gets that of the model's first floating-point parameter."""

    shape: tuple[int, ...]
    dtype: str | None = None


@dataclass(frozen=True, slots=True)
class ForwardInputs:
    """Positional and keyword arguments of the forward, in which a `TensorSpec` stands for a tensor to be made."""

    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.arguments or self.keywords)


def forward_inputs(input_size: Any, input_data: Any, dtypes: Any, keywords: Mapping[str, Any]) -> ForwardInputs:
    """Read `summary`'s arguments; TypeError or ValueError with one sentence that names the argument."""
    if input_size is not None and input_data is not None:
        raise ValueError("input_size and input_data were both given; give one of them")
    if input_size is None and dtypes is not None:
        raise ValueError("dtypes was given without input_size, which it describes")
    if input_size is not None:
        inputs = _from_sizes(input_size, dtypes)
    elif input_data is None:
        inputs = ForwardInputs()
    elif isinstance(input_data, Mapping):
        inputs = ForwardInputs(keywords={str(name): value for name, value in input_data.items()})
    elif isinstance(input_data, list | tuple) and not hasattr(input_data, "_fields"):
        inputs = ForwardInputs(tuple(input_data))
    else:
        inputs = ForwardInputs((input_data,))
    twice = sorted(set(inputs.keywords) & set(keywords))
    if twice:
        raise TypeError(f"the forward's argument {twice[0]} was given twice, as an input and as a keyword")
    return ForwardInputs(inputs.arguments, {**inputs.keywords, **keywords})


def letters_of(input_size: Any) -> tuple[str, ...]:
    """The letters that stand for sizes, in the order in which they come."""
    if isinstance(input_size, str):
        return (input_size,) if input_size.isidentifier() else ()
    if isinstance(input_size, Mapping):
        input_size = list(input_size.values())
    if not isinstance(input_size, Sequence):
        return ()
    # A text by itself is not a shape.
    parts = [item for item in input_size if not isinstance(item, str) or item.isidentifier()]
    return tuple(dict.fromkeys(letter for item in parts for letter in letters_of(item)))


def with_sizes(input_size: Any, sizes: Mapping[str, int]) -> Any:
    """`input_size` with numbers for its letters."""
    if isinstance(input_size, str):
        return sizes.get(input_size, input_size)
    if isinstance(input_size, Mapping):
        return {name: with_sizes(item, sizes) for name, item in input_size.items()}
    if isinstance(input_size, Sequence):
        return tuple(with_sizes(item, sizes) for item in input_size)
    return input_size


def rebatched(inputs: ForwardInputs, batch: int | None) -> ForwardInputs:
    """The inputs with `batch` as the first size of every tensor that is to be made; ValueError where there is none."""
    if batch is None:
        return inputs
    if isinstance(batch, bool) or not isinstance(batch, int):
        raise TypeError(f"batch is of type {type(batch).__name__}; a whole number is expected")
    if batch < 1:
        raise ValueError(f"batch is {batch}; a whole number from 1 is expected")
    if not inputs:
        raise ValueError("batch was given without an input, whose first size it is")

    def each(value: Any) -> Any:
        return (
            replace(value, shape=(batch, *value.shape[1:])) if isinstance(value, TensorSpec) and value.shape else value
        )

    arguments = tuple(map(each, inputs.arguments))
    return ForwardInputs(arguments, {name: each(value) for name, value in inputs.keywords.items()})


def dtype_name(dtype: Any) -> str:
    """The name of a dtype given as ``torch.int64``, ``"int64"`` or ``"long"``."""
    name = _plain_name(dtype)
    if name not in DTYPES:
        raise ValueError(f"dtypes has {dtype!r}; one of {', '.join(DTYPES)} is expected")
    return name


def floating_dtype_name(dtype: Any) -> str:
    """The name of a dtype that weights can have, given in the same ways."""
    name = _plain_name(dtype)
    if "float" not in name or name not in DTYPES:
        choice = ", ".join(each for each in DTYPES if "float" in each)
        raise ValueError(f"dtype is {dtype!r}; one of {choice} is expected")
    return name


def _plain_name(dtype: Any) -> str:
    """The name without the prefix of a framework, and without the short forms that some have."""
    name = str(getattr(dtype, "__name__", dtype)).rpartition(".")[2]
    return _ALIASES.get(name, name)


def _from_sizes(input_size: Any, dtypes: Any) -> ForwardInputs:
    if isinstance(input_size, Mapping):
        names = [str(name) for name in input_size]
        if dtypes is not None and isinstance(dtypes, Mapping):
            unknown = sorted(set(dtypes) - set(names))
            if unknown:
                raise ValueError(f"dtypes names {unknown[0]!r}, which input_size does not have")
            kinds = [None if name not in dtypes else dtype_name(dtypes[name]) for name in names]
        else:
            kinds = _dtypes(dtypes, len(names))
        shapes = [_shape(size, f"input_size[{name!r}]") for name, size in zip(names, input_size.values(), strict=True)]
        specs = (TensorSpec(shape, kind) for shape, kind in zip(shapes, kinds, strict=True))
        return ForwardInputs(keywords=dict(zip(names, specs, strict=True)))
    if not isinstance(input_size, Sequence) or isinstance(input_size, str):
        raise TypeError(
            f"input_size is of type {type(input_size).__name__}; "
            "a tuple of ints, a list of such tuples or a dict of them is expected"
        )
    many = any(isinstance(item, Sequence) and not isinstance(item, str) for item in input_size)
    shapes = [_shape(size, "input_size") for size in (input_size if many else [input_size])]
    kinds = _dtypes(dtypes, len(shapes))
    return ForwardInputs(tuple(TensorSpec(shape, kind) for shape, kind in zip(shapes, kinds, strict=True)))


def _shape(size: Any, name: str) -> tuple[int, ...]:
    if not isinstance(size, Sequence) or isinstance(size, str):
        raise TypeError(f"{name} has {size!r} where a tuple of ints is expected")
    for item in size:
        if isinstance(item, bool) or not hasattr(item, "__index__"):
            raise TypeError(f"{name} has {item!r} where a whole number is expected")
        if item < 0:
            raise ValueError(f"{name} has {item!r}; a size cannot be negative")
    return tuple(int(item) for item in size)


def _dtypes(dtypes: Any, count: int) -> list[str | None]:
    if dtypes is None:
        return [None] * count
    if isinstance(dtypes, Mapping):
        raise TypeError("dtypes is a dict; input_size must then be one with the same names")
    if isinstance(dtypes, list | tuple):
        if len(dtypes) != count:
            raise ValueError(f"dtypes has {len(dtypes)} entries for {count} inputs")
        return [None if dtype is None else dtype_name(dtype) for dtype in dtypes]
    return [dtype_name(dtypes)] * count
