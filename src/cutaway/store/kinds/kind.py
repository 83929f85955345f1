"""A kind of data."""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of data: all that the store, the server and the page know of it as such."""

    name: str
    #: The plug-in that its values name; empty for values that name none.
    plugin: str
    #: The name that people use for such data, in the plural.
    title: str
    #: Whether it belongs to the run as a whole, at any step: no resumed session supersedes it.
    of_run: bool = False
    #: Whether it says only how the file was written.
    bookkeeping: bool = False
    #: Whether a value's step says when in training it was.
    on_steps: bool = True
    #: Whether its values are pictures or sounds.
    media: bool = False
