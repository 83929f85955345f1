"""``cutaway graph``: the graph of a model as a picture or as data, without a browser."""

import argparse
import sys
from pathlib import Path

from cutaway.cli.errors import UsageError
from cutaway.cli.targets import INPUT_HELP, TARGET_HELP, TRUST_HELP

PHASES = ("forward", "backward", "both")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway graph``."""
    parser.add_argument(
        "target",
        metavar="TARGET",
        help=f"{TARGET_HELP}, .json of Keras, .pb, .pbtxt; a folder with a saved_model.pb; or a log: a directory with "
        "event files below it, or one event file",
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=Path, required=True, help="a file that ends with .svg, .html or .json"
    )
    parser.add_argument(
        "--input", action="append", default=[], dest="inputs", metavar="[NAME=]SIZES[:DTYPE]", help=INPUT_HELP
    )
    parser.add_argument("--batch", type=int, metavar="N", help="the size of the first dimension of every input")
    parser.add_argument("--dtype", metavar="DTYPE", help="of the inputs that have none of their own")
    parser.add_argument("--weights", metavar="DTYPE", help="floating-point weights and inputs as if of this dtype")
    parser.add_argument("--trust", action="store_true", help=TRUST_HELP)
    parser.add_argument("--run", metavar="PATTERN", help="of a log: the run, as 'lr=*'")
    parser.add_argument(
        "--graph", metavar="NAME", help="of a log: the graph's title, its tag, or the digits that are printed"
    )
    parser.add_argument("--phase", choices=PHASES, default="forward", help="default: forward")
    parser.add_argument("--depth", type=int, metavar="N", help="levels of boxes (default: as many as can be read)")
    parser.add_argument(
        "--open",
        action="append",
        default=[],
        metavar="PATTERN",
        help="open these groups instead, as 'layers.0' or '*'; may be repeated",
    )
    parser.add_argument("--cost", metavar="NAME", help="the number and the bar in each box, as parameters or macs")
    parser.add_argument("--no-fold", action="store_true", help="draw repeated blocks one by one")


def run(arguments: argparse.Namespace) -> int:
    """Write the file; a forward that fails is an error behind the graph up to the failing layer."""
    from cutaway.cli.graph_targets import graph_of_target
    from cutaway.model.graph.result import make_view, writer_of
    from cutaway.store.neutral_text import for_terminal

    try:
        view = make_view(arguments.depth, arguments.open, fold=not arguments.no_fold, cost=arguments.cost)
        writer = writer_of(arguments.output)
    except ValueError as error:
        raise UsageError(_flag(str(error))) from None
    found, about, failed = graph_of_target(arguments, view)
    try:
        text = writer(found)
    except ValueError as error:
        raise UsageError(f"--{error}") from None
    except RuntimeError as error:
        raise UsageError(str(error)) from None
    try:
        arguments.output.write_text(text, "utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{arguments.output} cannot be written: {(error.strerror or str(error)).lower()}") from None
    print("\n".join(for_terminal(line) for line in [f"{arguments.output}: {about[0]}", *about[1:]]))
    if failed is not None:
        sys.stdout.flush()
        raise UsageError(failed)
    return 0


def _flag(text: str) -> str:
    return f"--{text}" if text.startswith(("depth", "open", "cost")) else f"--output {text}"
