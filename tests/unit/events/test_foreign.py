"""Files that are no event files say what they look like; event files never do."""

import bz2
import gzip
import io
import lzma
import sqlite3
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.events.core import encode, frame
from cutaway.events.foreign import HEAD_BYTES, what_it_is
from cutaway.events.messages import file_version
from cutaway.events.reader import EventFileReader

EVENTS = frame(file_version(1.0)) + encode(2.0, 3, ["loss"], [0.5]) * 50
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2145\nsize 12345\n"


def zipped() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a", "b")
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (POINTER, "a Git LFS pointer"),
        (b"<!DOCTYPE html><html>404</html>", "an HTML page"),
        (b"\n\n  <html lang=en>", "an HTML page"),
        (b"<?xml version='1.0'?><Error>AccessDenied</Error>", "XML"),
        (b'{"error": "not found"}', "JSON"),
        (gzip.compress(EVENTS), "gzip"),
        (zlib.compress(EVENTS), "zlib"),
        (bz2.compress(EVENTS), "bzip2"),
        (lzma.compress(EVENTS), "xz"),
        (zipped(), "a zip archive"),
        (bytes(4000), "zeros"),
        ("eine Zeile mit Umlauten: äöü\n".encode() * 40, "text"),
        (bytes(range(200, 256)) * 9, "other data"),
        (EVENTS[1:], "other data"),
    ],
)  # fmt: skip
def test_what_it_looks_like(data: bytes, what: str, tmp_path: Path) -> None:
    assert what_it_is(data[:HEAD_BYTES]).split(" (")[0] == what
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(data)
    reader = EventFileReader(path)
    # What lost its first byte only has a damaged place, and records behind it.
    assert reader.read().at_end
    assert reader.foreign.split(" (")[0] == ("" if data == EVENTS[1:] else what)


def test_a_database(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "db")
    connection.execute("create table a (b)")
    connection.commit()
    connection.close()
    assert what_it_is((tmp_path / "db").read_bytes()[:HEAD_BYTES]) == "an SQLite database"


@given(st.integers(0, len(EVENTS)))
def test_an_event_file_is_none_however_much_is_there(length: int) -> None:
    assert what_it_is(EVENTS[:length][:HEAD_BYTES]) == ""


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_look_like_something(data: bytes) -> None:
    if len(data) >= 12:
        assert (what_it_is(data) == "") == (data[:12] == EVENTS[:12])
    # What may still become an event file never was none before.
    if what_it_is(data) == "":
        assert all(what_it_is(data[:length]) == "" for length in range(len(data)))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", ""),
        (b"hi\n", ""),
        (b"hello\n", "text"),
        (b'{"a": 1}', "JSON"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00", ""),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", "gzip"),
        (bytes(8), ""),
        (bytes(9), "zeros"),
        (bytes([1, 2, 3, 4, 5, 6]), "other data"),
        (EVENTS[:11], ""),
        (EVENTS[:8] + b"x", "other data"),
    ],
)
def test_a_few_bytes_that_no_event_file_begins_with(data: bytes, what: str, tmp_path: Path) -> None:
    assert what_it_is(data).split(" (")[0] == what
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(data)
    reader = EventFileReader(path)
    reader.read()
    assert reader.foreign.split(" (")[0] == what


def test_an_event_file_that_arrives_in_the_place_of_a_pointer(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1"
    path.write_bytes(POINTER)
    reader = EventFileReader(path)
    assert reader.read().events == 0
    assert reader.foreign
    path.unlink()
    path.write_bytes(EVENTS)
    batch = reader.read()
    assert (batch.events, batch.damage) == (51, [])
    assert reader.foreign == ""
