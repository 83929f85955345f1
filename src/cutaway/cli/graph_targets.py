"""The graph that ``cutaway graph`` is given: of a model, of a file, or out of a log."""

import argparse
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from cutaway.cli.errors import UsageError

if TYPE_CHECKING:
    from cutaway.model.graph.result import GraphView, ModelGraph
    from cutaway.server.models.recorded_graphs import RecordedGraph

#: Graphs of a log that a line lists.
_MOST_LISTED = 5


def graph_of_target(arguments: argparse.Namespace, view: "GraphView") -> "tuple[ModelGraph, list[str], str | None]":
    """The graph, lines about it, and how the forward failed, or None. Raises UsageError."""
    from cutaway.store.graph_files import ENDINGS, saved_model_in

    target = arguments.target
    place = Path(target)
    is_log = place.is_dir() or (place.is_file() and "tfevents" in place.name)
    file = saved_model_in(place) if place.is_dir() else place if target.endswith(ENDINGS) else None
    if not is_log or file is not None:
        for flag in ("run", "graph"):
            if getattr(arguments, flag) is not None:
                raise UsageError(f"--{flag} was given, and {target} is not a log")
    if is_log or file is not None:
        for flag in ("inputs", "batch", "dtype", "weights"):
            if getattr(arguments, flag):
                name = "input" if flag == "inputs" else flag
                raise UsageError(f"--{name} was given, and the graph in {target} has its inputs already")
    if file is not None:
        return *_of_graph_file(arguments, file, view), None
    return (*_of_log(arguments, view), None) if is_log else _of_model(arguments, view)


def _of_model(arguments: argparse.Namespace, view: "GraphView") -> "tuple[ModelGraph, list[str], str | None]":
    from cutaway.cli.targets import load_model, parse_inputs
    from cutaway.model.graph.configured_file import is_configured_file
    from cutaway.model.graph.show import graph_of_model

    inputs = parse_inputs(arguments.inputs, arguments.batch, arguments.dtype)
    model = arguments.target if is_configured_file(arguments.target) else load_model(arguments.target)
    try:
        found, failed = graph_of_model(
            model, inputs, arguments.phase, view, dtype=arguments.weights, trust=arguments.trust
        )
    except ValueError as error:
        text = str(error)
        hint = "; an --input is needed" if "no inputs were given" in text else ""
        flag = "--" if text.startswith(("phase ", "dtype ")) else ""
        raise UsageError(f"{flag}{text.replace('dtype is', 'weights is', 1)}{hint}") from None
    return found, [_about(found)], failed


def _of_graph_file(arguments: argparse.Namespace, file: Path, view: "GraphView") -> "tuple[ModelGraph, list[str]]":
    from cutaway.events.wire import MalformedError
    from cutaway.model.graph.reading import GraphReading
    from cutaway.model.graph.result import ModelGraph
    from cutaway.server.models.graph_defs import graph_of
    from cutaway.store.graph_files import read_graph_file

    if arguments.phase != "forward":
        raise UsageError(f"--phase is {arguments.phase!r}, and {file} has one graph, of no phase")
    try:
        read = read_graph_file(file)
        found = ModelGraph(
            GraphReading(graph_of(memoryview(read.graph.data), file.name)), file.name, view, source="graph_def"
        )
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (MalformedError, ValueError) as error:
        raise UsageError(str(error)) from None
    others = f"; {read.others:,} more of the file are not drawn" if read.others else ""
    return found, [f"{read.kind} of {file.name}, {_counts(found)}{others}"]


def _of_log(arguments: argparse.Namespace, view: "GraphView") -> "tuple[ModelGraph, list[str]]":
    from cutaway.events.wire import MalformedError
    from cutaway.model.graph.graph import NodeKind
    from cutaway.model.graph.result import ModelGraph
    from cutaway.server.models.readings import Readings
    from cutaway.store.log_directory import LogDirectory

    try:
        log = LogDirectory(arguments.target)
    except ValueError as error:
        raise UsageError(str(error)) from None
    log.refresh()
    state = log.catalogue().logdir
    if state.state == "unreadable":
        raise UsageError(f"the directory {arguments.target!r} cannot be read: {state.detail}")
    names = {run.id: run.name for run in log.runs()}
    if not names:
        raise UsageError(f"there are no event files below {arguments.target!r}")
    readings = Readings(log)
    recorded = _chosen(arguments, readings.all()[1], names)
    chosen = recorded[0]
    if arguments.phase not in chosen.phases:
        raise UsageError(f"--phase is {arguments.phase!r}; of {chosen.title} there is {', '.join(chosen.phases)}")
    try:
        reading = readings.of(chosen, arguments.phase)
    except (MalformedError, OSError, ValueError) as error:
        raise UsageError(f"{chosen.title} of run {names[chosen.run]}: {error}") from None
    if not (reading.graph.nodes.kind < NodeKind.PARAMETER).any():
        raise UsageError(f"{chosen.title} of run {names[chosen.run]} has no operations: no forward was captured")
    found = ModelGraph(reading, chosen.title, view, source=chosen.source)
    more = len(recorded) - 1
    lines = [f"{_about(found)}, of run {names[chosen.run]}"]
    if more:
        listed = ", ".join(
            f"{each.title} ({names[each.run]}, {each.digest})" for each in recorded[1 : _MOST_LISTED + 1]
        )
        rest = f" and {more - _MOST_LISTED:,} more" if more > _MOST_LISTED else ""
        lines.append(f"{more:,} more, which --run and --graph choose: {listed}{rest}")
    return found, lines


def _chosen(
    arguments: argparse.Namespace, recorded: "list[RecordedGraph]", names: dict[str, str]
) -> "list[RecordedGraph]":
    """The graphs that were meant, those that cannot be read last; the same graph of several runs once."""
    if not recorded:
        raise UsageError(f"no graph is recorded in {arguments.target!r}; writer.add_model(model, inputs) records one")
    runs = [each for each in recorded if _matches(arguments.run, names[each.run])]
    if not runs:
        known = ", ".join(repr(names[run]) for run in list(dict.fromkeys(each.run for each in recorded))[:_MOST_LISTED])
        raise UsageError(f"--run {arguments.run}: no run with a graph has such a name; there is {known}")
    found = [
        each
        for each in runs
        if arguments.graph is None
        or (len(arguments.graph) >= 4 and each.digest.startswith(arguments.graph))
        or any(_matches(arguments.graph, name) for name in (each.title, each.tag))
    ]
    if not found:
        known = ", ".join(f"{each.title} ({each.digest})" for each in runs[:_MOST_LISTED])
        raise UsageError(f"--graph {arguments.graph}: there is no such graph; there is {known}")
    readable = [each for each in found if not each.problem]
    if not readable:
        raise UsageError(f"{found[0].title} of run {names[found[0].run]} cannot be read: {found[0].problem}")
    return list({each.digest: each for each in reversed(readable)}.values())[::-1]


def _matches(pattern: str | None, name: str) -> bool:
    return pattern is None or name == pattern or fnmatchcase(name, pattern)


def _about(found: "ModelGraph") -> str:
    return f"{found.title}, {_counts(found)}"


def _counts(found: "ModelGraph") -> str:
    graph = found.reading.graph
    nodes, groups = len(graph.nodes.op), len(graph.groups.name) - 1
    return f"{nodes:,} node{'' if nodes == 1 else 's'} in {groups:,} group{'' if groups == 1 else 's'}"
