"""Hooks of a watch: an exception in one ends the watch, never the training; of a watch that is gone they do nothing.

PyTorch holds hooks for as long as nobody removes them. They do not hold the watch, so that one whose writer and handle
are forgotten goes, and takes its hooks along.
"""

import weakref
from collections.abc import Callable
from typing import Any, Protocol

import torch

from cutaway.record.watch.report import NonFiniteError


class Guard(Protocol):
    """Whose hooks they are."""

    @property
    def is_closed(self) -> bool:
        """Whether hooks have nothing to do any more."""

    def fail(self, error: Exception) -> None:
        """A hook has raised."""


def guarded(guard: Guard, hook: Callable[..., Any]) -> Callable[..., Any]:
    """A hook that calls another one: a method of ``guard``, or a function that does not hold it."""
    owner = weakref.ref(guard)
    is_own = getattr(hook, "__self__", None) is guard
    # A method of the guard holds it.
    own = weakref.WeakMethod(hook) if is_own else None
    other = None if is_own else hook

    def called(*arguments: Any) -> Any:
        # What is traced for a compiler would be the hook's own code.
        if torch.compiler.is_compiling():
            return None
        guard, hook = owner(), other if own is None else own()
        if guard is None or hook is None or guard.is_closed:
            return None
        try:
            return hook(*arguments)
        except NonFiniteError:
            raise
        except Exception as error:
            guard.fail(error)
        return None

    return called
