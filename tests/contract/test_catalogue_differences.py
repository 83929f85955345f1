"""A catalogue that a client has, with what the server says has changed, is the catalogue that there is now.

``catalogue_differences.json`` has such answers in a row; the page's half (``web/src/api/catalogue.test.ts``) takes
them in. ``CUTAWAY_REWRITE_CONTRACT=1`` writes them anew.
"""

import json
import os
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cutaway.server.catalogue_json import CatalogueJson, encode_difference
from cutaway.store.catalogue import Catalogue, DamageInfo, Loading, LogdirState, RunInfo, TagInfo
from cutaway.store.catalogue_difference import difference

FILE = Path(__file__).parent / "catalogue_differences.json"
ALSO = {"version": "0.0.0", "kernel": "native"}
REWRITE = os.environ.get("CUTAWAY_REWRITE_CONTRACT") == "1"


def catalogues(seed: int) -> Iterator[Catalogue]:
    """Catalogues of a log in which runs and tags come, change and go."""
    chance = random.Random(seed)
    runs: dict[str, RunInfo] = {}
    having: dict[str, set[str]] = {}
    yield _catalogue(0, runs, having)
    for revision in range(1, 9):
        for _ in range(chance.randrange(4)):
            name = chance.choice("abcdefgh")
            run = f"r{ord(name)}"
            match chance.choice(["change", "change", "remove", "tags", "tags"]):
                case "change":
                    runs[run] = _run(run, name, revision)
                case "remove":
                    runs.pop(run, None)
                    for tagged in having.values():
                        tagged.discard(run)
                case "tags" if run in runs:
                    for tag in chance.sample("stuvw", 2):
                        having.setdefault(f"t{ord(tag)}", set()).symmetric_difference_update({run})
        yield _catalogue(revision, runs, having)


def _run(run: str, name: str, revision: int) -> RunInfo:
    kinds, is_unread = {"scalars": revision}, revision % 3 == 0
    return RunInfo(run, name, int(run[1:]), revision, revision, revision, kinds, 1.5, None, 3, 1, 0, is_unread)


def _catalogue(revision: int, runs: dict[str, RunInfo], having: dict[str, set[str]]) -> Catalogue:
    ordered = sorted(runs.values(), key=lambda run: run.name)
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    tags = []
    for tag in sorted(having):
        ids = tuple(run.id for run in ordered if run.id in having[tag])
        if ids:
            tags.append(TagInfo(tag, chr(int(tag[1:])), "scalars", shared.setdefault(ids, ids)))
    damage = tuple(DamageInfo(run.id, "file", 0, 1) for run in ordered[:1])
    logdir, loading = LogdirState("log", "ready", ""), Loading(True, len(runs), 0, 0, revision)
    return Catalogue(revision, logdir, loading, tuple(ordered), tuple(tags), damage, (), (), ())


def _answers(seed: int) -> list[dict[str, Any]]:
    """Each catalogue as a whole, and as the difference from the one before."""
    found, before = [], None
    for catalogue in catalogues(seed):
        whole = json.loads(CatalogueJson().encode(catalogue, ALSO))
        told = None
        if before is not None:
            changed = difference(before, catalogue)
            assert changed is not None
            told = json.loads(encode_difference(changed, f"server-{before.revision}", ALSO))
        found.append({"whole": whole, "difference": told})
        before = catalogue
    return found


def applied(whole: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """As `docs/http-api.md` says it is done."""
    after = {**told}
    assert after.pop("since")
    changed = {run["id"]: run for run in told["runs"]["changed"]}
    after["runs"] = _edited([changed.get(run["id"], run) for run in whole["runs"]], told["runs"], lambda run: run["id"])
    tags = [dict(tag) for tag in whole["tags"]]
    for edit in told["tags"]["changed"]:
        for tag in tags:
            if tag["id"] in edit["tags"]:
                tag["runs"] = _edited(tag["runs"], edit, str)
    after["tags"] = _edited(tags, told["tags"], lambda tag: tag["id"])
    return after


def _edited(items: list[Any], edit: dict[str, Any], id_of: Any) -> list[Any]:
    kept = [item for item in items if id_of(item) not in edit["removed"]]
    for place, item in edit["added"]:
        kept.insert(place, item)
    return kept


@given(st.integers(0, 2**32))
def test_a_catalogue_and_what_changed_are_the_next_one(seed: int) -> None:
    answers = _answers(seed)
    for one, other in pairwise(answers):
        assert applied(one["whole"], other["difference"]) == other["whole"]


@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(0, 8))
def test_any_two_catalogues_of_a_log_have_a_difference(seed: int, first: int, last: int) -> None:
    found = list(catalogues(seed))
    changed = difference(found[first], found[last])
    assert changed is not None
    told = json.loads(encode_difference(changed, "since", ALSO))
    one, other = (json.loads(CatalogueJson().encode(found[each], ALSO)) for each in (first, last))
    assert applied(one, told) == other


def test_what_stayed_in_another_order_has_none() -> None:
    one, other = (_run(run, "same name", 1) for run in ("r1", "r2"))
    before = _catalogue(1, {"r1": one, "r2": other}, {"t115": {"r1", "r2"}})
    assert difference(before, before._replace(runs=before.runs[::-1])) is None
    tags = (before.tags[0]._replace(runs=before.tags[0].runs[::-1]),)
    assert difference(before, before._replace(tags=tags)) is None


def test_a_tag_that_says_nothing_new_is_not_in_it() -> None:
    before = _catalogue(1, {"r1": _run("r1", "a", 1)}, {"t115": {"r1"}, "t116": {"r1"}})
    tags = tuple(tag._replace(runs=(*tag.runs,)) for tag in before.tags)
    changed = difference(before, before._replace(tags=tags))
    assert changed is not None
    assert (changed.changed_tags, changed.tags.added, changed.runs.added, changed.changed_runs) == ((), (), (), ())


def test_the_file_is_what_the_server_answers() -> None:
    written = json.dumps([_answers(seed) for seed in range(3)], indent=1) + "\n"
    if REWRITE:
        FILE.write_text(written, "utf-8")
    assert FILE.read_text("utf-8") == written
