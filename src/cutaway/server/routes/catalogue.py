"""``GET ./api/catalogue``: runs, tags, damage and progress, or what has changed of them."""

from threading import Lock

from starlette.routing import Route

from cutaway.events import core
from cutaway.server.catalogue_json import CatalogueJson, encode_difference
from cutaway.server.context import Context
from cutaway.server.responses import fail
from cutaway.server.routing import Asked, get_revised
from cutaway.store.catalogue import Catalogue
from cutaway.store.catalogue_difference import difference
from cutaway.store.collection import collection_held
from cutaway.store.name_matching import matches
from cutaway.version import __version__

_ALSO = {"version": __version__, "kernel": core.implementation}
#: Catalogues that were answered last: who knows one of them is told what has changed since.
_KEPT = 8


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    whole, lock = _Whole(context), Lock()

    def encode(asked: Asked) -> tuple[int, bytes]:
        if "since" in asked and len(asked) > 1:
            fail(400, "since is given with neither runs nor tags")
        if "since" in asked or not asked:
            with lock:
                return whole.answer(asked.get("since", ""))
        chosen = _matching(context.log.catalogue(), asked.get("runs", ""), asked.get("tags", ""))
        return chosen.revision, CatalogueJson().encode(chosen, _ALSO)

    return [get_revised(context, "/api/catalogue", encode, ("runs", "tags", "since"))]


class _Whole:
    """Answers with everything, or with what has changed in it. Not for several threads at once."""

    def __init__(self, context: Context) -> None:
        self._log = context.log
        self._name = context.revisions.name
        self._json = CatalogueJson()
        #: By their names, the newest last.
        self._kept: dict[str, Catalogue] = {}
        #: The last answers, by what they are since: most of those who ask, ask for the same.
        self._known: dict[str, tuple[int, bytes]] = {}

    def answer(self, since: str) -> tuple[int, bytes]:
        known = self._known.get(since)
        if known is not None and known[0] == self._log.revision:
            return known
        catalogue = self._now()
        before = self._kept.get(since)
        found = None if before is None else difference(before, catalogue)
        with collection_held():
            if found is None:
                since, body = "", self._json.encode(catalogue, _ALSO)
            else:
                body = encode_difference(found, since, _ALSO)
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[since] = catalogue.revision, body
        return catalogue.revision, body

    def _now(self) -> Catalogue:
        newest = next(reversed(self._kept.values()), None)
        if newest is not None and newest.revision == self._log.revision:
            return newest
        catalogue = self._log.catalogue()
        self._kept[self._name(catalogue.revision)] = catalogue
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return catalogue


def _matching(catalogue: Catalogue, run_words: str, tag_words: str) -> Catalogue:
    """Only the runs and the tags whose names have all of the words in them, and no tag without a run."""
    if not run_words and not tag_words:
        return catalogue
    runs = tuple(run for run in catalogue.runs if matches(run.name, run_words))
    ids = {run.id for run in runs}
    tags = [
        tag._replace(runs=tuple(run for run in tag.runs if run in ids))
        for tag in catalogue.tags
        if matches(tag.name, tag_words)
    ]
    return catalogue._replace(runs=runs, tags=tuple(tag for tag in tags if tag.runs))
