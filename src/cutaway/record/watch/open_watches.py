"""The watches of this process that are open: a model has one."""

import weakref
from typing import Protocol

from torch import nn

from cutaway.record.watch.trouble import say


class OpenWatch(Protocol):
    """What can be ended."""

    @property
    def is_closed(self) -> bool:
        """Whether it has been."""

    def close(self) -> None:
        """End it."""


_watches: weakref.WeakKeyDictionary[nn.Module, "weakref.ref[OpenWatch]"] = weakref.WeakKeyDictionary()


def opened(model: nn.Module, watch: OpenWatch) -> None:
    """A watch of the model begins."""
    _watches[model] = weakref.ref(watch)


def ended(model: nn.Module, watch: OpenWatch) -> None:
    """A watch of the model is over."""
    known = _watches.get(model)
    if known is not None and known() is watch:
        del _watches[model]


def end_the_one_before(model: nn.Module) -> None:
    """Close the watch that the model has, with a warning."""
    known = _watches.get(model)
    before = known() if known is not None else None
    if before is not None and not before.is_closed:
        before.close()
        say(f"the model was watched already: the watch of {type(model).__name__} before this one has ended")
