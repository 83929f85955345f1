"""A second kind of place: a log that lies nowhere on the disk is read, followed, kept and sent like any other."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from tests.log_events import EVENTS, NAME, a_file, everything, on_the_disk, records
from tests.memory_place import MemoryPlace

from cutaway import SummaryWriter
from cutaway.store.embeddings import read_embeddings
from cutaway.store.index_cache import IndexCache
from cutaway.store.log_directory import LogDirectory
from cutaway.store.places.place import Place


@pytest.fixture
def place() -> Iterator[MemoryPlace]:
    place = MemoryPlace()
    yield place
    # No file is kept open.
    assert place.opened == 0


def steps_of(log: LogDirectory, run: str = "a") -> list[int]:
    (of_run,) = (each for each in log.runs() if each.name == run)
    return [step for part in of_run.scalars("loss") for step in part.points.step.tolist()]


def test_a_log_grows_restarts_and_goes(place: MemoryPlace) -> None:
    assert isinstance(place, Place)
    log = LogDirectory(place)
    log.refresh()
    assert (log.path, log.catalogue().logdir.state) == ("memory://bucket/logs", "missing")
    place.write(f"a/{NAME}", a_file(range(3)))
    place.write(NAME, a_file(range(1)))
    place.write("a/notes.txt", b"no event file")
    log.refresh()
    assert [run.name for run in log.catalogue().runs] == [".", "a"]
    assert steps_of(log) == [0, 1, 2]
    taken = log.bytes_taken
    place.append(f"a/{NAME}", records(range(3, 5))[:-4])
    log.refresh()
    assert (steps_of(log), log.bytes_taken - taken) == ([0, 1, 2, 3], len(records(range(3, 4))))
    place.append(f"a/{NAME}", records(range(4, 5))[-4:])
    log.refresh()
    assert steps_of(log) == [0, 1, 2, 3, 4]
    # Another file of the name, longer than the one before.
    place.write(f"a/{NAME}", a_file(range(10, 20)))
    log.refresh()
    assert steps_of(log) == [*range(10, 20)]
    # The same one, shorter, and then with other bytes in it while its size and its time stay.
    place.write(f"a/{NAME}", a_file(range(10, 14)), same=True, modified=5)
    log.refresh()
    assert steps_of(log) == [*range(10, 14)]
    other = a_file(range(15, 19))
    assert len(other) == len(place.content(f"a/{NAME}"))
    place.write(f"a/{NAME}", other, same=True, modified=5)
    log.refresh()
    assert steps_of(log) == [*range(15, 19)]
    place.remove(f"a/{NAME}")
    log.refresh()
    assert [run.name for run in log.catalogue().runs] == ["."]


@pytest.mark.parametrize("error", ["forbidden", "gone"])
def test_what_cannot_be_read_is_said(place: MemoryPlace, error: str) -> None:
    place.write(f"a/{NAME}", a_file(range(3)))
    log = LogDirectory(place)
    log.refresh()
    place.append(f"a/{NAME}", records(range(3, 5)))
    if error == "forbidden":
        place.forbidden.add(place.path(f"a/{NAME}"))
        log.refresh()
        (item,) = log.catalogue().unreadable
        assert (item.file, item.reason) == (NAME, os.strerror(13).lower())
        place.forbidden.clear()
    else:
        log.discover()
        content = place.content(f"a/{NAME}")
        place.remove(f"a/{NAME}")
        log.check(log.looked_at())
        log.read()
        assert steps_of(log) == [0, 1, 2]
        place.write(f"a/{NAME}", content)
    log.refresh()
    assert (steps_of(log), log.catalogue().unreadable) == ([0, 1, 2, 3, 4], ())


def test_values_are_decoded(place: MemoryPlace, tmp_path: Path) -> None:
    with SummaryWriter(tmp_path) as writer:
        writer.add_text("note", "hello", 3)
        writer.add_image("picture", np.full((3, 4, 5), 0.5), 1)
        writer.add_histogram("weights", np.arange(10.0), 1)
    (path,) = tmp_path.iterdir()
    place.write(f"a/{NAME}", path.read_bytes())
    log = LogDirectory(place)
    log.refresh()
    (run,) = log.runs()

    def values(kind: str) -> Any:
        (tag,) = run.kinds()[kind]
        return log.values(log._ids.tag(tag, kind), run.id)[1]

    assert list(values("text")) == ["hello"]
    assert values("images")[0].to_array().shape == (4, 5, 3)
    assert values("histograms")[0].counts.sum() == 10
    place.write(f"a/{NAME}", path.read_bytes()[:40], same=True)
    with pytest.raises(OSError, match=f"memory://bucket/logs/a/{NAME} has become shorter"):
        values("text")[0]
    place.remove(f"a/{NAME}")
    with pytest.raises(FileNotFoundError, match=f"memory://bucket/logs/a/{NAME} is gone"):
        values("text")[0]


def test_an_index_is_kept_and_believed(place: MemoryPlace, cache: IndexCache, decoded: list[int]) -> None:
    def fresh() -> tuple[list[int], int]:
        decoded.clear()
        log = LogDirectory(place, cache)
        log.refresh()
        log.keep()
        return steps_of(log), sum(decoded)

    content = a_file(range(500))
    place.write(f"a/{NAME}", content)
    assert fresh() == ([*range(500)], len(content))
    assert len(list(cache.directory.iterdir())) == 1
    assert fresh() == ([*range(500)], 0)
    place.append(f"a/{NAME}", more := records(range(500, 510)))
    assert fresh() == ([*range(510)], len(more))
    # Another file with the same bytes is another file.
    place.write(f"a/{NAME}", content)
    assert fresh() == ([*range(500)], len(content))


def test_embeddings_lie_beside_the_run(place: MemoryPlace) -> None:
    directory = place.path("a")
    assert read_embeddings(place, directory) == []
    place.write(
        "a/projector_config.pbtxt",
        b'embeddings { tensor_name: "e" tensor_path: "../b/t.tsv" metadata_path: "m.tsv" }',
    )
    place.write("b/t.tsv", b"1\t2\r\n3\t4\n")
    place.write("a/m.tsv", b"one\n\xff\n")
    (embedding,) = read_embeddings(place, directory)
    assert (embedding.to_array().tolist(), embedding.labels()) == ([[1, 2], [3, 4]], [["one"], ["\ufffd"]])
    place.write("a/projector_config.pbtxt", b'embeddings { tensor_path: "../../t.tsv" }')
    with pytest.raises(PermissionError, match=r"projector_config.pbtxt names '\.\./\.\./t.tsv', which is outside"):
        read_embeddings(place, directory)


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_a_log_in_memory_is_read_as_one_on_the_disk(events: list[tuple[str, str, int]]) -> None:
    place = MemoryPlace()
    log = LogDirectory(place)
    for happened in on_the_disk(events):
        if happened.content is None:
            place.remove(happened.name)
        else:
            same = not happened.is_another
            place.write(happened.name, happened.content, same=same, modified=happened.modified)
        log.refresh()
        known, _ = everything(log)
        assert known == happened.known
    assert place.opened == 0
