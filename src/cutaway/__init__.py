"""See inside neural networks: model summaries, training records, and one live view of both.

The public names are loaded when they are first used, so that ``import cutaway`` costs a training script next to
nothing: it imports neither torch nor the server.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cutaway.model.summary import ModelSummary, summary
    from cutaway.record.summary_writer import SummaryWriter

__version__ = "0.1.0"

__all__ = ["ModelSummary", "SummaryWriter", "__version__", "summary"]

_HOMES = {
    "ModelSummary": "cutaway.model.summary",
    "SummaryWriter": "cutaway.record.summary_writer",
    "summary": "cutaway.model.summary",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'cutaway' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
