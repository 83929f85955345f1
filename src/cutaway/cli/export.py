"""``cutaway export LOGDIR``: scalars as tables, everything as JSON, or clean event files."""

import argparse
import contextlib
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from cutaway.cli import selection
from cutaway.cli.errors import UsageError
from cutaway.events.kind_names import SCALARS
from cutaway.events.local_path import local_path

if TYPE_CHECKING:
    from cutaway.logs.logs import Logs, Run
    from cutaway.store.values import RecordedValues


_COLUMNS = ("run", "tag", "step", "wall_time", "value")
#: Items and characters of a value that are written for any of its bytes.
_AMPLE = 1_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of ``cutaway export``."""
    selection.add_arguments(parser)
    parser.add_argument(
        "--format",
        required=True,
        choices=("csv", "json", "parquet", "tensorboard"),
        help="csv and parquet: a row a scalar; json: every kind, without the bytes of images and sounds; "
        "tensorboard: event files, a file a run, without damage",
    )
    parser.add_argument(
        "--output",
        metavar="PATH",
        type=_local_output,
        help="a file, or for tensorboard a directory (default: standard output)",
    )


def _local_output(text: str) -> Path:
    try:
        return local_path(text, "the output")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def run(arguments: argparse.Namespace) -> int:
    """Write what was chosen."""
    if arguments.output is None and arguments.format in ("parquet", "tensorboard"):
        raise UsageError(f"--format {arguments.format} needs --output PATH")
    logs = selection.open_logs(arguments.logdir)
    runs = selection.chosen_runs(logs, arguments.run)
    chosen = list(selection.chosen_tags(runs, arguments.tag))
    try:
        if arguments.format == "tensorboard":
            _write_event_files(logs, runs, {(run.name, tag) for run, _, tag in chosen}, arguments)
        elif arguments.format == "parquet":
            _write_parquet(chosen, arguments.output)
        else:
            with _output(arguments.output) as file:
                (_write_csv if arguments.format == "csv" else _write_json)(chosen, file)
    except BrokenPipeError:
        # The reader of the pipe has closed it.
        return 0
    except OSError as error:
        place = error.filename or arguments.output
        raise UsageError(f"cannot write {str(place)!r}: {error.strerror or error}") from error
    for line in selection.trouble(logs, runs):
        print(f"cutaway: left out: {line}", file=sys.stderr)
    return 0


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file


def _write_csv(chosen: list[tuple["Run", str, str]], file: TextIO) -> None:
    """A header, and a row a scalar."""
    from cutaway.store.neutral_text import for_csv

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for run, kind, tag in chosen:
        if kind == SCALARS:
            names = (for_csv(run.name), for_csv(tag))
            writer.writerows((*names, *row) for row in run.scalars(tag).rows())


def _write_json(chosen: list[tuple["Run", str, str]], file: TextIO) -> None:
    """A list of objects, one a tag, each on a line of its own; written value by value."""
    from cutaway.store.recorded_rows import shortest_numbers

    file.write("[")
    for number, (run, kind, tag) in enumerate(chosen):
        file.write("\n" if number == 0 else ",\n")
        file.write(json.dumps({"run": run.name, "kind": kind, "tag": tag})[:-1])
        if kind == SCALARS:
            scalars = run.scalars(tag)
            columns = {"step": scalars.step, "wall_time": scalars.wall_time, "value": shortest_numbers(scalars.value)}
            _write_columns(file, columns)
        else:
            values = run.values(kind, tag)
            _write_columns(file, {"step": values.step, "wall_time": values.wall_time})
            _write_values(file, values)
        file.write("}")
    file.write("\n]\n")


def _write_columns(file: TextIO, columns: dict[str, Any]) -> None:
    from cutaway.store.kinds.plain import JsonText

    for name, column in columns.items():
        file.write(f', "{name}": ')
        file.writelines(JsonText(len(column) + 1, 0).pieces(column))


def _write_values(file: TextIO, values: "RecordedValues") -> None:
    """The recorded value, or why it cannot be read.

    Only what one element of a record stands for can be more than a record has bytes: of that, so many are written, and
    the rest is counted.
    """
    from cutaway.events.wire import MalformedError
    from cutaway.store.kinds.plain import JsonText

    left_out = []
    file.write(', "value": [')
    for index, length in enumerate(values.length.tolist()):
        file.write(", " if index else "")
        text = JsonText(_AMPLE + length, _AMPLE + length)
        try:
            value = values[index]
        except MalformedError as error:
            value = {"malformed": str(error)}
        except OSError as error:
            value = {"unreadable": str(error)}
        file.writelines(text.pieces(value))
        if any(text.left_out().values()):
            left_out.append({"index": index, **text.left_out()})
    file.write("]")
    if left_out:
        file.write(f', "left_out": {json.dumps(left_out)}')


def _write_parquet(chosen: list[tuple["Run", str, str]], path: Path) -> None:
    """One table; values are of the dtype that all have, else float64."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError('--format parquet needs pyarrow: pip install "cutaway[parquet]"') from error
    series = [(run.name, tag, run.scalars(tag)) for run, kind, tag in chosen if kind == SCALARS]
    dtypes = {scalars.value.dtype for _, _, scalars in series}
    dtype = dtypes.pop().name if len(dtypes) == 1 else "float64"
    value_type = {"float32": pyarrow.float32(), "float64": pyarrow.float64(), "int64": pyarrow.int64()}[dtype]
    types = (pyarrow.string(), pyarrow.string(), pyarrow.int64(), pyarrow.float64(), value_type)
    schema = pyarrow.schema(list(zip(_COLUMNS, types, strict=True)))
    with parquet.ParquetWriter(path, schema) as writer:
        for name, tag, scalars in series:
            count = len(scalars)
            columns = [
                pyarrow.repeat(name, count),
                pyarrow.repeat(tag, count),
                scalars.step,
                scalars.wall_time,
                scalars.value.astype(dtype),
            ]
            writer.write_table(pyarrow.table(columns, schema=schema))


