"""Record a model's next real forward, and the backward behind it, as training runs them.

What the model computes and returns is what it would be without. The hooks are gone after that one forward, the
function that starts a backward is put back after that one backward, and tensors are known by weak reference only.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import torch
from torch import nn

from cutaway.model.capture.torch.capture import build_trace, unwrapped
from cutaway.model.capture.torch.forward import Run
from cutaway.model.capture.torch.paths import ModulePaths
from cutaway.model.capture.torch.protect import framework_flags
from cutaway.model.capture.torch.recorder import Recorder
from cutaway.model.capture.torch.values import named_tensors
from cutaway.model.trace import Trace

_NOT_YET = "no backward was run before the next forward"


class NextStep:
    """Waits for the next forward of `model`, and gives its trace to `done` when the backward behind it is over.

    Where no output takes a gradient that is at once, and where no backward comes, at the next forward or at `finish`.
    A forward that raises is not it.
    """

    def __init__(self, model: nn.Module, done: Callable[[Trace], None]) -> None:
        self._model = unwrapped(model)
        self._done = done
        self._stack = ExitStack()
        self._run: Run | None = None
        self._recording = False
        self._raising: BaseException | None = None
        self._original_backward: Any = None
        self._handles = [self._model.register_forward_pre_hook(self._begin, prepend=True, with_kwargs=True)]

    def finish(self) -> None:
        """Give up waiting: what was recorded is done, and nothing of this is left in the model."""
        self._unhook()
        self._unwatch()
        run, self._run = self._run, None
        if run is not None:
            run.backward = _NOT_YET if run.backward is None else run.backward
            self._done(build_trace(self._model, run, "real", "recorded in a real step"))

    def _begin(self, module: nn.Module, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        if self._recording or torch.compiler.is_compiling():
            return
        if self._run is not None:
            self.finish()
            return
        recorder = Recorder(ModulePaths(module))
        recorder.given(arguments, keywords)
        self._raising = sys.exc_info()[1]
        self._handles.append(module.register_forward_hook(self._end, always_call=True))
        self._stack.enter_context(framework_flags())
        self._stack.enter_context(recorder.recording(measure=torch.is_grad_enabled()))
        recorder.enter(module, arguments, keywords)
        self._run = Run(self._model, recorder)
        self._recording = True

    def _end(self, module: nn.Module, arguments: Any, result: Any) -> None:
        run = self._run
        if run is None:
            return
        failed = sys.exc_info()[1] is not self._raising
        if not failed:
            run.recorder.leave(result)
        self._stack.close()
        self._recording = False
        if failed:
            # Wait for one that works.
            self._run = None
            self._handles.pop().remove()
            return
        self._handles.pop().remove()
        if any(tensor.requires_grad for tensor in _tensors(result)):
            self._watch(run)
        else:
            run.backward = "no output takes a gradient"
            self.finish()

    def _watch(self, run: Run) -> None:
        """Record the next backward of this process: there is no other place where its ops can be seen."""
        original = self._original_backward = torch.autograd.backward

        def backward(*arguments: Any, **keywords: Any) -> None:
            self._unwatch()
            with run.recorder.recording(measure=False):
                original(*arguments, **keywords)
            run.backward = ""
            self.finish()

        torch.autograd.backward = backward

    def _unwatch(self) -> None:
        if self._original_backward is not None:
            torch.autograd.backward = self._original_backward
            self._original_backward = None

    def _unhook(self) -> None:
        while self._handles:
            self._handles.pop().remove()


def _tensors(result: Any) -> list[torch.Tensor]:
    return [tensor for _, tensor in named_tensors((result,), {})]
