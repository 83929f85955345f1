"""``GET ./api/catalogue``: runs, tags, damage and progress."""

from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cutaway import __version__
from cutaway.events import core
from cutaway.server.queries import checked
from cutaway.server.responses import Revisions, as_json, json_body
from cutaway.store.catalogue import Catalogue
from cutaway.store.log_directory import LogDirectory
from cutaway.store.words import matches


def routes(log: LogDirectory, revisions: Revisions) -> list[Route]:
    """The routes of this group."""
    # The last answer: most of those who ask, ask for the same.
    known: list[tuple[int, bytes]] = []

    def encode(asked: dict[str, str]) -> tuple[int, bytes]:
        if not asked:
            for revision, text in known:
                if revision == log.revision:
                    return revision, text
        catalogue = _matching(log.catalogue(), asked.get("runs", ""), asked.get("tags", ""))
        encoded = json_body({"version": __version__, "kernel": core.implementation, **as_json(catalogue)})
        if not asked:
            known[:] = [(catalogue.revision, encoded)]
        return catalogue.revision, encoded

    async def catalogue(request: Request) -> Response:
        asked = checked(request.query_params, (), ("runs", "tags"))
        if revisions.is_known(request, log.revision):
            return revisions.unchanged(log.revision)
        return revisions.response(*await run_in_threadpool(encode, asked))

    return [Route("/api/catalogue", catalogue)]


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
