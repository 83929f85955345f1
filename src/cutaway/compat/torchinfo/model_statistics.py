"""The result of torchinfo's `summary`."""

from typing import Any

from cutaway.compat.torchinfo.enums import Units
from cutaway.compat.torchinfo.formatting import CONVERSION_FACTORS, FormattingOptions
from cutaway.compat.torchinfo.layer_info import LayerInfo
from cutaway.model.result import ModelSummary


class ModelStatistics:
    """Layers and totals. `summary` is the result of `cutaway.summary` that they were read from.

    `total_output_bytes` is what autograd keeps for the backward pass, as measured; torchinfo has twice the outputs of
    the layers with parameters.
    """

    def __init__(
        self,
        summary_list: list[LayerInfo],
        input_size: Any,
        total_input_size: int,
        formatting: FormattingOptions,
        summary: ModelSummary,
    ) -> None:
        self.summary_list = summary_list
        self.input_size = input_size
        self.total_input = total_input_size
        self.formatting = formatting
        self.summary = summary
        root, totals = summary_list[0], summary.totals
        self.total_mult_adds = totals.macs
        self.total_params = root.num_params
        self.trainable_params = root.trainable_params
        self.total_param_bytes = root.param_bytes
        self.total_output_bytes = totals.saved_bytes or 0
        formatting.set_layer_name_width(summary_list)

    def __repr__(self) -> str:
        form, number = self.formatting, self.format_output_num
        divider = "=" * form.get_total_width()
        counts = (
            ("Total params", self.total_params),
            ("Trainable params", self.trainable_params),
            ("Non-trainable params", self.total_params - self.trainable_params),
        )
        lines = [divider, form.header_row().rstrip("\n"), divider]
        lines += form.layers_to_str(self.summary_list, self.total_params).splitlines()
        lines += [divider, *(name + number(count, form.params_count_units, False) for name, count in counts)]
        if self.input_size:
            parts = self.total_input, self.total_output_bytes, self.total_param_bytes
            names = "Input size", "Forward/backward pass size", "Params size", "Estimated Total Size"
            lines += [f"Total mult-adds{number(self.total_mult_adds, form.macs_units, False)}", divider]
            for name, size in zip(names, (*parts, sum(parts)), strict=True):
                lines.append(name + number(size, form.params_size_units, True))
        return "\n".join([*lines, divider])

    @staticmethod
    def float_to_megabytes(num: int) -> float:
        """Megabytes of so many numbers of four bytes."""
        return num * 4 / 1e6

    @staticmethod
    def to_megabytes(num: int) -> float:
        """Bytes as megabytes."""
        return num / 1e6

    @staticmethod
    def to_readable(num: float, units: Units = Units.AUTO) -> tuple[Units, float]:
        """The number in these units, or in the largest of which there is one."""
        if units == Units.AUTO:
            units = next((each for each, factor in CONVERSION_FACTORS.items() if num >= factor), Units.NONE)
        return units, num / CONVERSION_FACTORS[units]

    @staticmethod
    def format_output_num(num: int, units: Units, is_bytes: bool = False) -> str:
        """`` (M): 1.25``; whole numbers without a point."""
        used, converted = ModelStatistics.to_readable(num, units)
        unit = f"{used.value}B" if is_bytes else used.value
        text = f"{int(converted):,}" if float(converted).is_integer() else f"{converted:,.2f}"
        return f"{f' ({unit})' if unit else ''}: {text}"
