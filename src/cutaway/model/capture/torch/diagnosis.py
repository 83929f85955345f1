"""Why a forward failed: which layer, what it is made for, where in the user's code, and what to change."""

import inspect
import linecache
import re
from collections.abc import Callable, Sequence
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any

from torch import nn

from cutaway.model.capture.torch.recorder import Recorder
from cutaway.model.capture.torch.users_code import is_users
from cutaway.model.records import Failure, ModuleCall, Tensor
from cutaway.model.values_text import size_text

#: Sizes that layers are made for, by the names that PyTorch's own and most others use.
_EXPECTATIONS = (
    "in_features",
    "in1_features",
    "in2_features",
    "in_channels",
    "num_features",
    "num_channels",
    "normalized_shape",
    "num_embeddings",
    "input_size",
    "embed_dim",
    "batch_first",
    "kernel_size",
    "groups",
)
_LAYOUTS = {
    1: ("batch, channels, length", "0, 2, 1"),
    2: ("batch, channels, height, width", "0, 3, 1, 2"),
    3: ("batch, channels, depth, height, width", "0, 4, 1, 2, 3"),
}


def failure(error: Exception, recorder: Recorder) -> Failure:
    """The facts about the exception that ended the recorded forward."""
    idx, module = recorder.failed_call, recorder.failed_module
    call = None if idx is None else recorder.calls[idx]
    function, operands = recorder.failed_function(error)
    source, code = _source(error.__traceback__)
    return Failure(
        call=idx,
        function=function,
        type=type(error).__name__,
        message=_as_on_real_tensors(str(error)),
        source=source,
        code=code,
        expects=() if module is None else _expectations(module),
        operands=tuple(kind.shape for kind in operands),
        advice=_advice(error, call, module, operands, recorder.calls),
    )


def _as_on_real_tensors(message: str) -> str:
    """The words for which people search, where fake tensors have others."""
    found = re.match(r"a and b must have same reduction dim, but got \[(.*?)\] X \[(.*?)\]", message)
    if found is None:
        return message
    shapes = (text.replace(", ", "x") for text in found.groups())
    return f"mat1 and mat2 shapes cannot be multiplied ({' and '.join(shapes)})"


def _expectations(module: nn.Module) -> tuple[tuple[str, str], ...]:
    known = [(name, getattr(module, name, None)) for name in _EXPECTATIONS]
    return tuple((name, str(value)) for name, value in known if isinstance(value, bool | int | tuple))


def _source(traceback: TracebackType | None) -> tuple[str | None, str]:
    """The innermost line of the user's, as ``file:line`` and its text."""
    place: tuple[str, int] | None = None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if is_users(name):
            place = name, traceback.tb_lineno
        traceback = traceback.tb_next
    if place is None:
        return None, ""
    file = Path(place[0])
    if file.is_relative_to(Path.cwd()):
        file = file.relative_to(Path.cwd())
    return f"{file}:{place[1]}", linecache.getline(*place).strip()


def _advice(
    error: Exception,
    call: ModuleCall | None,
    module: nn.Module | None,
    operands: Sequence[Tensor],
    calls: Sequence[ModuleCall],
) -> str:
    if call is None or module is None:
        return _saying(str(error))
    if isinstance(error, TypeError) and "argument" in str(error):
        return _of_arguments(error, call, module, calls)
    given = list(call.inputs.tensors())
    own = not any(each.parent == call.id for each in calls)
    if own and given:
        for kinds, rule in _RULES:
            if isinstance(module, kinds):
                return rule(module, given[0]) or _of_dtypes(module, given[0]) or _saying(str(error))
    return _saying(str(error)) or _of_operands(str(error), operands)


def _saying(message: str) -> str:
    return next((advice for words, advice in _SAYINGS if any(word in message for word in words)), "")


