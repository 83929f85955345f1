"""How torchinfo's table looks."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from cutaway.compat.torchinfo.enums import ColumnSettings, RowSettings, Units, Verbosity
from cutaway.compat.torchinfo.layer_info import LayerInfo

HEADER_TITLES = {
    ColumnSettings.KERNEL_SIZE: "Kernel Shape",
    ColumnSettings.GROUPS: "Groups",
    ColumnSettings.INPUT_SIZE: "Input Shape",
    ColumnSettings.OUTPUT_SIZE: "Output Shape",
    ColumnSettings.NUM_PARAMS: "Param #",
    ColumnSettings.PARAMS_PERCENT: "Param %",
    ColumnSettings.MULT_ADDS: "Mult-Adds",
    ColumnSettings.TRAINABLE: "Trainable",
}
CONVERSION_FACTORS = {
    Units.TERABYTES: 1e12,
    Units.GIGABYTES: 1e9,
    Units.MEGABYTES: 1e6,
    Units.KILOBYTES: 1e3,
    Units.NONE: 1,
}
_INDENT = 5
_NAME_WIDTH = 40


class FormattingOptions:
    """The settings of a table. Units can be set on the result, and show at its next printing."""

    def __init__(
        self,
        max_depth: int,
        verbose: int,
        col_names: tuple[ColumnSettings, ...],
        col_width: int,
        row_settings: set[RowSettings],
    ) -> None:
        self.max_depth = max_depth
        self.verbose = verbose
        self.col_names = col_names
        self.col_width = col_width
        self.row_settings = row_settings
        self.params_count_units = Units.NONE
        self.params_size_units = Units.AUTO
        self.macs_units = Units.AUTO
        self.layer_name_width = _NAME_WIDTH
        self.ascii_only = RowSettings.ASCII_ONLY in row_settings
        self.show_var_name = RowSettings.VAR_NAMES in row_settings
        self.show_depth = RowSettings.DEPTH in row_settings
        self.hide_recursive_layers = RowSettings.HIDE_RECURSIVE_LAYERS in row_settings

    @property
    def params_units(self) -> Units:
        """The name that `params_count_units` had in torchinfo 1.8."""
        return self.params_count_units

    @params_units.setter
    def params_units(self, units: Units) -> None:
        self.params_count_units = units

    def get_start_str(self, depth: int) -> str:
        """The drawing before a name."""
        if not depth:
            return ""
        if depth == 1:
            return "+ " if self.ascii_only else "├─"
        return ("|    " if self.ascii_only else "│    ") * (depth - 1) + ("+ " if self.ascii_only else "└─")

    def set_layer_name_width(self, summary_list: Sequence[LayerInfo]) -> None:
        """A width for the longest name, in steps."""
        longest = max(
            (
                len(layer.get_layer_name(self.show_var_name, self.show_depth)) + layer.depth * _INDENT + 1
                for layer in summary_list
            ),
            default=0,
        )
        if longest >= self.layer_name_width:
            self.layer_name_width = ceil(longest / _INDENT) * _INDENT

    def get_total_width(self) -> int:
        """The length of the dividers."""
        return len(self.col_names) * self.col_width + self.layer_name_width

    def format_row(self, layer_name: str, row_values: Mapping[ColumnSettings, Any]) -> str:
        """One line."""
        cells = "".join(f"{row_values.get(name, ''):<{self.col_width}} " for name in self.col_names)
        return f"{layer_name:<{self.layer_name_width}} {cells}".rstrip() + "\n"

    def header_row(self) -> str:
        """The first line."""
        name = f"Layer (type{' (var_name)' if self.show_var_name else ''}{':depth-idx' if self.show_depth else ''})"
        return self.format_row(name, HEADER_TITLES)

    def layer_info_to_row(self, layer_info: LayerInfo, reached_max_depth: bool, total_params: int) -> str:
        """The line of a layer, and those of its parameters when that much is wanted."""
        values = {
            ColumnSettings.KERNEL_SIZE: _text(layer_info.kernel_size),
            ColumnSettings.GROUPS: _text(layer_info.groups),
            ColumnSettings.INPUT_SIZE: _text(layer_info.input_size),
            ColumnSettings.OUTPUT_SIZE: _text(layer_info.output_size),
            ColumnSettings.NUM_PARAMS: layer_info.num_params_to_str(reached_max_depth),
            ColumnSettings.PARAMS_PERCENT: layer_info.params_percent(total_params, reached_max_depth),
            ColumnSettings.MULT_ADDS: layer_info.macs_to_str(reached_max_depth),
            ColumnSettings.TRAINABLE: layer_info.trainable,
        }
        name = layer_info.get_layer_name(self.show_var_name, self.show_depth)
        text = self.format_row(self.get_start_str(layer_info.depth) + name, values)
        if self.verbose == Verbosity.VERBOSE:
            prefix = self.get_start_str(layer_info.depth + 1)
            text += "".join(self.format_row(prefix + name, cells) for name, cells in layer_info.inner_layers.items())
        return text

    def layers_to_str(self, summary_list: Sequence[LayerInfo], total_params: int) -> str:
        """All lines."""
        return "".join(
            self.layer_info_to_row(layer, layer.depth == self.max_depth, total_params)
            for layer in summary_list
            if layer.depth <= self.max_depth and not (self.hide_recursive_layers and layer.is_recursive)
        )


def _text(value: Any) -> str:
    return str(value) if value else "--"
