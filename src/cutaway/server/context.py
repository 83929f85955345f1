"""The objects that the routes of a viewer share: each group of routes is made from one context."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cutaway.server.closing import Closing
from cutaway.server.page import Asset
from cutaway.server.responses import Revisions
from cutaway.store.log_directory import LogDirectory
from cutaway.store.smoothing_cache import SmoothingCache


@dataclass(frozen=True)
class Context:
    """One viewer, as its routes see it."""

    #: The log directory that is asked.
    log: LogDirectory
    #: Ends the streams.
    closing: Closing
    #: The page's files, by their path.
    page: Mapping[str, Asset]
    #: Tells clients that their answers are still right.
    revisions: Revisions = field(default_factory=Revisions)
    #: Smoothed lines that were asked for a short time ago.
    smoothed: SmoothingCache = field(default_factory=SmoothingCache)
