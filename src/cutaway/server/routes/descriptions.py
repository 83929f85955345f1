"""``GET ./api/descriptions``: tag descriptions (`summary_description`)."""

from starlette.routing import Route

from cutaway.server.context import Context
from cutaway.server.responses import json_body
from cutaway.server.routing import Asked, get_revised
from cutaway.store.scalars import summary_metadata


def routes(context: Context) -> list[Route]:
    """The routes of this group."""

    def encode(asked: Asked) -> tuple[int, bytes]:
        revision, tags = context.log.scalar_metadata()
        described = {tag: summary_metadata(metadata).get("summary_description", "") for tag, metadata in tags.items()}
        return revision, json_body(
            {"revision": revision, "tags": {tag: text for tag, text in described.items() if text}}
        )

    return [get_revised(context, "/api/descriptions", encode)]
