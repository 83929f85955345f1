"""The two places where PyTorch lets others run what it was about to run: functions that are called, and their ops."""

from collections.abc import Callable
from typing import Any

from torch.nested._internal.nested_tensor import NestedTensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

#: Runs a function or an op with its arguments, positional and by name.
Run = Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]


class FunctionMode(TorchFunctionMode):
    """Gives `run` every function of PyTorch's that the user calls."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return self._run(func, args, kwargs or {})


class OpMode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Gives `run` every operation."""

    supports_higher_order_operators = True

    def __init__(self, run: Run) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._run = run

    @classmethod
    def ignore_compile_internals(cls) -> bool:
        """A compiled model stays compiled outside this forward."""
        return True

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled while this mode is active, and to say so again for every op takes as long as the op."""
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if NestedTensor in types:
            # Its ops run as ops on what it holds, and are recorded as those.
            return NotImplemented
        return self._run(func, args, kwargs or {})
