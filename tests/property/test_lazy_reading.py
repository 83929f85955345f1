"""A log that does not fit into memory gives the answers of one that does, whatever is asked for and whatever grows."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.events.core import encode, frame
from cutaway.events.messages import file_version
from cutaway.store.log_directory import LogDirectory
from cutaway.store.run_table import RunTable

RUNS = "abcdef"
#: Polls until a run is in memory that alone is wanted: one decides, one reads, and one takes in what grew meanwhile.
POLLS = 3

grow = st.tuples(st.just("grow"), st.sampled_from(RUNS), st.integers(1, 3000))
ask = st.tuples(st.just("ask"), st.sampled_from(RUNS), st.just(0))
look = st.tuples(st.just("look"), st.sampled_from(["ab", "bcd", RUNS]), st.just(0))
operations = st.lists(grow | ask | look, min_size=1, max_size=12)


class Logs:
    """A log directory that is read with a budget and without."""

    def __init__(self, directory: Path, budget: int) -> None:
        self.directory = directory
        self.points = dict.fromkeys(RUNS, 0)
        self.small, self.whole = LogDirectory(directory, memory=budget), LogDirectory(directory)

    def grow(self, run: str, count: int) -> None:
        path = self.directory / run / "events.out.tfevents.1000.host.1.0"
        path.parent.mkdir(exist_ok=True)
        start = self.points[run]
        self.points[run] += count
        with path.open("ab") as file:
            if not file.tell():
                file.write(frame(file_version(1000.0)))
            tags = ["loss", run]
            file.write(
                b"".join(encode(1000.0 + i, i, tags, [float(i % 7), -float(i)]) for i in range(start, start + count))
            )

    def ids(self, log: LogDirectory, runs: str) -> list[str]:
        return [run.id for run in log.catalogue().runs if run.name in runs]

    def poll(self) -> None:
        self.whole.refresh()
        self.small.refresh()
        budget = self.small.catalogue().loading.budget
        assert budget is not None
        held = [run for run in self.small.runs() if run.share.is_held]
        taken = [sum(file.nbytes for file in run.files.values()) for run in held]
        counted = [run.share.nbytes for run in held]
        # A run that is larger than all of it is alone.
        assert sum(counted) <= budget or len([each for each in counted if each]) == 1
        # What grew is counted when it is an eighth of a file, and 16 kB: there are two tags.
        assert sum(taken) <= 1.5 * sum(counted) + 2 * 16_384 * len(held)

    def answers(self, log: LogDirectory, run: str) -> dict[str, Any]:
        names = {each.id: each.name for each in log.catalogue().runs}
        found = {}
        for tag in log.catalogue().tags:
            for run_id, parts in log.scalars(tag.id, self.ids(log, run)).items():
                columns = [(part.points.step.tolist(), part.points.value.tolist()) for part in parts]
                found[f"{names[run_id]} {tag.name}"] = columns
        return found


@settings(max_examples=40)
@given(operations, st.sampled_from([1_000, 60_000, 150_000, 10**9]))
def test_answers_are_those_of_a_log_that_fits(operations: list[tuple[str, str, int]], budget: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        logs = Logs(Path(directory), budget)
        for run in RUNS:
            logs.grow(run, 500)
        logs.poll()
        for what, runs, count in operations:
            if what == "grow":
                logs.grow(runs, count)
            else:
                logs.small.want(logs.ids(logs.small, runs))
            for _ in range(POLLS):
                logs.poll()
            if what == "ask":
                assert logs.answers(logs.small, runs) == logs.answers(logs.whole, runs)
        one, other = logs.small.catalogue(), logs.whole.catalogue()
        assert [run.name for run in one.runs] == [run.name for run in other.runs]
        rows = {row.name: row for _, row in RunTable(logs.whole).rows()[1]}
        for _, row in RunTable(logs.small).rows()[1]:
            info = next(run for run in one.runs if run.id == row.id)
            if not info.unread:
                assert (row.scalars, row.points) == (rows[row.name].scalars, rows[row.name].points)
