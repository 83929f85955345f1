"""Which operation made the first value that was not finite, among all that run while it is looked for.

Not every infinity is a fault: masks are full of them, and a softmax takes them away again. So each value that is not
finite is followed from the operation that made it (its *birth*) to those that pass it on, and a gradient or an output
that is not finite is asked for its birth.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite, isnan
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from cutaway.events.first_bad import FailurePhase
from cutaway.model.capture.torch.modes import OpMode
from cutaway.model.capture.torch.op_names import OpFacts, facts_of
from cutaway.model.capture.torch.paths import ModulePaths, class_name, storage_key
from cutaway.model.capture.torch.users_code import source
from cutaway.record.watch.tensor_counts import Counts, count, described, shape_text

if TYPE_CHECKING:
    from types import FrameType

#: They leave memory as it is, or make memory without values.
_WITHOUT_VALUES = ("aten.empty", "aten.new_empty", "aten.resize", "aten.set_", "aten.record_stream")
#: What they write into may have held anything.
_OVERWRITING = (
    "aten.copy_", "aten.fill_", "aten.zero_", "aten.normal_", "aten.uniform_", "aten.bernoulli_", "aten.exponential_",
    "aten.random_",
)  # fmt: skip
#: Minus infinity is a probability of zero to them, where a program wrote it down or took the logarithm of zero.
_SOFTMAX = ("softmax", "logsumexp", "attention")
_LOGARITHMS = ("aten.log.", "aten.log_.", "aten.log1p", "aten.log2", "aten.log10", "aten.xlogy", "aten.special_xlog")
#: Of so many tensors more is said than their number.
_MOST_TENSORS = 6
#: Functions of tensors that must not be the user's.
_QUIET = torch._C.DisableTorchFunction


class CannotReplayError(RuntimeError):
    """A replay cannot tell what was first; the message says why."""


@dataclass(frozen=True)
class Birth:
    """Where values that were not finite came up."""

    phase: FailurePhase
    module: str | None = None
    class_name: str = ""
    operation: str = ""
    autograd_node: str = ""
    source: str = ""
    shapes: str = ""
    inputs: str = ""
    #: What came up, in words.
    what: str = ""
    #: The program wrote the infinity down: that is no fault.
    written: bool = False
    #: It may have come about in this very step, as the mean in a buffer has: any other birth is before it.
    may_be_later: bool = False

    @property
    def may_mask(self) -> bool:
        """Whether its minus infinities may be meant as probabilities of zero."""
        return self.written or self.operation.startswith(_LOGARITHMS)


class _Place(NamedTuple):
    module: nn.Module | None
    path: str
    source: str


class Causes:
    """Looks at every op that runs in `looking`. `paths` are those of the model."""

    def __init__(self, paths: ModulePaths) -> None:
        self.paths = paths
        self._before_write: Callable[[Tensor], None] | None = None
        self._births: list[Birth] = []
        #: The birth of the elements of a storage that are not finite.
        self._of_storage: dict[int, int] = {}
        self._stack: list[_Place] = []
        #: Where the op ran that autograd's node of this number is the backward of.
        self._nodes: dict[int, _Place] = {}
        self._outermost: FrameType | None = None

    def note(self, tensor: Tensor, birth: Birth) -> Counts | None:
        """A tensor from outside: if it is not finite, that is its birth, and its counts are returned."""
        counts = count(tensor)
        if counts is not None:
            self._bear([tensor], birth)
        return counts

    def of(self, tensors: Iterable[Tensor]) -> Birth | None:
        """The earliest birth of elements that are not finite: of NaN, or where there are none, of infinities.

        None where all are finite. Raises CannotReplayError where the birth of one that is not was not seen.
        """
        found: list[tuple[bool, bool, bool, int]] = []
        for tensor in tensors:
            counts = count(tensor)
            if counts is None:
                continue
            number = self._of_storage.get(_key(tensor))
            if number is None:
                raise CannotReplayError("something not finite was made where operations cannot be looked at")
            birth = self._births[number]
            found.append((not counts.nan, birth.written, birth.may_be_later, number))
        return self._births[min(found)[-1]] if found else None

    @contextmanager
    def looking(self, before_write: Callable[[Tensor], None]) -> Iterator[None]:
        """Look at the ops that run inside. `before_write` is shown each tensor that one is about to change in place."""
        self._before_write = before_write
        # The frame that has the block: those around it are no part of the model.
        self._outermost = sys._getframe(2)
        original = nn.Module.__call__

        def call(module: nn.Module, *arguments: Any, **keywords: Any) -> Any:
            # Around a module's own hooks too, which forward hooks of all modules are not.
            caller = self._stack[-1].path if self._stack else ""
            self._stack.append(_Place(module, self.paths.path(module, caller), ""))
            try:
                return original(module, *arguments, **keywords)
            finally:
                self._stack.pop()

        nn.Module.__call__ = call  # type: ignore[method-assign]
        try:
            with OpMode(self._run):
                yield
        finally:
            nn.Module.__call__ = original  # type: ignore[method-assign]
            self._outermost = self._before_write = None
            self._stack.clear()

    def _run(self, op: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        facts = facts_of(op)
        if facts.ignored:
            return op(*arguments, **keywords)
        phase, place, node = self._place()
        without_values = facts.transparent or (facts.is_view and not facts.writes)
        if without_values or facts.name.startswith(_WITHOUT_VALUES):
            return op(*arguments, **keywords)
        with _QUIET():
            leaves = tree_leaves((arguments, keywords))
            inputs = _Inputs(facts, arguments, keywords)
            for tensor in inputs.written():
                if self._before_write is not None:
                    self._before_write(tensor)
            result = op(*arguments, **keywords)
            made = [leaf for leaf in (*tree_leaves(result), *inputs.written()) if isinstance(leaf, Tensor)]
            counted = [(tensor, count(tensor)) for tensor in made]
            bad = [(tensor, counts) for tensor, counts in counted if counts is not None]
            if not bad:
                for tensor in made:
                    self._forget(tensor)
                return result
            counts = Counts(*(sum(column) for column in zip(*(counts for _, counts in bad), strict=True)))
            cause = self._cause(facts, inputs, counts)
            if cause is not None:
                for tensor, _ in bad:
                    self._of_storage[_key(tensor)] = cause
                return result
            first, its_counts = bad[0]
            numbers = [leaf for leaf in leaves if isinstance(leaf, float) and not isfinite(leaf)]
            birth = Birth(
                phase,
                place.path,
                "" if place.module is None else class_name(place.module),
                facts.name,
                node,
                place.source,
                f"{inputs.shapes()} -> {', '.join(shape_text(tensor) for tensor in made[:_MOST_TENSORS])}",
                inputs.text(),
                its_counts.text(first.numel()),
                written=bool(numbers) and not counts.nan and not any(map(isnan, numbers)),
            )
            self._bear([tensor for tensor, _ in bad], birth)
        return result

    def _place(self) -> tuple[FailurePhase, _Place, str]:
        """What the op is a part of, where it is, and autograd's node that runs it."""
        node: Any = torch._C._current_autograd_node()
        line = source(self._outermost) or ""
        forward = node is None or torch.is_grad_enabled()
        if forward:
            top = self._stack[-1] if self._stack else _Place(None, "", "")
            place = top._replace(source=line)
            # The node that autograd made for this op, when it made one, is the latest.
            self._nodes.setdefault(torch._C._autograd._get_sequence_nr() - 1, place)
            return "forward" if node is None else "recompute", place, ""
        place = self._nodes.get(node._sequence_nr(), _Place(None, "", ""))
        # The user's own backward of a function has a line of its own.
        return "backward", place._replace(source=line or place.source), node.name()

    def _cause(self, facts: OpFacts, inputs: "_Inputs", counts: Counts) -> int | None:
        """The birth that an op with these results passes on; None: it gave birth."""
        bad = inputs.not_finite()
        births: list[tuple[int, Counts]] = []
        for tensor, its_counts in bad:
            number = self._of_storage.get(_key(tensor))
            births.append((self._foreign(tensor, its_counts) if number is None else number, its_counts))
        with_nan = [number for number, its_counts in births if its_counts.nan]
        sure = [number for number in with_nan if not self._births[number].may_be_later]
        infinite = [number for number, its_counts in births if not its_counts.nan]
        computed = [number for number in infinite if not self._births[number].written]
        if sure or not counts.nan:
            return min(sure or computed or infinite or with_nan, default=None)
        is_softmax = any(word in facts.name for word in _SOFTMAX)
        are_masks = all(not its.pos_inf and self._births[number].may_mask for number, its in births)
        if is_softmax and not with_nan and are_masks:
            return None
        return min(computed or with_nan, default=None)

    def _foreign(self, tensor: Tensor, counts: Counts) -> int:
        """The birth of a tensor that no op was seen to make."""
        what = f"a tensor that is no argument, weight or buffer has {counts.text(tensor.numel())}"
        place = self._stack[-1] if self._stack else _Place(None, "", "")
        kind = "" if place.module is None else class_name(place.module)
        birth = Birth("input", place.path, kind, what=what, written=not counts.nan)
        return self._bear([tensor], birth)

    def _bear(self, tensors: list[Tensor], birth: Birth) -> int:
        self._births.append(birth)
        for tensor in tensors:
            self._of_storage[_key(tensor)] = len(self._births) - 1
        return len(self._births) - 1

    def _forget(self, tensor: Tensor) -> None:
        """What is in the tensor's memory now is finite."""
        key = _key(tensor)
        if key in self._of_storage and (
            tensor.layout is not torch.strided
            or tensor.numel() * tensor.element_size() >= tensor.untyped_storage().nbytes()
        ):
            del self._of_storage[key]


