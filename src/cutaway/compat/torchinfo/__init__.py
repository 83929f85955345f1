"""torchinfo's names for `cutaway.summary`: replace ``import torchinfo`` by ``from cutaway.compat import torchinfo``.

The same arguments, checks, attributes and table, with the right numbers: where they differ, and why, stands in the
documentation. The model is left as it was.
"""

from cutaway.compat.torchinfo.enums import ColumnSettings, Mode, RowSettings, Units, Verbosity
from cutaway.compat.torchinfo.layer_info import LayerInfo
from cutaway.compat.torchinfo.model_statistics import ModelStatistics
from cutaway.compat.torchinfo.torchinfo import clear_cached_forward_pass, summary

__all__ = (
    "ColumnSettings",
    "LayerInfo",
    "Mode",
    "ModelStatistics",
    "RowSettings",
    "Units",
    "Verbosity",
    "clear_cached_forward_pass",
    "summary",
)
