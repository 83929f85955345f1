"""See inside neural networks: model summaries, training records, and one live view of both.

The public names are loaded when they are first used, so that ``import cutaway`` costs a training script next to
nothing: it imports neither torch nor the server.
"""

from cutaway.version import __version__

#: As in `typing`, which takes as long to import as Python takes to start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from cutaway.logs.logs import Logs
    from cutaway.logs.logs import open_logs as open  # noqa: A004
    from cutaway.model.costs.flops import register_macs
    from cutaway.model.diff import diff
    from cutaway.model.graph.result import ModelGraph
    from cutaway.model.graph.show import graph
    from cutaway.model.largest_batch import largest_batch
    from cutaway.model.result import ModelSummary
    from cutaway.model.summary import summary
    from cutaway.record.summary_writer import SummaryWriter
    from cutaway.record.watch.report import NonFiniteError
    from cutaway.server.launch import launch

__all__ = [
    "Logs",
    "ModelGraph",
    "ModelSummary",
    "NonFiniteError",
    "SummaryWriter",
    "__version__",
    "diff",
    "graph",
    "largest_batch",
    "launch",
    "open",
    "register_macs",
    "summary",
]

#: Where each name lives, and what it is called there.
_HOMES = {
    "Logs": ("cutaway.logs.logs", "Logs"),
    "diff": ("cutaway.model.diff", "diff"),
    "graph": ("cutaway.model.graph.show", "graph"),
    "launch": ("cutaway.server.launch", "launch"),
    "largest_batch": ("cutaway.model.largest_batch", "largest_batch"),
    "ModelGraph": ("cutaway.model.graph.result", "ModelGraph"),
    "ModelSummary": ("cutaway.model.result", "ModelSummary"),
    "NonFiniteError": ("cutaway.record.watch.report", "NonFiniteError"),
    "register_macs": ("cutaway.model.costs.flops", "register_macs"),
    "SummaryWriter": ("cutaway.record.summary_writer", "SummaryWriter"),
    "open": ("cutaway.logs.logs", "open_logs"),
    "summary": ("cutaway.model.summary", "summary"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'cutaway' has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _HOMES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