class _Inputs:
    """The tensors that an op is called with, as they are before it runs."""

    def __init__(self, facts: OpFacts, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        names = facts.arguments
        named = [(names[idx] if idx < len(names) else str(idx), item) for idx, item in enumerate(arguments)]
        written = {name for _, name in facts.writes}
        self._written: list[Tensor] = []
        #: Its name, the tensor itself, and its values of before.
        self._tensors: list[tuple[str, Tensor, Tensor]] = []
        is_overwriting = facts.name.startswith(_OVERWRITING)
        for name, item in (*named, *keywords.items()):
            for leaf in tree_leaves(item):
                if isinstance(leaf, Tensor):
                    if name in written:
                        self._written.append(leaf)
                    if name not in written or not (is_overwriting or name == "out"):
                        self._tensors.append((name, leaf, leaf.clone() if name in written else leaf))

    def written(self) -> list[Tensor]:
        """The tensors that the op changed in place."""
        return self._written

    def not_finite(self) -> list[tuple[Tensor, Counts]]:
        """The tensors that are not finite."""
        counted = [(tensor, count(values)) for _, tensor, values in self._tensors]
        return [(tensor, counts) for tensor, counts in counted if counts is not None]

    def shapes(self) -> str:
        """As ``float32 [32, 64], int64 []``."""
        texts = [shape_text(tensor) for _, tensor, _ in self._tensors[:_MOST_TENSORS]]
        more = len(self._tensors) - _MOST_TENSORS
        return ", ".join([*texts, f"{more:,} more"] if more > 0 else texts) or "nothing"

    def text(self) -> str:
        """Whether they are finite, and their extremes."""
        described_ones = [f"{name} {described(values)}" for name, _, values in self._tensors if described(values)]
        if not described_ones:
            return "no values"
        head = "not all finite" if self.not_finite() else "finite"
        return f"{head}: {'; '.join(described_ones[:_MOST_TENSORS])}"


def _key(tensor: Tensor) -> int:
    """Equal for tensors that share memory."""
    return storage_key(tensor._values() if tensor.layout is torch.sparse_coo else tensor)