def _of_arguments(error: Exception, call: ModuleCall, module: nn.Module, calls: Sequence[ModuleCall]) -> str:
    """Advice for a forward that was called with too few arguments, too many, or a value that is not a tensor."""
    for _, value in call.inputs.items:
        if value.type in ("tuple", "list", "dict") and "must be Tensor" in str(error):
            maker = next((each for each in reversed(calls) if each.outputs == value and each.id != call.id), None)
            whose = f", as {maker.type} returns it" if maker is not None else ""
            return f"The input is a {value.type} of {len(value.items)}{whose}: pass the tensor in it that is meant."
    try:
        names = list(inspect.signature(module.forward).parameters)
    except (TypeError, ValueError):
        return ""
    if "positional argument" in str(error) or "keyword argument" in str(error):
        count = len(call.inputs.items)
        return f"{call.type}.forward takes ({', '.join(names)}); it was called with {count}."
    return ""


def _of_linear(module: Any, given: Tensor) -> str:
    features = given.shape[-1] if given.shape else 0
    if features == module.in_features:
        return ""
    if len(given.shape) > 1 and prod(given.shape) == module.in_features:
        return "There is no batch, so that another dimension is taken for it: put a 1 in front of the input's sizes."
    if len(given.shape) > 2 and prod(given.shape[1:]) == module.in_features:
        return f"Flatten {size_text(given.shape)} to {size_text((given.shape[0], module.in_features))} before it."
    made = f"{type(module).__name__}({features}, {module.out_features})"
    return (
        f"It takes {module.in_features} features in the last dimension and gets {features}: make it {made}, "
        "or change what comes before it."
    )


def _of_convolution(module: Any, given: Tensor) -> str:
    dims, shape = len(module.kernel_size), given.shape
    layout, permutation = _LAYOUTS[dims]
    if len(shape) not in (dims + 1, dims + 2):
        return f"It takes {dims + 2} dimensions ({layout}) and gets {len(shape)}."
    channels = shape[-dims - 1]
    if channels != module.in_channels:
        if shape[-1] == module.in_channels and len(shape) == dims + 2:
            return f"The channels are the last dimension and must be the second: x.permute({permutation})."
        if shape[-1] == module.in_channels:
            order = ", ".join(map(str, (dims, *range(dims))))
            return (
                f"The channels are the last dimension and must be the first: x.permute({order}), and a batch in front."
            )
        return (
            f"It takes {module.in_channels} channels and gets {channels}: make in_channels={channels}, "
            "or change what comes before it."
        )
    return _of_windows(module, given)


def _of_windows(module: Any, given: Tensor) -> str:
    """A kernel that is larger than the picture."""
    kernel = module.kernel_size
    sizes = given.shape[-len(kernel) :] if isinstance(kernel, tuple) else given.shape[-2:]
    return (
        f"Its windows of {size_text(kernel if isinstance(kernel, tuple) else (kernel,))} do not fit into "
        f"{size_text(sizes)}: use a larger input, padding, or fewer layers that make it smaller."
    )


def _of_batch_norm(module: Any, given: Tensor) -> str:
    dims = next((int(each) for each in type(module).__name__ if each.isdigit()), 0)
    wanted = {1: (2, 3), 2: (4,), 3: (5,)}.get(dims, ())
    if wanted and len(given.shape) not in wanted:
        missing = " A batch of one: x.unsqueeze(0)." if len(given.shape) == wanted[-1] - 1 else ""
        return f"It takes {wanted[-1]} dimensions and gets {len(given.shape)}.{missing}"
    if len(given.shape) > 1 and given.shape[1] != module.num_features:
        made = f"{type(module).__name__}({given.shape[1]})"
        return f"It takes {module.num_features} channels and gets {given.shape[1]}: make it {made}."
    return ""


def _of_group_norm(module: Any, given: Tensor) -> str:
    if len(given.shape) > 1 and given.shape[1] != module.num_channels:
        return f"It takes {module.num_channels} channels and gets {given.shape[1]}: make num_channels={given.shape[1]}."
    return ""


def _of_layer_norm(module: Any, given: Tensor) -> str:
    wanted = tuple(module.normalized_shape)
    ends = given.shape[-len(wanted) :]
    if ends != wanted:
        made = f"{type(module).__name__}({ends[0] if len(ends) == 1 else ends})"
        return f"It takes {size_text(wanted)} in the last dimensions and gets {size_text(ends)}: make it {made}."
    return ""


