"""``GET ./api/catalogue``: runs, tags, damage and progress."""

from dataclasses import replace
from threading import Lock

from starlette.routing import Route

from cutaway.events import core
from cutaway.server.catalogue_json import CatalogueJson
from cutaway.server.context import Context
from cutaway.server.routing import Asked, get_revised
from cutaway.store.catalogue import Catalogue
from cutaway.store.name_matching import matches
from cutaway.version import __version__


def routes(context: Context) -> list[Route]:
    """The routes of this group."""
    log = context.log
    # The last answer: most of those who ask, ask for the same.
    known: list[tuple[int, bytes]] = []
    whole, lock = CatalogueJson(), Lock()
    also = {"version": __version__, "kernel": core.implementation}

    def encode(asked: Asked) -> tuple[int, bytes]:
        if asked:
            chosen = _matching(log.catalogue(), asked.get("runs", ""), asked.get("tags", ""))
            return chosen.revision, CatalogueJson().encode(chosen, also)
        with lock:
            if not known or known[0][0] != log.revision:
                catalogue = log.catalogue()
                known[:] = [(catalogue.revision, whole.encode(catalogue, also))]
            return known[0]

    return [get_revised(context, "/api/catalogue", encode, ("runs", "tags"))]


def _matching(catalogue: Catalogue, run_words: str, tag_words: str) -> Catalogue:
    """Only the runs and the tags whose names have all of the words in them, and no tag without a run."""
    if not run_words and not tag_words:
        return catalogue
    runs = tuple(run for run in catalogue.runs if matches(run.name, run_words))
    ids = {run.id for run in runs}
    tags = [
        replace(tag, runs=tuple(run for run in tag.runs if run in ids))
        for tag in catalogue.tags
        if matches(tag.name, tag_words)
    ]
    return replace(catalogue, runs=runs, tags=tuple(tag for tag in tags if tag.runs))
