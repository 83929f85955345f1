"""The storage place of what a user names: a directory of this machine, or a URL of an object store."""

import os
from collections.abc import Mapping

from cutaway.store.places.local import LocalPlace
from cutaway.store.places.object_url import is_object_url, object_url
from cutaway.store.places.place import Place


def place_at(logdir: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]]) -> Place:
    """A directory or an event file of this machine, several directories by their names, or a URL of an object store.

    Sends no request. Raises TypeError for a value that is no path, and ValueError for a path or a URL that is not
    accepted.
    """
    if isinstance(logdir, Mapping):
        if any(map(is_object_url, logdir.values())):
            raise ValueError("a URL of an object store is shown alone: without others, and without a name in front")
        return LocalPlace(logdir)
    if not is_object_url(logdir):
        return LocalPlace(logdir)
    url = object_url(logdir)
    try:
        from cutaway.store.places.object_store import ObjectPlace
    except ModuleNotFoundError as error:
        if error.name != "obstore":
            raise
        raise ValueError(f"reading {url.scheme}:// needs obstore: pip install 'cutaway[cloud]'") from None
    return ObjectPlace(url)
