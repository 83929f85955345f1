"""The costs of a framework's ops as one table by their names, and the form that the names have in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cutaway.model.records import Op

#: Gives the multiply-accumulates of an op.
Formula = Callable[[Op], int]


@dataclass(frozen=True)
class OpTable:
    """The ops of a framework by their base names. An op that is in no table has an unknown cost.

    `zero` are all ops without multiply-accumulates; the `elementwise` ones and the `reductions` are among them.
    `counts_complex` are ops whose formula knows complex numbers. `look_ups` read of their first operand only what
    their output has.
    """

    formulas: Mapping[str, Formula]
    zero: frozenset[str] = frozenset()
    elementwise: frozenset[str] = frozenset()
    reductions: frozenset[str] = frozenset()
    counts_complex: frozenset[str] = frozenset()
    look_ups: frozenset[str] = frozenset()

    def __or__(self, other: "OpTable") -> "OpTable":
        """The ops of both."""
        return OpTable(
            formulas={**self.formulas, **other.formulas},
            zero=self.zero | other.zero,
            elementwise=self.elementwise | other.elementwise,
            reductions=self.reductions | other.reductions,
            counts_complex=self.counts_complex | other.counts_complex,
            look_ups=self.look_ups | other.look_ups,
        )


def named(namespace: str, names: str) -> frozenset[str]:
    """The ops of a namespace by the words of a text."""
    return frozenset(f"{namespace}.{name}" for name in names.split())


def base_name(name: str) -> str:
    """The name without its overload and the underscore of in-place ops: aten.add_.Tensor is aten.add."""
    namespace, dot, rest = name.partition(".")
    if not dot:
        return name
    packet = rest.partition(".")[0]
    if not packet.startswith("__"):
        packet = packet.rstrip("_")
    return f"{namespace}.{packet}"
