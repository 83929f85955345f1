"""What PyTorch's schemas say of an op: names, arguments, what it writes and what its outputs share memory with."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class _Schema:
    name: str
    arguments: tuple[str, ...] = ()
    aliases: tuple[str | None, ...] = ()
    writes: tuple[tuple[int, str], ...] = ()


class OpNames:
    """A cache: schemas are slow to read and a model runs the same few ops over and over."""

    def __init__(self) -> None:
        self._known: dict[Any, _Schema] = {}

    def name(self, op: Any) -> str:
        """As ``aten.addmm.default``."""
        return self._of(op).name

    def arguments(self, op: Any) -> tuple[str, ...]:
        """The names of the positional arguments; none for a higher-order op, which has no schema."""
        return self._of(op).arguments

    def aliases(self, op: Any) -> tuple[str | None, ...]:
        """For each output, the argument whose memory it shares."""
        return self._of(op).aliases

    def writes(self, op: Any) -> tuple[tuple[int, str], ...]:
        """Position and name of the arguments that the op changes in place."""
        return self._of(op).writes

    def _of(self, op: Any) -> _Schema:
        known = self._known.get(op)
        if known is None:
            known = self._known[op] = _read(op)
        return known


def _read(op: Any) -> _Schema:
    schema = getattr(op, "_schema", None)
    if schema is None:
        return _Schema(str(op))
    owners = {
        alias: argument.name
        for argument in schema.arguments
        if argument.alias_info is not None
        for alias in argument.alias_info.before_set
    }
    return _Schema(
        name=str(op),
        arguments=tuple(argument.name for argument in schema.arguments),
        aliases=tuple(
            next((owners[alias] for alias in result.alias_info.before_set if alias in owners), None)
            if result.alias_info is not None
            else None
            for result in schema.returns
        ),
        writes=tuple(
            (idx, argument.name)
            for idx, argument in enumerate(schema.arguments)
            if argument.alias_info is not None and argument.alias_info.is_write
        ),
    )