def _write_event_files(
    logs: "Logs", runs: list["Run"], chosen: set[tuple[str, str]], arguments: argparse.Namespace
) -> None:
    """A file a run: the records of its files one after the other, byte for byte where nothing is left out."""
    from cutaway.events import core
    from cutaway.events.records import without_tags
    from cutaway.events.wire import MalformedError
    from cutaway.store.places.object_url import is_object_url
    from cutaway.store.places.place import name_of

    target = arguments.output.resolve()
    if not is_object_url(logs.path):
        source = Path(logs.path).expanduser().resolve()
        if target == source or target.is_relative_to(source) or source.is_relative_to(target):
            raise UsageError(f"--output {str(arguments.output)!r} must be outside the log directory, and not above it")
    for run in runs:
        tags = frozenset(tag for name, tag in chosen if name == run.name)
        if arguments.tag and not tags:
            continue
        directory = target / run.name
        directory.mkdir(parents=True, exist_ok=True)
        paths, has_malformed = run.paths(), bool(run.malformed)
        with (directory / name_of(paths[0])).open("xb") as file:
            for number, path in enumerate(paths):
                for place, payload in enumerate(_payloads(run, path)):
                    if number and not place:
                        # The version of the format stands at the start of each file, and of this one already.
                        continue
                    if has_malformed and not _is_event(payload):
                        continue
                    kept = payload
                    if arguments.tag:
                        try:
                            kept = without_tags(payload, tags)
                        except MalformedError:
                            continue
                    file.write(core.frame(kept))


def _is_event(payload: bytes) -> bool:
    """Whether what a record holds can be read as an event."""
    import numpy as np

    from cutaway.events import core

    return not core.decode(payload, np.zeros(1, np.int64), np.array([len(payload)], np.int64)).malformed


def _payloads(run: "Run", path: str) -> Iterator[bytes]:
    """A file's records; of one that cannot be read none, which is said when all is done."""
    from cutaway.events.records import payloads

    with contextlib.suppress(OSError):
        yield from payloads(path, run.open_file)
