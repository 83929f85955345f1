"""The catalogue's text, of which a change makes anew only what it is about, is that of the whole catalogue."""

import json
import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cutaway import SummaryWriter
from cutaway.server.catalogue_json import CatalogueJson
from cutaway.server.responses import as_json, json_body
from cutaway.store.catalogue import Catalogue, Loading, LogdirState, RunInfo
from cutaway.store.log_directory import LogDirectory


def test_it_is_the_same_at_every_change(tmp_path: Path) -> None:
    log, kept = LogDirectory(tmp_path), CatalogueJson()
    writers = []
    for number in range(4):
        writers.append(SummaryWriter(tmp_path / f"run{number % 3}" / str(number)))
        writers[-1].add_scalar('tag "quoted" \u2028 \U0001f600', math.nan, number)
        writers[-1].add_text(f"note{number % 2}", "hello", number)
        writers[0].add_scalar(f"more/{number}", 1.0, number)
        log.refresh()
        catalogue = log.catalogue()
        text = kept.encode(catalogue, {"version": "1"})
        assert json.loads(text) == json.loads(json_body({"version": "1"} | as_json(catalogue)))
        # Those that are as before are not made anew.
        assert kept.encode(log.catalogue(), {"version": "1"}) == text
    for writer in writers:
        writer.close()


numbers = st.integers(0, 2**60)
times = st.none() | st.floats(allow_nan=False, allow_infinity=False)
infos = st.builds(
    RunInfo, st.just("r1"), st.text(), numbers, numbers, numbers, numbers, st.dictionaries(st.text(), numbers), times,
    times, st.none() | st.integers(-(2**63), 2**63 - 1), numbers, numbers, st.booleans(),
)  # fmt: skip


@given(infos)
def test_a_run_is_as_an_encoder_writes_it(run: RunInfo) -> None:
    catalogue = Catalogue(1, LogdirState("", "", ""), Loading(True, 0, 0, 0, 0), (run,), (), (), (), (), ())
    assert b'"runs":[' + json_body(as_json(run)) + b'],"tags"' in CatalogueJson().encode(catalogue, {})
