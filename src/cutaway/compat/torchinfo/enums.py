"""The words that torchinfo's arguments are made of."""

from enum import IntEnum, StrEnum


class Mode(StrEnum):
    """The training mode of the forward."""

    TRAIN = "train"
    EVAL = "eval"
    SAME = "same"


class RowSettings(StrEnum):
    """The settings of a row."""

    DEPTH = "depth"
    VAR_NAMES = "var_names"
    ASCII_ONLY = "ascii_only"
    HIDE_RECURSIVE_LAYERS = "hide_recursive_layers"


class ColumnSettings(StrEnum):
    """The columns, in the order in which torchinfo lists them."""

    KERNEL_SIZE = "kernel_size"
    GROUPS = "groups"
    INPUT_SIZE = "input_size"
    OUTPUT_SIZE = "output_size"
    NUM_PARAMS = "num_params"
    PARAMS_PERCENT = "params_percent"
    MULT_ADDS = "mult_adds"
    TRAINABLE = "trainable"


class Units(StrEnum):
    """Decimal prefixes."""

    AUTO = "auto"
    KILOBYTES = "k"
    MEGABYTES = "M"
    GIGABYTES = "G"
    TERABYTES = "T"
    NONE = ""


class Verbosity(IntEnum):
    """How much is printed: nothing, the table, the table with a line for each parameter."""

    QUIET, DEFAULT, VERBOSE = 0, 1, 2
