"""The catalogue as JSON, of which a change makes anew only what it is about.

Each run and each tag is a text of its own, kept for as long as the object that it was made of is in the catalogue. So
no call of an encoder holds the interpreter's lock for long either.
"""

from dataclasses import replace
from json.encoder import encode_basestring_ascii
from typing import Any

from cutaway.server.responses import as_json, json_body
from cutaway.store.catalogue import Catalogue, RunInfo, TagInfo


class CatalogueJson:
    """The texts of the last catalogue. Not for several threads at once."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[RunInfo, bytes]] = {}
        self._tags: tuple[TagInfo, ...] = ()
        self._tags_text = b""

    def encode(self, catalogue: Catalogue, also: dict[str, Any]) -> bytes:
        """An object with the fields of the catalogue, and some in front of them."""
        rest = also | as_json(replace(catalogue, runs=(), tags=()))
        del rest["runs"], rest["tags"]
        if catalogue.tags is not self._tags:
            self._tags, self._tags_text = catalogue.tags, _of_tags(catalogue.tags)
        runs = self._of_runs(catalogue.runs)
        return b"".join([json_body(rest)[:-1], b',"runs":[', runs, b'],"tags":[', self._tags_text, b"]}"])

    def _of_runs(self, runs: tuple[RunInfo, ...]) -> bytes:
        before, self._runs = self._runs, {}
        for run in runs:
            known = before.get(run.id)
            self._runs[run.id] = known if known is not None and known[0] is run else (run, json_body(as_json(run)))
        return b",".join([text for _, text in self._runs.values()])


def _of_tags(tags: tuple[TagInfo, ...]) -> bytes:
    """Most tags have the same runs as others: a list of thousands of them is made once."""
    runs: dict[int, str] = {}
    texts = []
    for tag in tags:
        having = runs.get(id(tag.runs))
        if having is None:
            having = runs[id(tag.runs)] = json_body(tag.runs).decode("ascii")
        name, kind = encode_basestring_ascii(tag.name), encode_basestring_ascii(tag.kind)
        texts.append(f'{{"id":"{tag.id}","name":{name},"kind":{kind},"runs":{having}}}')
    return ",".join(texts).encode("ascii")
