"""Calls of a model that `torch.compile` compiles, seen from outside: the model's own hooks are compiled with it."""

import weakref
from collections.abc import Callable
from typing import Any

from torch import nn

Begin = Callable[[nn.Module, tuple[Any, ...], dict[str, Any]], None]
End = Callable[[nn.Module, Any, Any], None]


class CompiledCalls:
    """Calls ``begin`` and ``end``, with the arguments of hooks, around each compiled call of ``model``, until `remove`.

    The model was compiled in place, or is what an `OptimizedModule` holds.
    """

    def __init__(self, model: nn.Module, begin: Begin, end: End) -> None:
        self._model = model
        self._begin, self._end = begin, end
        self._original = model._compiled_call_impl
        if self._original is not None:
            model._compiled_call_impl = self._around(self._original)
        _listen(model, self)

    def call(self, original: Callable[..., Any], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Call a function in place of the model."""
        self._begin(self._model, arguments, keywords)
        result = None
        try:
            result = original(*arguments, **keywords)
        finally:
            self._end(self._model, arguments, result)
        return result

    def remove(self) -> None:
        """Leave the model as it was."""
        if self._original is not None:
            self._model._compiled_call_impl = self._original
        _unlisten(self._model)

    def _around(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **keywords: Any) -> Any:
            return self.call(original, arguments, keywords)

        return call


#: By the model's id, which is its own for as long as there is a `CompiledCalls` of it.
_calls: weakref.WeakValueDictionary[int, CompiledCalls] = weakref.WeakValueDictionary()
_original: Callable[..., Any] | None = None


def _listen(model: nn.Module, calls: CompiledCalls) -> None:
    """See the calls of all modules that `torch.compile` returns, for as long as somebody listens."""
    global _original
    from torch._dynamo.eval_frame import OptimizedModule

    _calls[id(model)] = calls
    if _original is not None:
        return
    original = _original = OptimizedModule.__call__

    def call(module: Any, *arguments: Any, **keywords: Any) -> Any:
        known = _calls.get(id(module._orig_mod))
        if known is None:
            return original(module, *arguments, **keywords)
        return known.call(lambda *given, **named: original(module, *given, **named), arguments, keywords)

    OptimizedModule.__call__ = call  # type: ignore[assignment, method-assign]


def _unlisten(model: nn.Module) -> None:
    global _original
    from torch._dynamo.eval_frame import OptimizedModule

    _calls.pop(id(model), None)
    if not _calls and _original is not None:
        OptimizedModule.__call__ = _original  # type: ignore[method-assign]
        _original = None
