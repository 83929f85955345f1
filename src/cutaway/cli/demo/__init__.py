"""``cutaway demo``: train a small real network three times, with everything logged, and watch it live."""

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from cutaway.cli.errors import UsageError
from cutaway.events.local_path import local_path

if TYPE_CHECKING:
    from rich.progress import Progress

DEFAULT_LOGDIR = "cutaway-demo"
DEFAULT_STEPS = 1500
MOST_STEPS = 10_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway demo``."""
    parser.add_argument(
        "--logdir",
        metavar="DIR",
        default=DEFAULT_LOGDIR,
        help="where the three runs are written (default: ./%(default)s); runs that are there stay",
    )
    parser.add_argument(
        "--steps",
        type=_steps,
        default=DEFAULT_STEPS,
        metavar="N",
        help="training steps of each run (default: %(default)s)",
    )
    parser.add_argument("--no-serve", action="store_true", help="train only, without the viewer")
    parser.add_argument("--no-browser", action="store_true", help="print the viewer's URL without opening a browser")
    parser.add_argument(
        "--port", type=int, default=None, help="the viewer's port (default: the last one, 6006, or the next free one)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the model summary and the viewer's URL, train, and serve until Ctrl-C."""
    try:
        logdir = local_path(arguments.logdir, "--logdir")
    except ValueError as error:
        raise UsageError(str(error)) from None
    if logdir.exists() and not logdir.is_dir():
        raise UsageError(f"--logdir {arguments.logdir} is a file; a directory is expected")
    try:
        from cutaway.cli.demo import training
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the demo needs {error.name}: pip install torch scikit-learn "
            "(a CPU build of torch is enough, and much smaller)"
        ) from None
    from cutaway.model.summary import summary

    summary(training.DigitNet(), input_size=training.INPUT_SIZE)
    with ExitStack() as stack:
        viewer = None
        if not arguments.no_serve:
            from cutaway.cli.view import open_viewer

            viewer = stack.enter_context(
                open_viewer(arguments.logdir, port=arguments.port, browser=not arguments.no_browser)
            )
        _train(logdir, arguments.logdir, arguments.steps)
        if viewer is not None:
            print("the viewer stays until Ctrl-C", flush=True)
            viewer.wait()
    return 0


def _train(logdir: Path, shown: str, steps: int) -> None:
    """Train all runs side by side, a step of each in turn, so that their curves grow together."""
    from cutaway.cli.demo import training

    training.use_one_thread()
    digits = training.load()
    directories = _run_directories(logdir, [training.run_name(lr) for lr in training.LEARNING_RATES])
    with _progress() as progress:
        bars = [progress.add_task(directory.name, total=steps) for directory in directories]
        runs = [
            training.train(digits, lr, steps, directory)
            for lr, directory in zip(training.LEARNING_RATES, directories, strict=True)
        ]
        for _ in range(steps):
            for training_run, bar in zip(runs, bars, strict=True):
                next(training_run)
                progress.advance(bar)
        for training_run in runs:
            # Closes the run's writer, which ends its file.
            training_run.close()
    print(f"{len(directories)} runs of {steps:,} steps are in {shown}")


def _run_directories(logdir: Path, names: list[str]) -> list[Path]:
    """A new directory for each name; where one of them is taken, all get the same number behind them."""
    number = 1
    while True:
        suffix = "" if number == 1 else f" ({number})"
        directories = [logdir / f"{name}{suffix}" for name in names]
        if not any(directory.exists() for directory in directories):
            return directories
        number += 1


def _progress() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


def _steps(text: str) -> int:
    try:
        steps = int(text)
    except ValueError:
        steps = 0
    if not 1 <= steps <= MOST_STEPS:
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {MOST_STEPS:,} is expected, not {text!r}")
    return steps