def _of_embedding(module: Any, given: Tensor) -> str:
    if not given.dtype.startswith(("int", "uint")):
        return f'Ids must be whole numbers and are {given.dtype}: dtypes="int64" for an input_size, or ids.long().'
    return f"Ids must be from 0 to {module.num_embeddings - 1}: raise num_embeddings, or look at the ids."


def _of_recurrent(module: Any, given: Tensor) -> str:
    if len(given.shape) not in (2, 3):
        return f"It takes 3 dimensions (or 2 without a batch) and gets {len(given.shape)}."
    if given.shape[-1] != module.input_size:
        return (
            f"It takes {module.input_size} features in the last dimension and gets {given.shape[-1]}: "
            f"make input_size={given.shape[-1]}, or change what comes before it."
        )
    return ""


def _of_attention(module: Any, given: Tensor) -> str:
    if given.shape and given.shape[-1] != module.embed_dim:
        return f"It takes {module.embed_dim} features in the last dimension and gets {given.shape[-1]}."
    return ""


def _of_dtypes(module: nn.Module, given: Tensor) -> str:
    weight = next(module.parameters(recurse=False), None)
    if weight is None:
        return ""
    dtype = str(weight.dtype).removeprefix("torch.")
    if dtype != given.dtype:
        return f"The input is {given.dtype} and the weights are {dtype}: convert one of them, as x.to(torch.{dtype})."
    if str(weight.device) != given.device and given.device != "meta":
        return f"The input is on {given.device} and the weights are on {weight.device}: move one of them."
    return ""


def _of_operands(message: str, operands: Sequence[Tensor]) -> str:
    """Two tensors that do not fit together, or one that does not fit into its new shape."""
    if len(operands) == 1 and "invalid for input of size" in message:
        kind = operands[0]
        return f"{size_text(kind.shape)} has {prod(kind.shape)} elements: choose sizes of that product, or -1 for one."
    if len(operands) < 2:
        return ""
    first, second = operands[0], operands[1]
    dtypes = {kind.dtype for kind in operands}
    if len(dtypes) > 1 and "dtype" in message:
        return f"The operands are {' and '.join(kind.dtype for kind in operands)}: convert one of them."
    differ = [
        idx
        for idx in range(1, min(len(first.shape), len(second.shape)) + 1)
        if first.shape[-idx] != second.shape[-idx] and 1 not in (first.shape[-idx], second.shape[-idx])
    ]
    if not differ:
        return ""
    idx = differ[0]
    return (
        f"{size_text(first.shape)} and {size_text(second.shape)} differ in dimension {-idx} "
        f"({first.shape[-idx]} and {second.shape[-idx]})."
    )


#: What to do, by what the exception says, whichever module it came out of.
_SAYINGS: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("Expected more than 1 value per channel when training",),
        'One value has no variance: give a batch of two or more, or mode="eval".',
    ),
    (
        (
            "not compiled with CUDA",
            "not linked with support for",
            "No CUDA GPUs are available",
            "Found no NVIDIA driver",
        ),
        "The forward names a device that is not there: make tensors where the input is, as device=x.device.",
    ),
    (
        ("on the same device", "two different devices", "is not on the expected device"),
        "A tensor is on another device than the rest: make it where the input is, as device=x.device, or register it "
        "as a buffer.",
    ),
    (
        ("to have one of the following scalar types: Long, Int", "expected scalar type Long", "index tensor"),
        'Ids and labels must be whole numbers: dtypes="int64" for an input_size, or .long().',
    ),
)

_RULES: tuple[tuple[tuple[type, ...], Callable[[Any, Tensor], str]], ...] = (
    ((nn.Linear,), _of_linear),
    ((nn.Conv1d, nn.Conv2d, nn.Conv3d), _of_convolution),
    ((nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d), _of_convolution),
    ((nn.modules.batchnorm._BatchNorm, nn.modules.instancenorm._InstanceNorm), _of_batch_norm),
    ((nn.GroupNorm,), _of_group_norm),
    ((nn.LayerNorm,), _of_layer_norm),
    ((nn.Embedding, nn.EmbeddingBag), _of_embedding),
    ((nn.RNNBase,), _of_recurrent),
    ((nn.MultiheadAttention,), _of_attention),
    ((nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AvgPool2d), _of_windows),
)
