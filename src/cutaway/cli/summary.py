"""``cutaway summary``: the table of a model that lives in the user's code."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from cutaway.cli.errors import UsageError
from cutaway.cli.targets import INPUT_HELP, LETTERS_HELP, TARGET_HELP, TRUST_HELP, letters_in, load_model, parse_inputs
from cutaway.model.columns import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cutaway.model.capture_options import CaptureOptions
    from cutaway.model.inputs import ForwardInputs
    from cutaway.model.result import ModelSummary
    from cutaway.model.view import TableView

NARROWEST = 60
#: And the method of a summary that makes it.
FORMATS = {"text": "to_text", "markdown": "to_markdown", "html": "to_html", "json": "to_json", "csv": "to_csv"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway summary``."""
    parser.add_argument(
        "target",
        metavar="TARGET",
        help=TARGET_HELP,
    )
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        dest="inputs",
        metavar="[NAME=]SIZES[:DTYPE]",
        help=INPUT_HELP + LETTERS_HELP,
    )
    parser.add_argument("--size", action="append", default=[], metavar="B=N", help="what a letter is for the numbers")
    parser.add_argument("--batch", type=_positive, metavar="N", help="the size of the first dimension of every input")
    parser.add_argument("--dtype", metavar="DTYPE", help="of the inputs that have none of their own")
    modes = parser.add_mutually_exclusive_group()
    modes.add_argument("--train", action="store_true", help="a training step: in training mode, with the backward")
    modes.add_argument("--eval", action="store_true", help="inference: in evaluation mode, without gradients")
    parser.add_argument("--optimizer", metavar="NAME", help="whose state and step are a part of it, as adamw")
    parser.add_argument("--fit", metavar="SIZE", help="find the largest batch of such a step that fits, as in 24GB")
    parser.add_argument("--weights", metavar="DTYPE", help="floating-point weights and inputs as if of this dtype")
    parser.add_argument("--profile", action="store_true", help="time every call, by running the forward for real")
    parser.add_argument("--trust", action="store_true", help=TRUST_HELP)
    parser.add_argument("--depth", type=_depth, default=None, metavar="N", help="levels to show (default: all)")
    parser.add_argument("--columns", metavar="A,B,…", help=f"from {', '.join(COLUMNS)}")
    parser.add_argument("--sort-by", metavar="COLUMN", help="sort rows within each row, largest first")
    parser.add_argument("--filter", metavar="PATTERN", help="only rows with such a path, as *attn*")
    parser.add_argument("--cost", metavar="COLUMN", help="what the share is of (default: macs)")
    parser.add_argument("--no-fold", action="store_true", help="show repeated blocks and calls one by one")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--width", type=_width, default=None, metavar="N", help="characters (default: the terminal's)")


def run(arguments: argparse.Namespace) -> int:
    """Print the table; a forward that fails is an error behind the table up to the failing layer."""
    from cutaway.model.summary import make_options
    from cutaway.model.values_text import byte_count
    from cutaway.model.view import make_view

    letters = letters_in(arguments.inputs)
    sizes = _sizes(arguments.size, letters)
    parse_inputs(arguments.inputs, arguments.batch, arguments.dtype, sizes)
    if letters and (arguments.profile or arguments.fit):
        raise UsageError(f"--{'profile' if arguments.profile else 'fit'} needs numbers for the letters of --input")
    try:
        view = make_view(
            columns=arguments.columns,
            depth=arguments.depth,
            sort_by=arguments.sort_by,
            filter=arguments.filter,
            cost=arguments.cost,
            fold=not arguments.no_fold,
            picture=arguments.train or arguments.eval or arguments.optimizer is not None,
        )
        train = True if arguments.train or arguments.optimizer else False if arguments.eval else None
        limit = None if arguments.fit is None else byte_count(arguments.fit, "fit")
        options = make_options(train=train, dtype=arguments.weights, optimizer=arguments.optimizer)
    except ValueError as error:
        text = str(error).replace("sort_by", "sort-by", 1)
        raise UsageError(f"--{text.replace('dtype is', 'weights is', 1)}") from None
    model = load_model(arguments.target)
    from cutaway.model.render.text import print_text
    from cutaway.model.result import failure_message

    result, failed = _captured(arguments, model, view, options, sizes)
    if arguments.format == "text":
        print_text(result, view, arguments.width)
    else:
        print(getattr(result, FORMATS[arguments.format])().rstrip())
    if failed is not None:
        sys.stdout.flush()
        raise UsageError(failure_message(result)) from failed
    if limit is not None:
        print(_fit(model, parse_inputs(arguments.inputs, arguments.batch, arguments.dtype), options, limit))
    return 0


def _captured(
    arguments: argparse.Namespace, model: Any, view: "TableView", options: "CaptureOptions", sizes: dict[str, int]
) -> "tuple[ModelSummary, Exception | None]":
    """The summary, with formulas where there are letters, and the exception that ended the forward."""
    from cutaway.model.formulas import with_formulas
    from cutaway.model.result import ForwardError
    from cutaway.model.summary import USUAL_RUNS, summarise_or_raise, summarise_partial

    def inputs(at: "Mapping[str, int]") -> "ForwardInputs":
        return parse_inputs(arguments.inputs, arguments.batch, arguments.dtype, at)

    try:
        if sizes:
            return with_formulas(
                lambda at: summarise_or_raise(model, inputs(at), view, options, trust=arguments.trust),
                list(sizes),
                sizes,
            ), None
        runs = USUAL_RUNS if arguments.profile else 0
        return summarise_partial(model, inputs({}), view, options, runs=runs, trust=arguments.trust)
    except ForwardError as error:
        return error.summary, error
    except ValueError as error:
        flag = "--" if str(error).startswith(("optimizer ", "profile ")) else ""
        raise UsageError(f"{flag}{error}") from None


def _sizes(texts: list[str], letters: list[str]) -> dict[str, int]:
    """The sizes that ``--size`` gives to letters; every other letter has its usual size."""
    from cutaway.model.formulas import USUAL_SIZE

    sizes = dict.fromkeys(letters, USUAL_SIZE)
    for text in texts:
        letter, _, number = text.partition("=")
        if letter not in sizes or not number.isdecimal() or not int(number):
            raise UsageError(f"--size {text}: a letter of --input and a number from 1 are expected, as in B=8")
        sizes[letter] = int(number)
    return sizes


def _fit(model: Any, inputs: "ForwardInputs", options: "CaptureOptions", limit: int) -> str:
    from cutaway.model.largest_batch import fit_batch
    from cutaway.model.result import ForwardError

    try:
        return f"{'Largest':<13}{fit_batch(model, inputs, options, limit)}"
    except (ForwardError, ValueError) as error:
        raise UsageError(f"--fit: {error}") from error


def _depth(text: str) -> int:
    return _at_least(text, 0)


def _positive(text: str) -> int:
    return _at_least(text, 1)


def _width(text: str) -> int:
    return _at_least(text, NARROWEST)


def _at_least(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if number < least:
        raise argparse.ArgumentTypeError(f"a whole number from {least} is expected, not {text!r}")
    return number
