"""``cutaway diff``: what is different between two models, or a checkpoint and a model."""

import argparse
import json

from cutaway.cli.errors import UsageError
from cutaway.cli.targets import INPUT_HELP, TARGET_HELP, TRUST_HELP, load_model, parse_inputs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway diff``."""
    parser.add_argument("before", metavar="BEFORE", help=TARGET_HELP)
    parser.add_argument("after", metavar="AFTER", help="the same")
    parser.add_argument(
        "--input", action="append", default=[], dest="inputs", metavar="[NAME=]SIZES[:DTYPE]", help=INPUT_HELP
    )
    parser.add_argument("--batch", type=int, metavar="N", help="the size of the first dimension of every input")
    parser.add_argument("--dtype", metavar="DTYPE", help="of the inputs that have none of their own")
    parser.add_argument("--trust", action="store_true", help=TRUST_HELP)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")
    parser.add_argument("--width", type=int, default=None, metavar="N", help="characters (default: the terminal's)")


def run(arguments: argparse.Namespace) -> int:
    """Print the differences. The exit status is 1 where there are some, as that of ``diff`` is."""
    inputs = parse_inputs(arguments.inputs, arguments.batch, arguments.dtype)
    models = [load_model(target) for target in (arguments.before, arguments.after)]
    from cutaway.model.diff import compare
    from cutaway.model.diff.text import print_differences
    from cutaway.model.result import failure_message
    from cutaway.model.summary import summarise_partial

    summaries = []
    for target, model in zip((arguments.before, arguments.after), models, strict=True):
        try:
            summary, failed = summarise_partial(model, inputs, trust=arguments.trust)
        except ValueError as error:
            raise UsageError(str(error)) from error
        if failed is not None:
            raise UsageError(f"{target}: {failure_message(summary)}") from failed
        summaries.append(summary)
    found = compare(*summaries)
    if arguments.format == "json":
        print(json.dumps(found.to_dict(), ensure_ascii=False))
    else:
        print_differences(found.to_text(arguments.width))
    return 1 if found else 0
