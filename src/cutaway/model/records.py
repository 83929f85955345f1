"""The records that a `cutaway.model.trace.Trace` consists of: modules and their calls, ops, parameters, allocations.

Plain frozen dataclasses without any framework. Shapes are plain ints (-1: known only from values), dtypes and devices
are the framework's names without its prefix (``float32``, ``cuda:0``), sizes are bytes. An id is the index in the list
that holds the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

#: The version of the columns that `Trace.to_dict` writes; `cutaway.model.trace_versions` has those that are read.
SCHEMA_VERSION = 3

Shape = tuple[int, ...]
Kind = Literal["tensor", "group", "none", "scalar", "object"]
Phase = Literal["forward", "backward", "recompute", "optimizer"]
Method = Literal["fake", "real", "modules", "file"]
AllocationKind = Literal["input", "activation", "temporary", "gradient", "optimizer"]


class TraceError(ValueError):
    """Columns that are not a trace of this version."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor's type. `bytes` is elements times the size of one, whether or not it shares memory."""

    shape: Shape
    dtype: str
    device: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Value:
    """The values that went into a module call, or came out of it, as a tree.

    `kind` says which fields mean something: a ``tensor`` has `tensor`, and `op` and `output`, the op that made it and
    which of its outputs it is (None: it came from outside); a ``group`` (tuple, list, dict, dataclass, arguments) has
    `items`, pairs of key and value; a ``scalar`` has `text`, its repr; ``none`` and ``object`` have neither. `type` is
    always the name of the Python type.
    """

    kind: Kind
    type: str
    tensor: Tensor | None = None
    op: int | None = None
    output: int = 0
    items: tuple[tuple[str, "Value"], ...] = ()
    text: str = ""

    def tensors(self) -> Iterator[Tensor]:
        """Every tensor of the tree, in order."""
        if self.tensor is not None:
            yield self.tensor
        for _, item in self.items:
            yield from item.tensors()


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the model, called or not. `path` is its key, `aliases` are its other names.

    `config` is how the module describes itself: ``in_features=3, out_features=4, bias=True``.
    """

    path: str
    type: str
    aliases: tuple[str, ...] = ()
    config: str = ""


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One call of a module: the `number`-th (from 1) of that `path`, made inside the call `parent`.

    `outputs` is None when the call did not return (`failed`). `saved_bytes` is the memory that autograd keeps from this
    call for the backward pass, without what calls inside it keep: storages that are neither parameters nor buffers,
    each where it is first kept. `nanoseconds` is how long the call takes, and `own_nanoseconds` that without the calls
    in it. None: not measured.
    """

    id: int
    path: str
    type: str
    number: int
    parent: int | None
    inputs: Value
    outputs: Value | None
    failed: bool = False
    saved_bytes: int | None = None
    nanoseconds: int | None = None
    own_nanoseconds: int | None = None

    @property
    def key(self) -> str:
        """The path, with ``#number`` behind it from the second call on."""
        return self.path if self.number == 1 else f"{self.path}#{self.number}"


@dataclass(frozen=True, slots=True)
class OpInput:
    """A tensor that an op read: as which argument, and where it came from.

    That is an op's output (`producer`, `output`), a `parameter` or buffer by its path, or what the model was `given`,
    by its place in the arguments (``0``, ``ids``, ``0.lengths``). None of them: a constant.
    """

    argument: str
    shape: Shape
    dtype: str
    producer: int | None = None
    output: int = 0
    parameter: str | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class OpOutput:
    """A tensor that an op made; `alias_of` names the argument whose memory it shares."""

    shape: Shape
    dtype: str
    device: str
    bytes: int
    alias_of: str | None = None


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its framework `name`, and the `function` that the user wrote when it is known.

    `arguments` are the other arguments, as JSON values. `forward` links a backward op to its forward op. `source` is
    the ``file:line`` of the innermost frame outside the framework. `times` is how often the op runs, where a loop is in
    the trace once; shapes are those of one run.
    """

    id: int
    call: int | None
    phase: Phase
    name: str
    function: str | None
    inputs: tuple[OpInput, ...]
    outputs: tuple[OpOutput, ...]
    arguments: tuple[tuple[str, Any], ...] = ()
    forward: int | None = None
    source: str | None = None
    times: int = 1

    def shape(self, argument: str) -> Shape:
        """The shape of the tensor passed as `argument`; KeyError when there is none."""
        for item in self.inputs:
            if item.argument == argument:
                return item.shape
        raise KeyError(argument)

    def argument(self, name: str, default: Any = None) -> Any:
        """The value of an argument that is not a tensor."""
        return next((value for key, value in self.arguments if key == name), default)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter or (`buffer`) buffer; `shape` is None before initialisation.

    Equal `storage` numbers share one block of memory, in which this one begins `offset` bytes from the start. A state
    dict has what is `persistent`.
    """

    path: str
    aliases: tuple[str, ...]
    module: str
    shape: Shape | None
    dtype: str
    bytes: int
    storage: int
    offset: int
    trainable: bool
    buffer: bool = False
    persistent: bool = True

    @property
    def count(self) -> int:
        """The number of elements."""
        total = 1
        for size in self.shape if self.shape is not None else (0,):
            total *= size
        return total


@dataclass(frozen=True, slots=True)
class Allocation:
    """Memory that the run used beside parameters and buffers: a block of `bytes` on `device`, counted once.

    It came with the op `op` (None: it was there before the first one) and was gone before the op `freed` (None: it was
    still there at the end). `kind` is ``input``, ``activation`` (kept for the backward), ``gradient`` (of a parameter,
    after the backward), ``optimizer`` (its state) or ``temporary`` (all other).
    """

    op: int | None
    freed: int | None
    bytes: int
    kind: AllocationKind
    device: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The exception that ended the forward: in which call, and in which function when it is known.

    `source` is the ``file:line`` of the user's code and `code` what stands there. `expects` is what the failing layer
    is made for (``in_features=5``), `operands` the shapes of the function's tensors, and `advice` one sentence on what
    to change; they are empty where nothing is known.
    """

    call: int | None
    function: str | None
    type: str
    message: str
    source: str | None = None
    code: str = ""
    expects: tuple[tuple[str, str], ...] = ()
    operands: tuple[Shape, ...] = ()
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """How calls were timed: `runs` of the forward, which takes `nanoseconds` as a whole, on `device`.

    `flops_per_second` is what the device reaches in a large matrix product of the weights' type, `bytes_per_second` in
    a copy.
    """

    runs: int
    nanoseconds: int
    flops_per_second: float
    bytes_per_second: float
    device: str
