"""The catalogue's text, of which a change makes anew only what it is about, is that of the whole catalogue."""

import json
import math
from pathlib import Path

from cutaway import SummaryWriter
from cutaway.server.catalogue_json import CatalogueJson
from cutaway.server.responses import as_json, json_body
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
