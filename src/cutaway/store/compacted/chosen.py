"""The objects of a compacted directory by its name: a directory of this machine, or a URL of an object store."""

from cutaway.store.compacted.objects import LocalObjects, Objects
from cutaway.store.places.object_url import is_object_url, object_url


def objects_at(name: str) -> Objects:
    """The objects below a directory, or below a URL of an object store.

    Raises ValueError for a path or a URL that is not accepted, and without obstore where a URL is named.
    """
    if not is_object_url(name):
        return LocalObjects(name)
    url = object_url(name, "the compacted directory")
    try:
        from cutaway.store.compacted.bucket_objects import BucketObjects
    except ModuleNotFoundError as error:
        if error.name != "obstore":
            raise
        raise ValueError(f"{url.scheme}:// needs obstore: pip install 'cutaway[cloud]'") from None
    return BucketObjects(url)
